import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0002_attributes"),
    ]

    operations = [
        migrations.CreateModel(
            name="PackagePart",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "package",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="contents",
                        to="catalog.product",
                    ),
                ),
                (
                    "part",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="packages",
                        to="catalog.product",
                        verbose_name="part",
                    ),
                ),
            ],
            options={
                "verbose_name": "part of the package",
                "verbose_name_plural": "parts of the package",
                "ordering": ["package", "part__code"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("package", "part"),
                        name="package_part_once",
                        violation_error_message="This product is in the package already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("package", models.F("part")), _negated=True),
                        name="package_not_in_itself",
                        violation_error_message="A package does not contain itself.",
                    ),
                ],
            },
        ),
    ]
