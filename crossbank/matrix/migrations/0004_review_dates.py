from django.db import migrations, models

REVIEW = "Somebody reads the words again by then; after that day the health page names them."


def review_on() -> models.DateField:
    return models.DateField(blank=True, help_text=REVIEW, null=True, verbose_name="review on")


class Migration(migrations.Migration):
    dependencies = [("matrix", "0003_edition_reviews")]

    operations = [
        migrations.AddField(model_name="pairing", name="review_on", field=review_on()),
        migrations.AddField(model_name="pairingrule", name="review_on", field=review_on()),
    ]
