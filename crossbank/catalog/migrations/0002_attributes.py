import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

import crossbank.web.text


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Attribute",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "key",
                    models.CharField(
                        max_length=40,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[^\\s=,!][^=,\\n\\r]{0,39}\\Z",
                                "A name of up to 40 signs without “=” and commas, for example brand.",
                            )
                        ],
                        verbose_name="name",
                    ),
                ),
                (
                    "value",
                    models.CharField(
                        max_length=100,
                        validators=[crossbank.web.text.validate_text],
                        verbose_name="value",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attributes",
                        to="catalog.product",
                    ),
                ),
            ],
            options={
                "verbose_name": "attribute",
                "verbose_name_plural": "attributes",
                "ordering": ["product", "key"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("product", "key"),
                        name="attribute_once",
                        violation_error_message="This product has a value for this name already.",
                    )
                ],
            },
        ),
    ]
