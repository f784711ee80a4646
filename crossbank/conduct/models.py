"""The trail: who did what, append-only; and the words that a line should not hold."""

from typing import Any, NoReturn

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from crossbank.catalog.models import validate_code
from crossbank.engine import phrases as engine
from crossbank.engine.wording import Fault, PatternError, pattern
from crossbank.web.text import validate_text


class FrozenError(Exception):
    """Something tried to change or delete what is written once."""


class AppendOnlyQuerySet(models.QuerySet[Any]):
    """Rows can be added and read, nothing else."""

    def _refuse(self) -> NoReturn:
        raise FrozenError(f"{self.model._meta.label} rows are written once")

    def update(self, **kwargs: Any) -> NoReturn:
        self._refuse()

    def delete(self) -> NoReturn:
        self._refuse()

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        self._refuse()


class AppendOnly(models.Model):
    """A row that refuses to be saved twice or deleted."""

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise FrozenError(f"{self._meta.label} rows are written once")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise FrozenError(f"{self._meta.label} rows are written once")


class AuditEntry(AppendOnly):
    """One act that somebody may ask about later. No foreign keys: it outlives what it names."""

    at = models.DateTimeField(_("when"), db_index=True)
    actor = models.CharField(_("who"), max_length=150)
    actor_role = models.CharField(_("role"), max_length=20)
    branch_code = models.CharField(_("branch"), max_length=20, blank=True)
    action = models.CharField(_("act"), max_length=50, db_index=True)
    subject = models.CharField(_("what"), max_length=100)
    detail = models.JSONField(_("details"), default=dict, blank=True)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit trail")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor} {self.action} {self.subject}"


_FAULTS = {
    Fault.EMPTY: _("Line %(line)d needs at least one word that must be there."),
    Fault.LONG: _("Line %(line)d is too long. Write several lines instead."),
    Fault.BRACKET: _("Line %(line)d: [ and ] stand in pairs, one pair not inside another."),
    Fault.GAP: _("Line %(line)d: “...” stands between words, and not inside [ ]."),
    Fault.STAR: _(
        "Line %(line)d, “%(part)s”: the sign * stands at the end of a word of two letters or more."
    ),
    Fault.SIGN: _("Line %(line)d, “%(part)s”: only words, numbers and the signs * ... [ | ] #."),
}


def lines(text: str) -> tuple[str, ...]:
    """The patterns of a box, one a line."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def validate_patterns(text: str) -> None:
    problems = []
    for number, line in enumerate(text.splitlines(), start=1):
        try:
            if line.strip():
                pattern(line)
        except PatternError as error:
            told = {"line": number, "part": error.part}
            problems.append(ValidationError(_FAULTS[error.fault], code=error.fault, params=told))
    if problems:
        raise ValidationError(problems)


def _languages() -> list[tuple[str, Any]]:
    return list(settings.LANGUAGES)


class PhraseRule(models.Model):
    """A way of speaking that this bank does not want, beside those that come with the product.

    A row with the code of a shipped rule takes its place: with other words, or paused.
    """

    class Kind(models.TextChoices):
        OPENER = engine.Kind.OPENER.value, _("Asks for a no")
        PRESSURE = engine.Kind.PRESSURE.value, _("Presses")
        TYING = engine.Kind.TYING.value, _("Ties one product to another")
        FREE_CLAIM = engine.Kind.FREE_CLAIM.value, _("Says “free” without the cost")

    class Severity(models.TextChoices):
        WARN = engine.Severity.WARN.value, _("Warns")
        SEVERE = engine.Severity.SEVERE.value, _("Blocks publishing")

    code = models.CharField(_("code"), max_length=20, unique=True, validators=[validate_code])
    language = models.CharField(_("language"), max_length=10, choices=_languages)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    severity = models.CharField(
        _("effect"), max_length=10, choices=Severity.choices, default=Severity.WARN
    )
    patterns = models.TextField(
        _("words to find"),
        max_length=4000,
        validators=[validate_text, validate_patterns],
        help_text=_(
            "One pattern a line. open* takes any ending; ... stands for a few words; [a|b] is one "
            "of these; [a|] may be missing; # is an amount; ? ends a question. Capitals and accents "
            "do not matter."
        ),
    )
    unless = models.TextField(
        _("unless"),
        max_length=4000,
        blank=True,
        validators=[validate_text, validate_patterns],
        help_text=_("Good forms that hold such words, like “is not a condition of”."),
    )
    better = models.CharField(_("better line"), max_length=300, validators=[validate_text])
    is_active = models.BooleanField(_("in use"), default=True)
    note = models.CharField(
        _("why"),
        max_length=200,
        blank=True,
        validators=[validate_text],
        help_text=_("Needed when a rule that comes with the product is paused or re-worded."),
    )
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("last changed by"),
        null=True,
        blank=True,
        editable=False,
    )

    class Meta:
        verbose_name = _("phrase rule")
        verbose_name_plural = _("phrase rules")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="opener") | Q(severity="warn"),
                name="opener_only_warns",
                violation_error_message=_("What asks for a no only warns; it never blocks."),
            ),
        ]

    def __str__(self) -> str:
        return self.code


class PhraseOverride(AppendOnly):
    """A second person lets a severe line be published, and says why."""

    digest = models.CharField(_("fingerprint of the text"), max_length=64, db_index=True)
    rule_code = models.CharField(_("rule"), max_length=20)
    place = models.CharField(_("where"), max_length=150)
    words = models.TextField(_("the text"))
    reason = models.CharField(_("reason"), max_length=300, validators=[validate_text])
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("written by"),
        null=True,
        blank=True,
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("overridden by")
    )
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("overridden phrase")
        verbose_name_plural = _("overridden phrases")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(author__isnull=True) | ~Q(by=F("author")),
                name="override_second_person",
                violation_error_message=_("Who wrote a line does not override it himself."),
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="override_has_reason",
                violation_error_message=_("An override needs a reason."),
            ),
            models.UniqueConstraint(fields=["digest", "rule_code", "by"], name="override_once"),
        ]

    def __str__(self) -> str:
        return f"{self.place}: {self.rule_code}"
