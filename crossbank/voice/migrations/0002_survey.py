from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("voice", "0001_needs_of_customers")]

    operations = [
        migrations.CreateModel(
            name="Answer",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("month", models.CharField(max_length=7, verbose_name="month")),
                ("branch_code", models.CharField(max_length=20, verbose_name="branch")),
                ("main_code", models.CharField(max_length=20, verbose_name="main product")),
                ("presented", models.JSONField(blank=True, default=list, verbose_name="presented")),
                (
                    "useful",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("yes", "Yes, it was useful"),
                            ("no", "No, not really"),
                            ("", "I would rather not say"),
                        ],
                        max_length=3,
                        verbose_name="useful",
                    ),
                ),
                (
                    "felt_pushed",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("no", "No, I decided freely"),
                            ("yes", "Yes, I felt pushed"),
                            ("", "I would rather not say"),
                        ],
                        max_length=3,
                        verbose_name="felt pushed",
                    ),
                ),
                (
                    "next_need",
                    models.CharField(blank=True, max_length=20, verbose_name="what next"),
                ),
            ],
            options={
                "verbose_name": "answer",
                "verbose_name_plural": "answers",
                "indexes": [
                    models.Index(fields=["month", "branch_code"], name="answer_month_branch")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("id__gte", 1099511627776)), name="answer_key_is_random"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Ticket",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "token_hash",
                    models.CharField(max_length=64, unique=True, verbose_name="token (hash)"),
                ),
                (
                    "about",
                    models.CharField(
                        max_length=64, unique=True, verbose_name="conversation (hash)"
                    ),
                ),
                ("expires_at", models.DateTimeField(verbose_name="ends at")),
                ("is_used", models.BooleanField(default=False, verbose_name="answered")),
                ("branch_code", models.CharField(blank=True, max_length=20, verbose_name="branch")),
                ("month", models.CharField(blank=True, max_length=7, verbose_name="month")),
                (
                    "main_code",
                    models.CharField(blank=True, max_length=20, verbose_name="main product"),
                ),
                ("presented", models.JSONField(blank=True, default=list, verbose_name="presented")),
            ],
            options={
                "verbose_name": "ticket",
                "verbose_name_plural": "tickets",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_used", False),
                            models.Q(
                                ("branch_code", ""),
                                ("main_code", ""),
                                ("month", ""),
                                ("presented", []),
                            ),
                            _connector="OR",
                        ),
                        name="used_ticket_forgets",
                    )
                ],
            },
        ),
    ]
