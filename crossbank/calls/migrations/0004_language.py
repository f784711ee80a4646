from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("calls", "0003_never_made")]

    operations = [
        migrations.AddField(
            model_name="task",
            name="say_in",
            field=models.JSONField(
                blank=True, default=dict, verbose_name="say, in other languages"
            ),
        ),
        migrations.AddField(
            model_name="task",
            name="language",
            field=models.CharField(
                blank=True,
                help_text="Nothing: that of who calls.",
                max_length=10,
                verbose_name="language",
            ),
        ),
    ]
