import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import crossbank.conduct.personal
import crossbank.web.text


class Migration(migrations.Migration):
    dependencies = [
        ("org", "0003_merged_branches"),
        ("review", "0006_weekly_mails"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Goal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "measure",
                    models.CharField(
                        choices=[
                            ("coverage", "Coverage"),
                            ("signed", "Signed day sheets"),
                            ("kept", "Kept after 90 days"),
                        ],
                        max_length=10,
                        verbose_name="what is measured",
                    ),
                ),
                ("least", models.PositiveSmallIntegerField(verbose_name="at least, in percent")),
                ("since", models.DateField(verbose_name="first day")),
                ("until", models.DateField(verbose_name="day after the last")),
                (
                    "reason",
                    models.CharField(
                        max_length=300,
                        validators=[
                            crossbank.web.text.validate_text,
                            crossbank.conduct.personal.refuse_personal,
                        ],
                        verbose_name="reason",
                    ),
                ),
                ("proposed_at", models.DateTimeField(verbose_name="proposed at")),
                (
                    "decision",
                    models.CharField(
                        blank=True,
                        choices=[("agreed", "Agreed"), ("sent_back", "Sent back")],
                        default="",
                        max_length=10,
                        verbose_name="decision",
                    ),
                ),
                (
                    "decided_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="decided at"),
                ),
                (
                    "decision_note",
                    models.CharField(
                        blank=True,
                        max_length=300,
                        validators=[
                            crossbank.web.text.validate_text,
                            crossbank.conduct.personal.refuse_personal,
                        ],
                        verbose_name="note of conduct",
                    ),
                ),
                (
                    "withdrawn_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="withdrawn at"),
                ),
                (
                    "withdrawal_reason",
                    models.CharField(
                        blank=True,
                        max_length=300,
                        validators=[
                            crossbank.web.text.validate_text,
                            crossbank.conduct.personal.refuse_personal,
                        ],
                        verbose_name="why it was withdrawn",
                    ),
                ),
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
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="decided by",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="proposed by",
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="withdrawn by",
                    ),
                ),
            ],
            options={
                "verbose_name": "team goal",
                "verbose_name_plural": "team goals",
                "indexes": [models.Index(fields=["branch", "until"], name="goal_of_branch")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("measure__in", ["coverage", "signed", "kept"])),
                        name="goal_never_of_sales",
                        violation_error_message="A goal is about serving well, never about how much.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("least__gte", 1), ("least__lte", 100)),
                        name="goal_bound_is_a_share",
                        violation_error_message="The bound lies between 1 and 100 percent.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("since__lt", models.F("until"))),
                        name="goal_days_in_order",
                        violation_error_message="The last day lies before the first.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="goal_has_reason",
                        violation_error_message="A goal needs a reason.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("decided_at__isnull", True),
                                ("decided_by__isnull", True),
                                ("decision", ""),
                                ("decision_note", ""),
                            ),
                            models.Q(
                                models.Q(
                                    models.Q(("decision_note", ""), _negated=True),
                                    ("decision", "agreed"),
                                    _connector="OR",
                                ),
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                                ("decision__in", ["agreed", "sent_back"]),
                            ),
                            _connector="OR",
                        ),
                        name="goal_decided_by_somebody",
                        violation_error_message="Who sends a goal back says why.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by__isnull", True),
                            models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="goal_agreed_by_another",
                        violation_error_message="Who proposed a goal does not decide on it.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("withdrawal_reason", ""),
                                ("withdrawn_at__isnull", True),
                                ("withdrawn_by__isnull", True),
                            ),
                            models.Q(
                                models.Q(("withdrawal_reason", ""), _negated=True),
                                models.Q(("decision", "sent_back"), _negated=True),
                                ("withdrawn_at__isnull", False),
                                ("withdrawn_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="goal_withdrawn_with_reason",
                        violation_error_message="Who withdraws a goal says why.",
                    ),
                ],
            },
        ),
    ]
