import django.core.validators
from django.db import migrations, models

import crossbank.web.text


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0002_attributes"),
        ("matrix", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="PairingRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        max_length=20,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Z0-9][A-Z0-9-]{0,19}\\Z",
                                "A code is up to 20 capital letters, digits and hyphens, for example CRD-DEB.",
                            )
                        ],
                        verbose_name="code",
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Without the tick the rule is paused.",
                        verbose_name="in use",
                    ),
                ),
                (
                    "source",
                    models.JSONField(blank=True, default=dict, verbose_name="which main products"),
                ),
                (
                    "target",
                    models.JSONField(blank=True, default=dict, verbose_name="which shown products"),
                ),
                (
                    "beside",
                    models.JSONField(
                        blank=True, default=dict, verbose_name="seen from the main product"
                    ),
                ),
                (
                    "relation",
                    models.CharField(
                        choices=[
                            ("cross_sell", "Beside the main product"),
                            ("up_sell", "A better main product instead"),
                        ],
                        default="cross_sell",
                        max_length=20,
                        verbose_name="relation",
                    ),
                ),
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
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("wider_range", "Wider range"),
                            ("related", "Related or package"),
                            ("same_profile", "Same profile"),
                        ],
                        default="related",
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        max_length=120,
                        validators=[crossbank.web.text.validate_text],
                        verbose_name="reason",
                    ),
                ),
                (
                    "instead",
                    models.CharField(
                        blank=True,
                        max_length=200,
                        validators=[crossbank.web.text.validate_text],
                        verbose_name="what to do instead",
                    ),
                ),
                (
                    "benefit",
                    models.CharField(
                        blank=True,
                        max_length=200,
                        validators=[crossbank.web.text.validate_text],
                        verbose_name="benefit",
                    ),
                ),
                (
                    "say",
                    models.CharField(
                        blank=True,
                        max_length=300,
                        validators=[crossbank.web.text.validate_text],
                        verbose_name="say",
                    ),
                ),
                (
                    "rank",
                    models.PositiveSmallIntegerField(
                        default=100,
                        help_text="Order inside one rating, the smallest first.",
                        verbose_name="rank",
                    ),
                ),
                (
                    "priority",
                    models.PositiveSmallIntegerField(
                        default=10,
                        help_text="Of two rules the higher one decides. Equal ones must say the same.",
                        verbose_name="priority",
                    ),
                ),
                ("valid_from", models.DateField(blank=True, null=True, verbose_name="from")),
                ("valid_until", models.DateField(blank=True, null=True, verbose_name="until")),
                (
                    "source_products",
                    models.ManyToManyField(
                        blank=True,
                        related_name="rules_from",
                        to="catalog.product",
                        verbose_name="main products",
                    ),
                ),
                (
                    "target_products",
                    models.ManyToManyField(
                        blank=True,
                        related_name="rules_to",
                        to="catalog.product",
                        verbose_name="shown products",
                    ),
                ),
            ],
            options={
                "verbose_name": "pairing rule",
                "verbose_name_plural": "pairing rules",
                "ordering": ["-priority", "code"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("relation", "cross_sell"), models.Q(("rating", ""), _negated=True)
                            ),
                            models.Q(("rating", ""), ("relation", "up_sell")),
                            _connector="OR",
                        ),
                        name="rule_rated",
                        violation_error_message="A rule for cross-selling needs a rating; a better main product has none.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_from__isnull", True),
                            ("valid_until__isnull", True),
                            ("valid_from__lt", models.F("valid_until")),
                            _connector="OR",
                        ),
                        name="rule_dates_in_order",
                        violation_error_message="The rule ends after it begins.",
                    ),
                ],
            },
        ),
    ]
