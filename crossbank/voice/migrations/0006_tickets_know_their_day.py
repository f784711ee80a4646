from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("voice", "0005_no_single_answers")]

    operations = [
        migrations.AddField(
            model_name="ticket",
            name="asked_on",
            field=models.DateField(null=True, verbose_name="asked on"),
        ),
        migrations.AlterField(
            model_name="ticket",
            name="expires_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="ends at"),
        ),
    ]
