"""Promises with a clock."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from crossbank.catalog.models import Product, text, validate_code
from crossbank.engine import terms


class Offer(models.Model):
    """A benefit on a cross product beside certain main products. Its state is read off the clock."""

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
    is_paused = models.BooleanField(_("paused"), default=False)

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
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def clean(self) -> None:
        if (
            self.benefit_type
            and self.benefit_type != self.Benefit.TEXT
            and not self.price_with_text
        ):
            raise ValidationError(
                {"price_with_text": _("Say the price with the offer: the card shows both.")}
            )
