"""Editions, which desks read, and how two people make one."""

from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from crossbank.catalog.models import text
from crossbank.conduct.models import AppendOnly, AppendOnlyQuerySet


class EditionQuerySet(AppendOnlyQuerySet):
    def with_higher_starts(self) -> "EditionQuerySet":
        """`higher_starts`: the earliest start of all higher numbers (`engine.succession`)."""
        higher = Edition.objects.filter(number__gt=OuterRef("number"))
        starts = higher.order_by("effective_from").values("effective_from")
        return self.annotate(higher_starts=Subquery(starts[:1]))


class Edition(AppendOnly):
    """A published matrix: a numbered snapshot with its digest. Desks read nothing else."""

    number = models.PositiveIntegerField(_("number"), unique=True)
    snapshot = models.JSONField(_("snapshot"))
    digest = models.CharField(_("digest"), max_length=64)
    effective_from = models.DateTimeField(_("effective from"), db_index=True)
    published_at = models.DateTimeField(_("published at"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("author")
    )
    approver = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("approver"),
        null=True,
        blank=True,
    )
    note = models.CharField(_("note"), max_length=200, blank=True)

    objects = EditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        ordering = ["-number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(approver__isnull=True) | ~Q(approver=F("author")),
                name="edition_two_people",
                violation_error_message=_("The approver is another person than the author."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}"


class EditionReviewQuerySet(models.QuerySet["EditionReview"]):
    def waiting(self) -> "EditionReviewQuerySet":
        return self.filter(state=EditionReview.State.IN_REVIEW)


class EditionReview(models.Model):
    """What somebody wants to publish, frozen as he saw it, until somebody else decides."""

    class State(models.TextChoices):
        IN_REVIEW = "in_review", _("In review")
        PUBLISHED = "published", _("Published")
        RETURNED = "returned", _("Returned")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    snapshot = models.JSONField(_("snapshot"))
    digest = models.CharField(_("digest"), max_length=64)
    note = models.CharField(_("note"), max_length=200, validators=text)
    effective_from = models.DateTimeField(
        _("effective from"), null=True, blank=True, help_text=_("Empty: as soon as it is approved.")
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("author")
    )
    submitted_at = models.DateTimeField(_("submitted at"))
    again_of = models.ForeignKey(
        Edition,
        models.PROTECT,
        related_name="+",
        verbose_name=_("publishes again"),
        null=True,
        blank=True,
    )
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.IN_REVIEW
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("decided by"),
        null=True,
        blank=True,
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decision_note = models.CharField(_("answer"), max_length=200, blank=True, validators=text)
    edition = models.OneToOneField(
        Edition,
        models.PROTECT,
        related_name="review",
        verbose_name=_("edition"),
        null=True,
        blank=True,
    )

    objects = EditionReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("review of an edition")
        verbose_name_plural = _("reviews of editions")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["state"],
                condition=Q(state="in_review"),
                name="edition_review_one_waits",
                violation_error_message=_("Another edition is in review already."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["in_review", "withdrawn"]) | ~Q(decided_by=F("author")),
                name="edition_review_two_people",
                violation_error_message=_("The one who decides is another person than the author."),
            ),
            models.CheckConstraint(
                condition=~Q(state="withdrawn") | Q(decided_by=F("author")),
                name="edition_review_own_withdrawn",
                violation_error_message=_("Only the author withdraws."),
            ),
            models.CheckConstraint(
                condition=Q(state="in_review", decided_by__isnull=True, decided_at__isnull=True)
                | (
                    Q(state__in=["published", "returned", "withdrawn"])
                    & Q(decided_by__isnull=False, decided_at__isnull=False)
                ),
                name="edition_review_decided",
            ),
            models.CheckConstraint(
                condition=Q(state="published", edition__isnull=False)
                | (~Q(state="published") & Q(edition__isnull=True)),
                name="edition_review_makes_edition",
            ),
            models.CheckConstraint(
                condition=~Q(state="returned") | ~Q(decision_note=""),
                name="edition_review_returned_with_words",
                violation_error_message=_("Say what should be changed."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.submitted_at:%Y-%m-%d %H:%M}"
