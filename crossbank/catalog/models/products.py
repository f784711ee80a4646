"""What the bank sells: families, products, partners."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator, URLValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from crossbank.engine.terms import ChargeKind as EngineChargeKind
from crossbank.web.text import validate_text

validate_code = RegexValidator(
    r"^[A-Z0-9][A-Z0-9-]{0,19}\Z",
    _("A code is up to 20 capital letters, digits and hyphens, for example CRD-DEB."),
)
text = [validate_text]


class Family(models.Model):
    """A group of products of one sort, such as cards."""

    code = models.CharField(_("code"), max_length=20, unique=True, validators=[validate_code])
    name = models.CharField(_("name"), max_length=100, validators=text)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("family")
        verbose_name_plural = _("families")
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return self.name


class Partner(models.Model):
    """Another company whose product the bank offers."""

    code = models.CharField(_("code"), max_length=20, unique=True, validators=[validate_code])
    name = models.CharField(_("name"), max_length=100, validators=text)
    about = models.TextField(_("about"), blank=True, validators=text)

    class Meta:
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class ProductQuerySet(models.QuerySet["Product"]):
    def on_sale(self, day: date) -> "ProductQuerySet":
        """Products that may be sold on this local day; `valid_until` is exclusive."""
        return self.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=day),
            Q(valid_until__isnull=True) | Q(valid_until__gt=day),
        )


class Product(models.Model):
    """Something the bank sells, as main product, as cross product, or both. Retired, not deleted."""

    class Tier(models.TextChoices):
        BASIC = "basic", _("Basic")
        MID = "mid", _("Middle")
        PREMIUM = "premium", _("Premium")

    class Provider(models.TextChoices):
        BANK = "bank", _("The bank")
        PARTNER = "partner", _("A partner")

    class Period(models.TextChoices):
        NONE = "", _("No period")
        ONCE = "once", _("Once")
        MONTH = "month", _("A month")
        YEAR = "year", _("A year")

    class ChargeKind(models.TextChoices):
        FREE = EngineChargeKind.FREE.value, _("Costs nothing")
        ONE_OFF = EngineChargeKind.ONE_OFF.value, _("Paid once")
        RECURRING = EngineChargeKind.RECURRING.value, _("Paid again and again")
        RATE = EngineChargeKind.RATE.value, _("Interest, share or premium by rate")

    code = models.CharField(_("code"), max_length=20, unique=True, validators=[validate_code])
    name = models.CharField(_("name"), max_length=100, validators=text)
    family = models.ForeignKey(
        Family, models.PROTECT, related_name="products", verbose_name=_("family")
    )
    tier = models.CharField(_("tier"), max_length=10, choices=Tier.choices, default=Tier.BASIC)
    is_main = models.BooleanField(
        _("main product"), default=False, help_text=_("A customer may come for it.")
    )
    is_cross = models.BooleanField(
        _("cross product"), default=False, help_text=_("It may be offered beside another.")
    )
    desk_order = models.PositiveSmallIntegerField(
        _("tile"),
        null=True,
        blank=True,
        unique=True,
        help_text=_("Digit 1-9 of its tile on the desk; empty: found by search."),
    )
    provider = models.CharField(
        _("provider"), max_length=10, choices=Provider.choices, default=Provider.BANK
    )
    partner = models.ForeignKey(
        Partner,
        models.PROTECT,
        related_name="products",
        verbose_name=_("partner"),
        null=True,
        blank=True,
    )
    charge_kind = models.CharField(
        _("charge"), max_length=10, choices=ChargeKind.choices, default=ChargeKind.FREE
    )
    price_minor = models.PositiveIntegerField(
        _("price in minor units"),
        null=True,
        blank=True,
        help_text=_("2400 is 24.00. Empty when the price depends on score, rate or trade."),
    )
    price_text = models.CharField(
        _("price in words"),
        max_length=60,
        blank=True,
        validators=text,
        help_text=_("As it stands on the card: “24.00 a year”."),
    )
    price_period = models.CharField(
        _("price period"), max_length=10, choices=Period.choices, blank=True
    )
    standalone_price_minor = models.PositiveIntegerField(
        _("price bought alone, in minor units"), null=True, blank=True
    )
    is_credit = models.BooleanField(_("credit"), default=False)
    is_insurance = models.BooleanField(_("insurance"), default=False)
    needs_licence = models.BooleanField(
        _("needs a licence"),
        default=False,
        help_text=_("Only a licensed adviser may conclude it; at the desk it is a referral."),
    )
    withdrawal_days = models.PositiveSmallIntegerField(
        _("withdrawal within (days)"), null=True, blank=True
    )
    reflection_days = models.PositiveSmallIntegerField(
        _("reflection before signing (days)"), null=True, blank=True
    )
    defer_days = models.PositiveSmallIntegerField(
        _("may be accepted from day"),
        null=True,
        blank=True,
        help_text=_("Deferred opt-in: presented today, accepted only later."),
    )
    disclosure = models.TextField(
        _("disclosure"),
        blank=True,
        validators=text,
        help_text=_("What the customer must hear: cost, risk, that it can be bought separately."),
    )
    row_inherits_from = models.ForeignKey(
        "self",
        models.PROTECT,
        related_name="row_heirs",
        verbose_name=_("row inherited from"),
        null=True,
        blank=True,
        help_text=_("Its matrix row starts as a copy of that product's row."),
    )
    purpose_question = models.CharField(
        _("purpose question"),
        max_length=200,
        blank=True,
        validators=text,
        help_text=_("The first thing to ask a customer who comes for it."),
    )
    purpose = models.TextField(_("what it is for"), blank=True, validators=text)
    suits = models.TextField(_("whom it suits"), blank=True, validators=text)
    not_for = models.TextField(_("whom it does not suit"), blank=True, validators=text)
    say = models.TextField(_("what to say"), blank=True, validators=text)
    link = models.URLField(
        _("leaflet"), blank=True, validators=[URLValidator(schemes=["http", "https"])]
    )
    min_age = models.PositiveSmallIntegerField(_("from age"), null=True, blank=True)
    max_age = models.PositiveSmallIntegerField(_("to age"), null=True, blank=True)
    valid_from = models.DateField(_("sold from"), null=True, blank=True)
    valid_until = models.DateField(
        _("retired on"),
        null=True,
        blank=True,
        help_text=_("From this day on it is no longer sold. History keeps it."),
    )

    objects = ProductQuerySet.as_manager()

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        ordering = ["family__order", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(provider="bank", partner__isnull=True)
                | Q(provider="partner", partner__isnull=False),
                name="partner_named",
                violation_error_message=_(
                    "A partner's product names its partner; the bank's own names none."
                ),
            ),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_until__isnull=True)
                | Q(valid_from__lt=F("valid_until")),
                name="product_dates_in_order",
                violation_error_message=_("A product is retired after it was first sold."),
            ),
            models.CheckConstraint(
                condition=~Q(charge_kind="free") | Q(price_minor__isnull=True) | Q(price_minor=0),
                name="free_costs_nothing",
                violation_error_message=_("A product that costs nothing has no price."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def get_absolute_url(self) -> str:
        return reverse("catalog:product", args=[self.code])

    def clean(self) -> None:
        problems: dict[str, Any] = {}
        if self.charge_kind != self.ChargeKind.FREE and not self.price_text:
            problems["price_text"] = _("Say what it costs, in the words that stand on the card.")
        if self.is_insurance and not self.disclosure:
            problems["disclosure"] = _("Insurance needs its cost and “can be bought separately”.")
        if self.is_main and not self.purpose_question:
            problems["purpose_question"] = _("A main product needs its purpose question.")
        if problems:
            raise ValidationError(problems)

    @property
    def price_alone_minor(self) -> int | None:
        """What it costs without anything else; None where it has no fixed price."""
        if self.standalone_price_minor is not None:
            return self.standalone_price_minor
        return 0 if self.charge_kind == self.ChargeKind.FREE else self.price_minor

    def is_on_sale(self, day: date) -> bool:
        started = self.valid_from is None or self.valid_from <= day
        return started and (self.valid_until is None or day < self.valid_until)
