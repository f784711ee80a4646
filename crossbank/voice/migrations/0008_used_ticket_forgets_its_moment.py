from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("voice", "0007_used_tickets_lose_their_moment")]

    operations = [
        migrations.RemoveConstraint(model_name="ticket", name="used_ticket_forgets"),
        migrations.RemoveField(model_name="ticket", name="month"),
        migrations.AlterField(
            model_name="ticket",
            name="asked_on",
            field=models.DateField(verbose_name="asked on"),
        ),
        migrations.AddConstraint(
            model_name="ticket",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("expires_at__isnull", False), ("is_used", False)),
                    models.Q(
                        ("branch_code", ""),
                        ("expires_at__isnull", True),
                        ("is_used", True),
                        ("main_code", ""),
                        ("presented", []),
                    ),
                    _connector="OR",
                ),
                name="used_ticket_forgets",
            ),
        ),
    ]
