import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import crossbank.web.text


class Migration(migrations.Migration):
    dependencies = [
        ("training", "0001_self_checks"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CoachingNote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uuid", models.UUIDField(editable=False)),
                ("at", models.DateTimeField(verbose_name="when")),
                (
                    "text",
                    models.TextField(
                        max_length=600,
                        validators=[crossbank.web.text.validate_text],
                        verbose_name="note",
                    ),
                ),
                (
                    "main_code",
                    models.CharField(blank=True, max_length=20, verbose_name="main product"),
                ),
                (
                    "cross_code",
                    models.CharField(blank=True, max_length=20, verbose_name="cross product"),
                ),
                (
                    "barrier",
                    models.CharField(blank=True, max_length=20, verbose_name="barrier"),
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
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="from",
                    ),
                ),
                (
                    "to",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="to",
                    ),
                ),
            ],
            options={
                "verbose_name": "coaching note",
                "verbose_name_plural": "coaching notes",
                "indexes": [models.Index(fields=["to", "at"], name="note_reader")],
                "constraints": [
                    models.UniqueConstraint(fields=("by", "uuid"), name="note_written_once"),
                    models.CheckConstraint(
                        condition=models.Q(("by", models.F("to")), _negated=True),
                        name="note_to_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("cross_code", ""), ("main_code", "")),
                            models.Q(
                                models.Q(("main_code", ""), _negated=True),
                                models.Q(("cross_code", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="note_about_whole_pair",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CoachingReply",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uuid", models.UUIDField(editable=False)),
                ("at", models.DateTimeField(verbose_name="when")),
                (
                    "text",
                    models.TextField(
                        max_length=600,
                        validators=[crossbank.web.text.validate_text],
                        verbose_name="reply",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="from",
                    ),
                ),
                (
                    "note",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replies",
                        to="training.coachingnote",
                        verbose_name="note",
                    ),
                ),
            ],
            options={
                "verbose_name": "reply to a coaching note",
                "verbose_name_plural": "replies to coaching notes",
                "ordering": ["note", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("note", "uuid"), name="note_reply_once")
                ],
            },
        ),
    ]
