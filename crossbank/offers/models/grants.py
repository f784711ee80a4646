"""Rights that travel with the customer."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from crossbank.catalog.models import text
from crossbank.offers.models.releases import OfferRelease
from crossbank.org.models import Branch


class ApprovalListQuerySet(models.QuerySet["ApprovalList"]):
    def with_used(self) -> "ApprovalListQuerySet":
        """How many of its rights were used since, as `used`."""
        used = Grant.objects.filter(from_list=OuterRef("pk"), used_at__isnull=False)
        counted = used.order_by().values("from_list").annotate(count=Count("pk")).values("count")
        return self.annotate(used=Coalesce(Subquery(counted), 0))


class ApprovalList(models.Model):
    """A list of customers with a personal approval, as it was taken over; never their numbers."""

    release = models.ForeignKey(OfferRelease, models.PROTECT, related_name="lists")
    note = models.CharField(_("note"), max_length=100, blank=True, validators=text)
    digest = models.CharField(_("file"), max_length=64)
    rows = models.PositiveIntegerField(_("rights given"))
    at = models.DateTimeField(_("taken over at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by")
    )

    objects = ApprovalListQuerySet.as_manager()

    class Meta:
        verbose_name = _("list of approvals")
        verbose_name_plural = _("lists of approvals")
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.release_id} {self.at:%Y-%m-%d}"


class GrantQuerySet(models.QuerySet["Grant"]):
    def open(self, at: datetime) -> "GrantQuerySet":
        """Can still be used, the soonest end first."""
        return self.filter(used_at__isnull=True, withdrawn_at__isnull=True, until__gt=at).order_by(
            "until", "pk"
        )

    def of_customer(self, reference: str) -> "GrantQuerySet":
        """`reference`: its hash; nobody's rights where there is none."""
        return self.filter(customer_ref=reference) if reference else self.none()


class Grant(models.Model):
    """A right to an offer on its released terms, good in every branch until `until`, used once.

    Found by its code or by the hash of the customer number. `branch` issued it; a right out of a
    list has none.
    """

    release = models.ForeignKey(
        OfferRelease, models.PROTECT, related_name="grants", verbose_name=_("terms")
    )
    code = models.CharField(_("code"), max_length=12, unique=True)
    customer_ref = models.CharField(_("customer reference (hash)"), max_length=64, blank=True)
    branch = models.ForeignKey(
        Branch,
        models.PROTECT,
        related_name="grants",
        verbose_name=_("issued by"),
        null=True,
        blank=True,
    )
    issued_on = models.DateField(_("issued on"))
    issued_at = models.DateTimeField(_("issued at"))
    until = models.DateTimeField(_("good until"))
    from_list = models.ForeignKey(
        ApprovalList, models.PROTECT, related_name="grants", null=True, blank=True
    )
    used_at = models.DateTimeField(_("used at"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    objects = GrantQuerySet.as_manager()

    class Meta:
        verbose_name = _("right")
        verbose_name_plural = _("rights")
        indexes = [
            models.Index(
                fields=["customer_ref", "until"],
                condition=~Q(customer_ref=""),
                name="grant_of_customer",
            ),
            models.Index(
                fields=["branch", "until"],
                condition=Q(used_at__isnull=True, withdrawn_at__isnull=True),
                name="grant_open_in_branch",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(used_at__isnull=True) | Q(withdrawn_at__isnull=True),
                name="right_used_or_withdrawn",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def last_day(self) -> date:
        """The day that was promised, by the calendar of the place that gave it; `release` joined."""
        return self.issued_on + timedelta(days=self.release.terms["days_after"])
