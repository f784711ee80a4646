"""Rules that write many cells of the matrix at once."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from crossbank.catalog.models import Product, text, validate_code
from crossbank.matrix.models.languages import clean_words
from crossbank.matrix.models.pairings import REVIEW, Pairing, Rating


class PairingRule(models.Model):
    """What an owner says once about many pairs: a filter on each side, and what their pair says.

    Source of the order in which rules decide: domain.md 4.1; `engine.rules` does it. Products of
    a filter are rows here, the rest of it is JSON by code (`rule_filters`).
    """

    code = models.CharField(_("code"), max_length=20, unique=True, validators=[validate_code])
    is_active = models.BooleanField(
        _("in use"), default=True, help_text=_("Without the tick the rule is paused.")
    )
    source_products = models.ManyToManyField(
        Product, related_name="rules_from", verbose_name=_("main products"), blank=True
    )
    target_products = models.ManyToManyField(
        Product, related_name="rules_to", verbose_name=_("shown products"), blank=True
    )
    source = models.JSONField(_("which main products"), default=dict, blank=True)
    target = models.JSONField(_("which shown products"), default=dict, blank=True)
    beside = models.JSONField(_("seen from the main product"), default=dict, blank=True)
    relation = models.CharField(
        _("relation"),
        max_length=20,
        choices=Pairing.Relation.choices,
        default=Pairing.Relation.CROSS_SELL,
    )
    rating = models.CharField(_("rating"), max_length=20, choices=Rating.choices, blank=True)
    kind = models.CharField(
        _("kind"), max_length=20, choices=Pairing.Kind.choices, default=Pairing.Kind.RELATED
    )
    reason = models.CharField(_("reason"), max_length=120, validators=text)
    instead = models.CharField(_("what to do instead"), max_length=200, blank=True, validators=text)
    benefit = models.CharField(_("benefit"), max_length=200, blank=True, validators=text)
    say = models.CharField(_("say"), max_length=300, blank=True, validators=text)
    words = models.JSONField(_("texts in other languages"), default=dict, blank=True)
    rank = models.PositiveSmallIntegerField(
        _("rank"), default=100, help_text=_("Order inside one rating, the smallest first.")
    )
    priority = models.PositiveSmallIntegerField(
        _("priority"),
        default=10,
        help_text=_("Of two rules the higher one decides. Equal ones must say the same."),
    )
    valid_from = models.DateField(_("from"), null=True, blank=True)
    valid_until = models.DateField(_("until"), null=True, blank=True)
    review_on = models.DateField(_("review on"), null=True, blank=True, help_text=REVIEW)

    class Meta:
        verbose_name = _("pairing rule")
        verbose_name_plural = _("pairing rules")
        ordering = ["-priority", "code"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(relation="cross_sell") & ~Q(rating=""))
                | Q(relation="up_sell", rating=""),
                name="rule_rated",
                violation_error_message=_(
                    "A rule for cross-selling needs a rating; a better main product has none."
                ),
            ),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_until__isnull=True)
                | Q(valid_from__lt=F("valid_until")),
                name="rule_dates_in_order",
                violation_error_message=_("The rule ends after it begins."),
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def clean(self) -> None:
        if self.rating == Rating.NOT_ALLOWED and not self.instead:
            raise ValidationError(
                {"instead": _("Say what to do instead: the employee needs an answer.")}
            )
        clean_words(self)
