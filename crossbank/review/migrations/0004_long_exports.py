import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("review", "0003_rollups"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Export",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("filter", models.CharField(max_length=500, verbose_name="filter")),
                ("language", models.CharField(max_length=10, verbose_name="language")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Starting"),
                            ("running", "Being written"),
                            ("done", "Ready"),
                            ("cancelled", "Cancelled"),
                            ("failed", "Failed"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "slot",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="place"),
                ),
                ("rows_done", models.PositiveBigIntegerField(default=0, verbose_name="rows done")),
                ("rows_all", models.PositiveBigIntegerField(verbose_name="rows")),
                ("places", models.JSONField(default=list, verbose_name="branches")),
                ("names", models.BooleanField(default=False, verbose_name="with names")),
                ("file_name", models.CharField(max_length=150, verbose_name="file name")),
                ("made_at", models.DateTimeField(verbose_name="asked for at")),
                ("seen_at", models.DateTimeField(verbose_name="last sign of life")),
                (
                    "finished_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="finished at"),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="asked for by",
                    ),
                ),
            ],
            options={
                "verbose_name": "export",
                "verbose_name_plural": "exports",
                "indexes": [models.Index(fields=["by", "made_at"], name="export_by_person")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("slot__isnull", False), ("state__in", ["waiting", "running"])
                            ),
                            models.Q(
                                ("slot__isnull", True),
                                ("state__in", ["done", "cancelled", "failed"]),
                            ),
                            _connector="OR",
                        ),
                        name="export_open_has_slot",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("slot__isnull", False)),
                        fields=("slot",),
                        name="export_slot_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("slot__isnull", False)),
                        fields=("by",),
                        name="export_one_a_person",
                    ),
                ],
            },
        ),
    ]
