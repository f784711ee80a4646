from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("calls", "0002_settled"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="task",
            name="call_ends_with_outcome",
        ),
        migrations.AlterField(
            model_name="task",
            name="outcome",
            field=models.CharField(
                blank=True,
                choices=[
                    ("reached_yes", "Reached: goes on"),
                    ("reached_no", "Reached: no, thank you"),
                    ("silent", "Not reached twice: silence"),
                    ("never_made", "Never made"),
                ],
                max_length=20,
                verbose_name="outcome",
            ),
        ),
        migrations.AddConstraint(
            model_name="task",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at__isnull", True), ("outcome", "")),
                    models.Q(
                        ("closed_at__isnull", False),
                        ("outcome__in", ["reached_yes", "reached_no", "silent", "never_made"]),
                    ),
                    _connector="OR",
                ),
                name="call_ends_with_outcome",
                violation_error_message="A call ends with an outcome.",
            ),
        ),
    ]
