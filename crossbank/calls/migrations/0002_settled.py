from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("calls", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="task",
            name="settled_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="settled at"),
        ),
        migrations.AddField(
            model_name="task",
            name="settled_by",
            field=models.CharField(blank=True, max_length=60, verbose_name="settled by"),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(
                condition=models.Q(("customer_ref", ""), _negated=True),
                fields=["customer_ref", "product"],
                name="call_of_customer",
            ),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(
                condition=models.Q(("settled_by", ""), _negated=True),
                fields=["settled_by"],
                name="call_settled_by",
            ),
        ),
        migrations.AddConstraint(
            model_name="task",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("settled_at__isnull", True), ("settled_by", "")),
                    models.Q(
                        ("closed_at__isnull", True),
                        ("settled_at__isnull", False),
                        models.Q(("settled_by", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="call_settled_by_something",
                violation_error_message="What has ended is not settled.",
            ),
        ),
    ]
