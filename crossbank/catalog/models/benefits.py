"""What partners add to the bank's main products by themselves."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from crossbank.catalog.models.products import Partner, Product, validate_code
from crossbank.web.text import validate_text


class PartnerBenefitQuerySet(models.QuerySet["PartnerBenefit"]):
    def still_given(self, day: date) -> "PartnerBenefitQuerySet":
        """In use, and not ended on this local day; `valid_until` is exclusive."""
        return self.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=day), is_active=True)


class PartnerBenefit(models.Model):
    """What comes with a main product without a question: no product, never a cross, never counted."""

    code = models.CharField(_("code"), max_length=20, unique=True, validators=[validate_code])
    partner = models.ForeignKey(
        Partner, models.PROTECT, related_name="benefits", verbose_name=_("partner")
    )
    name = models.CharField(_("name"), max_length=100, validators=[validate_text])
    text = models.CharField(
        _("what it gives"),
        max_length=300,
        validators=[validate_text],
        help_text=_("What the customer gets, until when, and what it costs later, if anything."),
    )
    mains = models.ManyToManyField(
        Product, related_name="benefits_as_main", verbose_name=_("main products")
    )
    valid_from = models.DateField(_("first day"), null=True, blank=True)
    valid_until = models.DateField(_("day after the last"), null=True, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)

    objects = PartnerBenefitQuerySet.as_manager()

    class Meta:
        verbose_name = _("partner benefit")
        verbose_name_plural = _("partner benefits")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_until__isnull=True)
                | Q(valid_from__lt=F("valid_until")),
                name="benefit_in_order",
                violation_error_message=_("The benefit ends after it begins."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
