import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("org", "0002_uploads"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="BarrierCheck",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("on", models.DateField(verbose_name="day")),
                ("marks", models.JSONField(blank=True, default=list, verbose_name="marked")),
                ("month", models.CharField(max_length=7, verbose_name="month of the mix")),
                (
                    "counts_in",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="org.branch",
                        verbose_name="counted in",
                    ),
                ),
                (
                    "employee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="employee",
                    ),
                ),
            ],
            options={
                "verbose_name": "self-check",
                "verbose_name_plural": "self-checks",
                "constraints": [
                    models.UniqueConstraint(fields=("employee", "on"), name="check_once_a_day"),
                    models.UniqueConstraint(
                        condition=models.Q(("counts_in__isnull", False)),
                        fields=("employee", "month"),
                        name="check_counted_once_a_month",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PracticeDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("on", models.DateField(verbose_name="day")),
                ("main_code", models.CharField(max_length=20, verbose_name="main product")),
                ("cross_code", models.CharField(max_length=20, verbose_name="cross product")),
                (
                    "employee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="employee",
                    ),
                ),
            ],
            options={
                "verbose_name": "day of practice",
                "verbose_name_plural": "days of practice",
                "constraints": [
                    models.UniqueConstraint(fields=("employee", "on"), name="practised_once_a_day")
                ],
            },
        ),
        migrations.CreateModel(
            name="MixCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.CharField(max_length=7, verbose_name="month")),
                (
                    "barrier",
                    models.CharField(blank=True, max_length=20, verbose_name="barrier"),
                ),
                ("n", models.PositiveIntegerField(default=0, verbose_name="how many")),
                (
                    "branch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="org.branch",
                        verbose_name="branch",
                    ),
                ),
                (
                    "region",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="org.region",
                        verbose_name="region",
                    ),
                ),
            ],
            options={
                "verbose_name": "count of a mix",
                "verbose_name_plural": "counts of mixes",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("month", "branch", "barrier"), name="mix_count_once"
                    )
                ],
            },
        ),
    ]
