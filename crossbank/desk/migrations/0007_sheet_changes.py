"""How often the counters of a day moved."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("desk", "0006_offerable")]

    operations = [
        migrations.AddField(
            model_name="daysheet",
            name="changes",
            field=models.PositiveIntegerField(default=1, verbose_name="changes"),
        ),
    ]
