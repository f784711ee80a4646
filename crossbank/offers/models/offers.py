"""Promises with a clock, as their owner writes them."""

from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from crossbank.catalog.models import ConditionRow, Product, text, validate_code
from crossbank.engine import terms

MOST_FREE_DAYS = 3660  # ten years: as far as a call can be promised


class OfferQuerySet(models.QuerySet["Offer"]):
    def with_terms(self) -> "OfferQuerySet":
        """Everything that `services.offer_terms` reads, in three queries."""
        return self.select_related("cross").prefetch_related(
            models.Prefetch("mains", Product.objects.only("code")), "conditions"
        )

    def kept(self) -> "OfferQuerySet":
        """Not archived."""
        return self.filter(archived_at__isnull=True)

    def over(self, day: date) -> "OfferQuerySet":
        """Their window, as written, is over before that day and never comes again."""
        comes_back = Q(repeats_yearly=True, from_on__isnull=False)
        return self.filter(~comes_back, until_on__lte=day)


class Offer(models.Model):
    """A benefit on a cross product beside certain main products: the owner's own writing.

    Desks read releases (`OfferRelease`), which nobody changes; `release` is the one that holds.
    Where the offer stands is read off the clock.
    """

    class Kind(models.TextChoices):
        ONE_TIME = terms.OfferKind.ONE_TIME.value, _("One-time")
        TIME_LIMITED = terms.OfferKind.TIME_LIMITED.value, _("Time-limited")

    class Status(models.TextChoices):
        BOTH = "both", _("Everybody")
        NEW = "new", _("New customers")
        EXISTING = "existing", _("Existing customers")

    class Benefit(models.TextChoices):
        PRICE = terms.BenefitType.PRICE.value, _("Another price")
        PERCENT = terms.BenefitType.PERCENT.value, _("Percentage off")
        RATE = terms.BenefitType.RATE.value, _("Another rate")
        FREE_PERIOD = terms.BenefitType.FREE_PERIOD.value, _("Some time without charge")
        TEXT = terms.BenefitType.TEXT.value, _("In words only")

    class Window(models.TextChoices):
        CONSULTATION = terms.WindowKind.CONSULTATION.value, _("Only in the consultation")
        FIXED = terms.WindowKind.FIXED.value, _("From day to day")
        RELATIVE = terms.WindowKind.RELATIVE.value, _("Days after an event")

    class Trigger(models.TextChoices):
        NONE = terms.Trigger.NONE.value, _("None")
        MAIN_RECORDED = terms.Trigger.MAIN_RECORDED.value, _("Main product recorded")
        APPROVAL = terms.Trigger.APPROVAL.value, _("Personal approval")
        DRAWDOWN = terms.Trigger.DRAWDOWN.value, _("Drawdown")

    code = models.CharField(_("code"), max_length=20, unique=True, validators=[validate_code])
    name = models.CharField(_("headline"), max_length=100, validators=text)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    cross = models.ForeignKey(
        Product, models.PROTECT, related_name="offers", verbose_name=_("cross product")
    )
    mains = models.ManyToManyField(
        Product, related_name="offers_as_main", verbose_name=_("with main products")
    )
    customer_status = models.CharField(
        _("for"), max_length=10, choices=Status.choices, default=Status.BOTH
    )
    benefit_type = models.CharField(_("benefit"), max_length=20, choices=Benefit.choices)
    benefit_value = models.CharField(_("how much"), max_length=40, blank=True, validators=text)
    benefit_text = models.CharField(
        _("benefit in words"),
        max_length=200,
        validators=text,
        help_text=_("With what it costs later."),
    )
    price_with_minor = models.PositiveIntegerField(
        _("price with the offer, in minor units"), null=True, blank=True
    )
    price_with_text = models.CharField(
        _("price with the offer"), max_length=60, blank=True, validators=text
    )
    price_alone_text = models.CharField(
        _("price without it"), max_length=60, blank=True, validators=text
    )
    say = models.CharField(_("say"), max_length=300, blank=True, validators=text)
    window = models.CharField(_("window"), max_length=20, choices=Window.choices)
    window_text = models.CharField(
        _("window in words"), max_length=100, blank=True, validators=text
    )
    trigger_event = models.CharField(_("event"), max_length=20, choices=Trigger.choices, blank=True)
    days_after = models.PositiveSmallIntegerField(_("days after"), null=True, blank=True)
    from_on = models.DateField(_("first day"), null=True, blank=True)
    until_on = models.DateField(
        _("day after the last"), null=True, blank=True, help_text=_("The window ends before it.")
    )
    repeats_yearly = models.BooleanField(_("every year"), default=False)
    priority = models.PositiveSmallIntegerField(
        _("priority"), help_text=_("The higher one wins inside a group.")
    )
    exclusion_group = models.CharField(
        _("group"), max_length=30, blank=True, validators=[validate_code]
    )
    needs_second_consent = models.BooleanField(
        _("needs a second yes"),
        default=False,
        help_text=_("First without charge, then paid only after a new yes."),
    )
    free_days = models.PositiveSmallIntegerField(
        _("days without charge"),
        null=True,
        blank=True,
        help_text=_("First without charge: the customer is asked again a week before they end."),
    )
    max_total = models.PositiveIntegerField(
        _("uses in all"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    max_per_branch = models.PositiveIntegerField(
        _("uses per branch"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    max_per_customer = models.PositiveSmallIntegerField(
        _("uses per customer"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("The desk then needs the customer number."),
    )
    frees_on_reversal = models.BooleanField(
        _("can be used again after a withdrawal"),
        default=False,
        help_text=_("When the customer withdraws in time, his right and its place come back."),
    )
    is_paused = models.BooleanField(
        _("paused"),
        default=False,
        help_text=_("Holds at once, without a release. Rights that customers have stay good."),
    )
    release = models.OneToOneField(
        "offers.OfferRelease",
        models.PROTECT,
        related_name="holds_for",
        verbose_name=_("release that holds"),
        null=True,
        blank=True,
        editable=False,
    )
    archived_at = models.DateTimeField(_("archived at"), null=True, blank=True, editable=False)

    objects = OfferQuerySet.as_manager()

    class Meta:
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(from_on__isnull=True)
                | Q(until_on__isnull=True)
                | Q(from_on__lt=F("until_on")),
                name="offer_dates_in_order",
                violation_error_message=_("The window ends after it begins."),
            ),
            models.CheckConstraint(
                condition=~Q(window="fixed") | Q(from_on__isnull=False, until_on__isnull=False),
                name="fixed_window_has_dates",
                violation_error_message=_("A window from day to day needs both days."),
            ),
            models.CheckConstraint(
                condition=~Q(window="relative")
                | (Q(days_after__isnull=False) & ~Q(trigger_event="")),
                name="relative_window_has_event",
                violation_error_message=_("A window after an event needs the event and the days."),
            ),
            models.CheckConstraint(
                condition=Q(window="consultation") | Q(kind="time_limited"),
                name="one_time_in_consultation",
                violation_error_message=_("A one-time offer lives only in the consultation."),
            ),
            models.CheckConstraint(
                condition=Q(free_days__isnull=True) | Q(needs_second_consent=True),
                name="free_days_need_second_yes",
                violation_error_message=_("Days without charge belong to a second yes."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def clean(self) -> None:
        if self.free_days and self.free_days > MOST_FREE_DAYS:
            told = _("At most %(most)d days: nobody is asked later than that.")
            raise ValidationError({"free_days": told % {"most": MOST_FREE_DAYS}})
        if (
            self.benefit_type
            and self.benefit_type != self.Benefit.TEXT
            and not self.price_with_text
        ):
            raise ValidationError(
                {"price_with_text": _("Say the price with the offer: the card shows both.")}
            )


class OfferCondition(ConditionRow):
    """A condition of an offer, part of its next release."""

    offer = models.ForeignKey(
        Offer, models.CASCADE, related_name="conditions", verbose_name=_("offer")
    )

    class Meta:
        verbose_name = _("condition of an offer")
        verbose_name_plural = _("conditions of offers")
        ordering = ["offer", "layer", "attribute", "operator", "values"]
        constraints = [
            models.UniqueConstraint(
                fields=["offer", "layer", "attribute", "operator", "values"],
                name="offer_condition_once",
                violation_error_message=_("This offer has this condition already."),
            ),
            models.CheckConstraint(
                condition=~Q(values="") & ~Q(message=""),
                name="offer_condition_says_why",
                violation_error_message=_("A condition has values, and says why not."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.offer.code}, {self.words}"
