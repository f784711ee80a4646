import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("catalog", "0004_bundles"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="NeedProfile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "customer_ref",
                    models.CharField(max_length=64, verbose_name="customer reference (hash)"),
                ),
                (
                    "horizon",
                    models.CharField(
                        choices=[("now", "Now"), ("this_year", "This year"), ("later", "Later")],
                        max_length=10,
                        verbose_name="when",
                    ),
                ),
                ("asked_on", models.DateField(verbose_name="asked on")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="asked by",
                    ),
                ),
                (
                    "need",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalog.need",
                        verbose_name="need",
                    ),
                ),
            ],
            options={
                "verbose_name": "need of a customer",
                "verbose_name_plural": "needs of customers",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("customer_ref", "need"),
                        name="need_once_per_customer",
                        violation_error_message="This customer named this need already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("customer_ref", ""), _negated=True),
                        name="need_of_somebody",
                        violation_error_message="A need belongs to a customer number.",
                    ),
                ],
            },
        ),
    ]
