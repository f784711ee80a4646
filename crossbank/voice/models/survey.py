"""Three questions after a conversation: a ticket to answer once, and counts that know nobody."""

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from crossbank.voice.models.profiles import year_before


class Useful(models.TextChoices):
    YES = "yes", _("Yes, it was useful")
    NO = "no", _("No, not really")
    SKIPPED = "", _("I would rather not say")


class Felt(models.TextChoices):
    """Whether the customer felt pushed."""

    NO = "no", _("No, I decided freely")
    YES = "yes", _("Yes, I felt pushed")
    SKIPPED = "", _("I would rather not say")


class Ticket(models.Model):
    """The right to answer once, after one conversation. Used, it forgets what it was about.

    `about`: a keyed hash of the conversation, so that nobody answers twice for it. A used ticket
    keeps that and the day, and nothing that a count knows.
    """

    token_hash = models.CharField(_("token (hash)"), max_length=64, unique=True)
    about = models.CharField(_("conversation (hash)"), max_length=64, unique=True)
    asked_on = models.DateField(_("asked on"))
    expires_at = models.DateTimeField(_("ends at"), null=True, blank=True)
    is_used = models.BooleanField(_("answered"), default=False)
    branch_code = models.CharField(_("branch"), max_length=20, blank=True)
    main_code = models.CharField(_("main product"), max_length=20, blank=True)
    presented = models.JSONField(_("presented"), default=list, blank=True)

    class Meta:
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(is_used=False, expires_at__isnull=False)
                | models.Q(
                    is_used=True,
                    expires_at__isnull=True,
                    branch_code="",
                    main_code="",
                    presented=[],
                ),
                name="used_ticket_forgets",
            )
        ]

    def __str__(self) -> str:
        return f"{self.about[:8]}"


class AnswerCountQuerySet(models.QuerySet["AnswerCount"]):
    def past_year(self, day: date) -> "AnswerCountQuerySet":
        """The twelve finished months before this day, which is the bank's own."""
        return self.filter(month__gte=_year_ago(day), month__lt=f"{day:%Y-%m}")

    def stale(self, day: date) -> "AnswerCountQuerySet":
        return self.filter(month__lt=_year_ago(day))


def _year_ago(day: date) -> str:
    return f"{year_before(day.replace(day=1)):%Y-%m}"


class AnswerCount(models.Model):
    """How many customers said one thing in one month: of a product, of a branch, of their plans.

    What one customer said is spread over counts that share nothing but the month. There is no
    number of a row either: all of a month are made together, and written together.
    """

    class Question(models.TextChoices):
        USEFUL = "useful", _("useful")  # about: a product that was spoken of
        FELT_PUSHED = "felt_pushed", _("felt pushed")  # about: the branch
        NEXT_NEED = "next_need", _("what next")  # about nothing; said: code of a need

    pk = models.CompositePrimaryKey("month", "question", "about", "said")
    month = models.CharField(_("month"), max_length=7)  # 2026-03: no day could stand in it
    question = models.CharField(_("question"), max_length=12, choices=Question.choices)
    about = models.CharField(_("about"), max_length=20, blank=True)
    said = models.CharField(_("said"), max_length=20)
    n = models.PositiveIntegerField(_("how many"), default=0)

    objects = AnswerCountQuerySet.as_manager()

    class Meta:
        verbose_name = _("count of answers")
        verbose_name_plural = _("counts of answers")

    def __str__(self) -> str:
        return f"{self.month} {self.question} {self.about} {self.said}"
