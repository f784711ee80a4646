"""Offers that were used with a consultation, and the rights that it gave."""

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, Func, OuterRef, Q, Value
from django.db.models.functions import Cast, Concat
from django.db.models.lookups import LessThan
from django.utils.translation import gettext_lazy as _

from crossbank.calls.models import Task
from crossbank.catalog.models import Product
from crossbank.desk.models.consultations import Consultation, ConsultationItem
from crossbank.offers.models import Grant, Offer


class _LocalDay(Func):
    """The day of a moment in a time zone that a row names: Django's own lookups know the reader's."""

    arity = 2
    output_field = models.DateField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        cast = "django_datetime_cast_date(%(expressions)s, 'UTC')"  # what Django registers there
        return self.as_sql(compiler, connection, template=cast, **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        cast = {"template": "(%(expressions)s)::date", "arg_joiner": " AT TIME ZONE "}
        return self.as_sql(compiler, connection, **cast, **context)


class RedemptionQuerySet(models.QuerySet["Redemption"]):
    def standing(self) -> "RedemptionQuerySet":
        """Uses that count: not given back by an undo or a correction."""
        return self.filter(given_back_at__isnull=True)

    def ended(self, on: date) -> "RedemptionQuerySet":
        """Uses whose product went again: withdrawn in time, or not wanted when its free time was
        over on a day. Without the second yes it just ends.
        """
        origin = Concat(
            Value("consultation:"), Cast(OuterRef("consultation_id"), models.CharField())
        )
        said_on = _LocalDay("closed_at", OuterRef("consultation__branch__time_zone"))
        yes = Task.objects.second_yeses().filter(
            LessThan(said_on, OuterRef("charged_from")),  # a late yes revives nothing
            origin=origin,
            product=OuterRef("product"),
        )
        return self.standing().filter(
            Q(reversed_at__isnull=False) | Q(charged_from__lte=on) & ~Exists(yes)
        )


class Redemption(models.Model):
    """One use of an offer on its terms as they were: on a cross product, or on the main product.

    `given_back_at`: undone or corrected, as if it never was. `reversed_at`: the customer withdrew
    in time; the use stays history, and frees the right only where the terms say so.
    """

    consultation = models.ForeignKey(
        Consultation, models.PROTECT, related_name="redemptions", verbose_name=_("consultation")
    )
    item = models.ForeignKey(
        ConsultationItem,
        models.PROTECT,
        related_name="redemptions",
        null=True,
        blank=True,
        help_text=_("Nothing: used on the main product."),
    )
    product = models.ForeignKey(
        Product, models.PROTECT, related_name="+", verbose_name=_("product")
    )
    offer = models.ForeignKey(
        Offer, models.PROTECT, related_name="redemptions", verbose_name=_("offer")
    )
    terms = models.JSONField(_("terms"))
    grant = models.ForeignKey(
        Grant,
        models.PROTECT,
        related_name="redemptions",
        verbose_name=_("right"),
        null=True,
        blank=True,
    )
    at = models.DateTimeField(_("used at"))
    charged_from = models.DateField(_("charged from"), null=True, blank=True)
    given_back_at = models.DateTimeField(_("given back at"), null=True, blank=True)
    reversed_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    reversed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("noted by"),
        null=True,
        blank=True,
    )

    objects = RedemptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("use of an offer")
        verbose_name_plural = _("uses of offers")
        indexes = [models.Index(fields=["offer", "at"], name="redemption_offer_at")]
        constraints = [
            models.UniqueConstraint(
                fields=["grant"],
                condition=Q(given_back_at__isnull=True, reversed_at__isnull=True),
                name="right_used_once",
            ),
            models.UniqueConstraint(
                fields=["consultation", "product"],
                condition=Q(given_back_at__isnull=True),
                name="one_offer_per_product",
            ),
            models.CheckConstraint(
                condition=Q(reversed_at__isnull=True, reversed_by__isnull=True)
                | Q(reversed_at__isnull=False, reversed_by__isnull=False),
                name="reversed_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.consultation_id} {self.offer_id}"

    @property
    def free_until(self) -> date | None:
        """The last day without charge of an offer that is free first."""
        return self.charged_from - timedelta(days=1) if self.charged_from else None

    @property
    def takes_place(self) -> bool:
        """Its place and its right are taken: no withdrawal has freed them by the terms."""
        return self.reversed_at is None or not self.terms.get("frees_on_reversal")


class IssuedRight(models.Model):
    """Which consultation gave a right; a correction takes it over, so the printed code stays good."""

    consultation = models.ForeignKey(
        Consultation, models.PROTECT, related_name="issued", verbose_name=_("consultation")
    )
    grant = models.OneToOneField(
        Grant, models.PROTECT, related_name="issued_with", verbose_name=_("right")
    )

    class Meta:
        verbose_name = _("right given with a consultation")
        verbose_name_plural = _("rights given with consultations")

    def __str__(self) -> str:
        return f"{self.consultation_id} {self.grant_id}"
