import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("matrix", "0004_review_dates"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="EvidenceNote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("rate_it", "Taken together, not rated"),
                            ("reconsider", "Rated, and refused"),
                        ],
                        max_length=20,
                        verbose_name="proposal",
                    ),
                ),
                ("main_code", models.CharField(max_length=20, verbose_name="main product")),
                ("cross_code", models.CharField(max_length=20, verbose_name="cross product")),
                (
                    "decision",
                    models.CharField(
                        choices=[("accepted", "Put into the draft"), ("dismissed", "Put away")],
                        max_length=10,
                        verbose_name="decision",
                    ),
                ),
                (
                    "rating_before",
                    models.CharField(blank=True, max_length=20, verbose_name="rating before"),
                ),
                (
                    "rating_after",
                    models.CharField(blank=True, max_length=20, verbose_name="rating in the draft"),
                ),
                ("since", models.DateField(verbose_name="first day counted")),
                ("last", models.DateField(verbose_name="last day counted")),
                ("support", models.PositiveIntegerField(verbose_name="support")),
                ("figures", models.JSONField(verbose_name="figures")),
                ("at", models.DateTimeField(verbose_name="when")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="who",
                    ),
                ),
            ],
            options={
                "verbose_name": "decision on evidence",
                "verbose_name_plural": "decisions on evidence",
                "ordering": ["-pk"],
                "indexes": [
                    models.Index(
                        fields=["main_code", "cross_code", "kind"], name="evidence_note_pair"
                    )
                ],
            },
        ),
    ]
