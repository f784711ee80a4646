"""One customer, one conversation, what was presented and what he said."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from crossbank.catalog.models import Need, Product
from crossbank.engine import terms
from crossbank.matrix.models import Edition, Rating
from crossbank.offers.models import Offer
from crossbank.org.models import Branch, Role, User


class Bucket(models.TextChoices):
    MAIN_ONLY = terms.Bucket.MAIN_ONLY.value, _("Main only")
    PLUS_ONE = terms.Bucket.PLUS_ONE.value, _("Main + 1")
    PLUS_TWO = terms.Bucket.PLUS_TWO.value, _("Main + 2")
    NO_MAIN = terms.Bucket.NO_MAIN.value, _("No main")


class CustomerKind(models.TextChoices):
    UNKNOWN = terms.CustomerKind.UNKNOWN.value, _("Unknown")
    NEW = terms.CustomerKind.NEW.value, _("New customer")
    EXISTING = terms.CustomerKind.EXISTING.value, _("Existing customer")


class Response(models.TextChoices):
    ACCEPTED = terms.Response.ACCEPTED.value, _("Taken")
    DECLINED = terms.Response.DECLINED.value, _("Presented, not taken")
    INTERESTED = terms.Response.INTERESTED.value, _("Interested")
    FOLLOW_UP = terms.Response.FOLLOW_UP.value, _("Follow up")


class DeclineReason(models.TextChoices):
    HAS_IT = "has_it", _("Has it already")
    NO_NEED = "no_need", _("No need")
    NOT_NOW = "not_now", _("Not now")
    TOO_EXPENSIVE = "too_expensive", _("Too expensive")
    THINKS_IT_OVER = "thinks_it_over", _("Thinks it over")
    ELSEWHERE = "elsewhere", _("Has it elsewhere")


class NothingOffered(models.TextChoices):
    IN_HURRY = "in_hurry", _("Customer in a hurry")
    CAME_FOR_SERVICE = "came_for_service", _("Came for a service")
    NOT_SUITABLE = "not_suitable", _("Nothing suitable")
    FORGOT = "forgot", _("I forgot")
    OTHER = "other", _("Another reason")


class Source(models.TextChoices):
    DESK = "desk", _("Desk")
    PAPER = "paper", _("Paper")
    CORRECTION = "correction", _("Correction")
    IMPORT = "import", _("Import")


# Counted on paper, here or long ago: in the tally, but nobody wrote down which products were
# spoken of.
COUNTED_ONLY = frozenset({Source.PAPER.value, Source.IMPORT.value})


class ConsultationQuerySet(models.QuerySet["Consultation"]):
    def standing(self) -> "ConsultationQuerySet":
        """Records that count: not voided, and no correction took their place."""
        return self.filter(voided_at__isnull=True, replaced_at__isnull=True)

    def of_day(self, employee: User, day: date) -> "ConsultationQuerySet":
        return self.filter(employee=employee, business_date=day)

    def correctable_by(self, user: User) -> "ConsultationQuerySet":
        """One's own; a manager's branch. Whether the day is still open is another question."""
        if user.role == Role.MANAGER:
            return self.filter(branch=user.branch_id)
        return self.filter(employee=user)

    def meant_by(self, uuid: Any, *, reader: User) -> "Consultation | None":
        """The record that an address means: the reader's own first, then the oldest."""
        found = sorted(
            self.filter(uuid=uuid), key=lambda row: (row.employee_id != reader.pk, row.pk)
        )
        return found[0] if found else None

    def in_branches(self, branches: models.QuerySet[Branch]) -> "ConsultationQuerySet":
        return self.filter(branch__in=branches)

    def with_story(self) -> "ConsultationQuerySet":
        """Everything a list or a record page prints, in a fixed number of queries."""
        return self.select_related(
            "main", "need", "branch", "employee", "edition"
        ).prefetch_related(
            models.Prefetch("items", ConsultationItem.objects.select_related("product", "offer"))
        )


class Consultation(models.Model):
    """What happened with one customer. Never edited: corrected by a new record, or voided.

    `uuid` is the client's; it identifies and is never a right. Product codes and names are copied,
    so that a report of March prints March's names.
    """

    uuid = models.UUIDField(_("number"), editable=False, db_index=True)
    employee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="consultations",
        verbose_name=_("employee"),
    )
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("entered by")
    )
    branch = models.ForeignKey(
        Branch, models.PROTECT, related_name="consultations", verbose_name=_("branch")
    )
    business_date = models.DateField(_("day"))
    recorded_at = models.DateTimeField(_("recorded at"))
    received_at = models.DateTimeField(_("received at"))
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    clock_suspect = models.BooleanField(_("clock was wrong"), default=False)
    hands_on_ms = models.PositiveIntegerField(_("hands-on time (ms)"), null=True, blank=True)

    main = models.ForeignKey(
        Product, models.PROTECT, related_name="consultations", verbose_name=_("main product")
    )
    main_code = models.CharField(max_length=20)
    main_name = models.CharField(max_length=100)
    stepped_up_from = models.CharField(_("came for"), max_length=20, blank=True)
    need = models.ForeignKey(
        Need, models.PROTECT, related_name="+", verbose_name=_("need"), null=True, blank=True
    )
    customer_kind = models.CharField(
        _("customer"), max_length=10, choices=CustomerKind.choices, blank=True
    )
    customer_ref = models.CharField(_("customer reference (hash)"), max_length=64, blank=True)
    edition = models.ForeignKey(
        Edition, models.PROTECT, related_name="+", verbose_name=_("matrix edition")
    )
    held = models.JSONField(_("has already"), default=list, blank=True)
    nothing_offered = models.CharField(
        _("nothing offered because"), max_length=20, choices=NothingOffered.choices, blank=True
    )
    note = models.CharField(_("note"), max_length=140, blank=True)
    bundle_code = models.CharField(_("bundle"), max_length=20, blank=True)
    bundle_terms = models.JSONField(_("bundle’s terms"), null=True, blank=True)
    # [{"code", "name", "partner", "partner_name"}]: given by itself, in no count
    comes_with = models.JSONField(_("came with it"), default=list, blank=True)

    bucket = models.CharField(_("tally"), max_length=10, choices=Bucket.choices)
    depth = models.PositiveSmallIntegerField(_("cross products taken"), default=0)
    presented = models.PositiveSmallIntegerField(_("presented"), default=0)
    # with what was quiet for this customer taken out, which nobody can tell afterwards; None: count
    # it from the edition
    offerable = models.PositiveSmallIntegerField(_("could be offered"), null=True, blank=True)
    source = models.CharField(
        _("source"), max_length=10, choices=Source.choices, default=Source.DESK
    )

    replaces = models.ForeignKey(
        "self",
        models.PROTECT,
        related_name="corrections",
        verbose_name=_("corrects"),
        null=True,
        blank=True,
    )
    replace_reason = models.CharField(_("why corrected"), max_length=200, blank=True)
    replaced_at = models.DateTimeField(_("corrected at"), null=True, blank=True)
    voided_at = models.DateTimeField(_("voided at"), null=True, blank=True)
    voided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("voided by"),
        null=True,
        blank=True,
    )
    void_reason = models.CharField(_("why voided"), max_length=200, blank=True)

    objects = ConsultationQuerySet.as_manager()

    class Meta:
        verbose_name = _("consultation")
        verbose_name_plural = _("consultations")
        indexes = [
            models.Index(fields=["branch", "business_date"], name="consultation_branch_day"),
            models.Index(fields=["employee", "business_date"], name="consultation_employee_day"),
            models.Index(fields=["business_date"], name="consultation_day"),
            models.Index(
                fields=["customer_ref", "business_date"],
                condition=~Q(customer_ref=""),
                name="consultation_customer_history",
            ),
            # the few that count no more: what is known of their sales is taken off again
            models.Index(
                fields=["business_date"],
                condition=Q(voided_at__isnull=False) | Q(replaced_at__isnull=False),
                name="consultation_gone",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["replaces"],
                condition=Q(voided_at__isnull=True),
                name="corrected_once",
            ),
            models.CheckConstraint(
                condition=Q(voided_at__isnull=True, voided_by__isnull=True)
                | Q(voided_at__isnull=False, voided_by__isnull=False),
                name="voided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(bucket__in=["main_only", "no_main"], depth=0)
                | Q(bucket="plus_one", depth=1)
                | Q(bucket="plus_two", depth__gte=2),
                name="bucket_follows_depth",
            ),
            models.CheckConstraint(
                condition=Q(bundle_code="", bundle_terms__isnull=True)
                | (~Q(bundle_code="") & Q(bundle_terms__isnull=False)),
                name="bundle_with_its_terms",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.business_date} {self.main_code} {self.bucket}"

    def get_absolute_url(self) -> str:
        return reverse("desk:consultation", args=[self.uuid])

    @property
    def is_standing(self) -> bool:
        return self.voided_at is None and self.replaced_at is None

    @property
    def is_counted_only(self) -> bool:
        """Whether it holds a number only, and nothing of what was said."""
        return self.source in COUNTED_ONLY

    def chain(self) -> list["Consultation"]:
        """This record and those that it corrects, one after another: one conversation."""
        rows = [self]
        while rows[-1].replaces_id:
            rows.append(rows[-1].replaces)
        return rows


class ConsultationItem(models.Model):
    """One presented product and the customer's answer, with the terms as they were."""

    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="items")
    product = models.ForeignKey(
        Product, models.PROTECT, related_name="answers", verbose_name=_("product")
    )
    product_code = models.CharField(max_length=20)
    product_name = models.CharField(max_length=100)
    family_code = models.CharField(max_length=20)
    rating = models.CharField(_("rating"), max_length=20, choices=Rating.choices, blank=True)
    place = models.PositiveSmallIntegerField(_("place"), default=0)
    response = models.CharField(_("answer"), max_length=10, choices=Response.choices)
    reason = models.CharField(_("reason"), max_length=20, choices=DeclineReason.choices, blank=True)
    due_on = models.DateField(_("follow up on"), null=True, blank=True)
    asked = models.BooleanField(_("customer asked for it"), default=False)
    consent_at = models.DateTimeField(_("said yes at"), null=True, blank=True)
    consent_text_version = models.CharField(_("consent wording"), max_length=20, blank=True)
    price_minor = models.PositiveIntegerField(_("price shown (minor units)"), null=True, blank=True)
    price_shown = models.CharField(_("price shown"), max_length=60, blank=True)
    offer = models.ForeignKey(
        Offer, models.PROTECT, related_name="uses", verbose_name=_("offer"), null=True, blank=True
    )
    offer_terms = models.JSONField(_("offer's terms"), null=True, blank=True)

    class Meta:
        verbose_name = _("presented product")
        verbose_name_plural = _("presented products")
        ordering = ["consultation", "place", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["consultation", "product"], name="presented_once_per_consultation"
            ),
            models.CheckConstraint(
                condition=Q(offer__isnull=True, offer_terms__isnull=True)
                | Q(offer__isnull=False, offer_terms__isnull=False),
                name="offer_with_its_terms",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_code} {self.response}"
