from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("calls", "0004_language")]

    operations = [
        migrations.AddField(
            model_name="task",
            name="main_code",
            field=models.CharField(blank=True, max_length=20),
        ),
    ]
