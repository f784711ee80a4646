"""How an offer's terms become a promise: released by a second person, frozen, one version after another."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from crossbank.catalog.models import Product, text
from crossbank.conduct.models import AppendOnly
from crossbank.offers.models.offers import Offer


class OfferRelease(AppendOnly):
    """One version of an offer's terms as it was released. Desks, rights and records read these."""

    offer = models.ForeignKey(
        Offer, models.PROTECT, related_name="releases", verbose_name=_("offer")
    )
    number = models.PositiveIntegerField(_("version"))
    terms = models.JSONField(_("terms"))
    digest = models.CharField(_("digest"), max_length=64, db_index=True)
    released_at = models.DateTimeField(_("released at"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("author"),
        null=True,
        blank=True,
        help_text=_("Nobody: it held before releases were kept."),
    )
    approver = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("released by"),
        null=True,
        blank=True,
    )
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("release of an offer")
        verbose_name_plural = _("releases of offers")
        ordering = ["offer", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["offer", "number"], name="offer_version_once"),
            models.CheckConstraint(
                condition=Q(approver__isnull=True)
                | Q(author__isnull=True)
                | ~Q(approver=F("author")),
                name="release_two_people",
                violation_error_message=_("Another person than the author releases it."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.offer_id} v{self.number}"


class OfferReviewQuerySet(models.QuerySet["OfferReview"]):
    def waiting(self) -> "OfferReviewQuerySet":
        return self.filter(state=OfferReview.State.IN_REVIEW)


class OfferReview(models.Model):
    """Terms that somebody wants to release, frozen as he saw them, until somebody else decides."""

    class State(models.TextChoices):
        IN_REVIEW = "in_review", _("In review")
        RELEASED = "released", _("Released")
        RETURNED = "returned", _("Returned")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    offer = models.ForeignKey(
        Offer, models.PROTECT, related_name="reviews", verbose_name=_("offer")
    )
    terms = models.JSONField(_("terms"))
    digest = models.CharField(_("digest"), max_length=64)
    note = models.CharField(_("note"), max_length=200, validators=text)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("author")
    )
    submitted_at = models.DateTimeField(_("submitted at"))
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
    release = models.OneToOneField(
        OfferRelease,
        models.PROTECT,
        related_name="review",
        verbose_name=_("release"),
        null=True,
        blank=True,
    )

    objects = OfferReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("review of an offer")
        verbose_name_plural = _("reviews of offers")
        ordering = ["-submitted_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["offer"], condition=Q(state="in_review"), name="one_review_per_offer"
            ),
            models.CheckConstraint(
                condition=Q(state="withdrawn")
                | Q(decided_by__isnull=True)
                | ~Q(decided_by=F("author")),
                name="offer_review_two_people",
                violation_error_message=_("Another person than the author decides."),
            ),
            models.CheckConstraint(
                condition=Q(state="in_review", decided_by__isnull=True, decided_at__isnull=True)
                | (~Q(state="in_review") & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="offer_review_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state="released", release__isnull=False)
                | (~Q(state="released") & Q(release__isnull=True)),
                name="offer_review_with_release",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.offer_id} {self.state}"


class Placement(models.Model):
    """Where the release that holds stands: beside one main product, until a day. Derived, indexed.

    Desks find the live offers of a main product here, however many have ended. `until` is the day
    after the last one; date.max where there is none.
    """

    offer = models.ForeignKey(Offer, models.CASCADE, related_name="placements")
    release = models.ForeignKey(OfferRelease, models.PROTECT, related_name="+")
    main = models.ForeignKey(Product, models.PROTECT, related_name="+")
    until = models.DateField()

    class Meta:
        verbose_name = _("place of an offer")
        verbose_name_plural = _("places of offers")
        indexes = [models.Index(fields=["main", "until"], name="placement_main_until")]
        constraints = [models.UniqueConstraint(fields=["offer", "main"], name="placed_once")]

    def __str__(self) -> str:
        return f"{self.offer_id} {self.main_id}"
