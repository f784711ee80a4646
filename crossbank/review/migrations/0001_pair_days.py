import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("matrix", "0002_pairing_rules"),
    ]

    operations = [
        migrations.CreateModel(
            name="CountedDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(unique=True, verbose_name="day")),
                ("records", models.PositiveIntegerField(verbose_name="records")),
                ("voided", models.PositiveIntegerField(verbose_name="voided")),
                ("counted_at", models.DateTimeField(verbose_name="counted at")),
            ],
            options={
                "verbose_name": "counted day",
                "verbose_name_plural": "counted days",
                "ordering": ["day"],
            },
        ),
        migrations.CreateModel(
            name="DayAnswers",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(verbose_name="day")),
                ("main", models.CharField(max_length=20, verbose_name="main product")),
                ("cross", models.CharField(max_length=20, verbose_name="cross product")),
                (
                    "rating",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("strong", "Strong"),
                            ("good", "Good"),
                            ("possible", "Ask first"),
                            ("not_allowed", "Not allowed"),
                        ],
                        max_length=20,
                        verbose_name="rating",
                    ),
                ),
                ("response", models.CharField(max_length=10, verbose_name="answer")),
                ("times", models.PositiveIntegerField(verbose_name="times")),
            ],
            options={
                "verbose_name": "answers of a day",
                "verbose_name_plural": "answers of a day",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("day", "main", "cross", "rating", "response"),
                        name="day_answers_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DayTogether",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(verbose_name="day")),
                ("one", models.CharField(max_length=20, verbose_name="product")),
                ("other", models.CharField(max_length=20, verbose_name="other product")),
                ("times", models.PositiveIntegerField(verbose_name="times")),
            ],
            options={
                "verbose_name": "products taken together on a day",
                "verbose_name_plural": "products taken together on a day",
                "indexes": [
                    models.Index(fields=["one", "day"], name="together_one_day"),
                    models.Index(fields=["other", "day"], name="together_other_day"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("day", "one", "other"), name="day_together_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DayCustomers",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(verbose_name="day")),
                ("main", models.CharField(max_length=20, verbose_name="main product")),
                ("times", models.PositiveIntegerField(verbose_name="times")),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="matrix.edition",
                        verbose_name="matrix edition",
                    ),
                ),
            ],
            options={
                "verbose_name": "customers of a day",
                "verbose_name_plural": "customers of a day",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("day", "main", "edition"), name="day_customers_once"
                    )
                ],
            },
        ),
    ]
