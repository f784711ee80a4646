import django.db.models.deletion
from django.db import migrations, models

import crossbank.web.text


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0004_bundles"),
    ]

    operations = [
        migrations.CreateModel(
            name="ProductCondition",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "layer",
                    models.CharField(
                        choices=[
                            ("eligibility", "May have it"),
                            ("applicability", "Makes sense now"),
                            ("suitability", "In the customer’s interest"),
                        ],
                        max_length=20,
                        verbose_name="layer",
                    ),
                ),
                (
                    "attribute",
                    models.CharField(
                        choices=[
                            ("customer_kind", "New or existing"),
                            ("age_band", "Age"),
                            ("need", "Need"),
                            ("holds", "Products held"),
                            ("channel", "Channel"),
                            ("branch", "Branch"),
                            ("region", "Region"),
                        ],
                        max_length=20,
                        verbose_name="what",
                    ),
                ),
                (
                    "operator",
                    models.CharField(
                        choices=[("is_one_of", "is one of"), ("is_none_of", "is none of")],
                        default="is_one_of",
                        max_length=20,
                        verbose_name="how",
                    ),
                ),
                (
                    "values",
                    models.CharField(
                        help_text="Codes with commas between them, for example 14-17, 18-26.",
                        max_length=400,
                        validators=[crossbank.web.text.validate_text],
                        verbose_name="values",
                    ),
                ),
                (
                    "message",
                    models.CharField(
                        help_text="What a colleague reads when it does not hold.",
                        max_length=200,
                        validators=[crossbank.web.text.validate_text],
                        verbose_name="why not",
                    ),
                ),
                (
                    "ask",
                    models.CharField(
                        blank=True,
                        help_text="What to ask while nobody knows; empty: the usual question.",
                        max_length=200,
                        validators=[crossbank.web.text.validate_text],
                        verbose_name="ask first",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="conditions",
                        to="catalog.product",
                        verbose_name="product",
                    ),
                ),
            ],
            options={
                "verbose_name": "condition",
                "verbose_name_plural": "conditions",
                "ordering": ["product", "layer", "attribute", "operator", "values"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("product", "layer", "attribute", "operator", "values"),
                        name="condition_once",
                        violation_error_message="This product has this condition already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("values", ""), _negated=True),
                            models.Q(("message", ""), _negated=True),
                        ),
                        name="condition_says_why",
                        violation_error_message="A condition has values, and says why not.",
                    ),
                ],
            },
        ),
    ]
