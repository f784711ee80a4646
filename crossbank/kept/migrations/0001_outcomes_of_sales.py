import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import crossbank.conduct.personal
import crossbank.web.text


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("desk", "0007_sheet_changes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Outcome",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "mark",
                    models.CharField(
                        choices=[
                            ("open", "The customer has it"),
                            ("withdrawn", "Withdrawn in time"),
                            ("closed", "Ended afterwards"),
                            ("mistaken", "What was noted is a mistake"),
                        ],
                        max_length=10,
                        verbose_name="what became of it",
                    ),
                ),
                ("on", models.DateField(verbose_name="as of")),
                ("age", models.PositiveIntegerField(verbose_name="days after the sale")),
                (
                    "source",
                    models.CharField(
                        choices=[("hand", "By hand"), ("workbook", "Workbook")],
                        max_length=10,
                        verbose_name="source",
                    ),
                ),
                (
                    "note",
                    models.CharField(
                        blank=True,
                        max_length=140,
                        validators=[
                            crossbank.web.text.validate_text,
                            crossbank.conduct.personal.refuse_personal,
                        ],
                        verbose_name="note",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="noted at")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="noted by",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="outcomes",
                        to="desk.consultationitem",
                        verbose_name="sale",
                    ),
                ),
                (
                    "replaces",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="kept.outcome",
                        verbose_name="takes the place of",
                    ),
                ),
            ],
            options={
                "verbose_name": "outcome of a sale",
                "verbose_name_plural": "outcomes of sales",
                "ordering": ["-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("replaces__isnull", True)),
                        fields=("item",),
                        name="first_outcome_once",
                    )
                ],
            },
        ),
    ]
