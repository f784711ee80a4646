"""How many crosses could be offered to a customer, as it was then."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("desk", "0005_comes_with")]

    operations = [
        migrations.AddField(
            model_name="consultation",
            name="offerable",
            field=models.PositiveSmallIntegerField(
                blank=True, null=True, verbose_name="could be offered"
            ),
        ),
    ]
