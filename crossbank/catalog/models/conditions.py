"""Conditions of a product in three layers, in the words of the people who keep them."""

import re
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crossbank.catalog.models.knowledge import Need
from crossbank.catalog.models.products import Product, text
from crossbank.engine import conditions as engine
from crossbank.org.models import Branch, Region

_BETWEEN = re.compile(r"[\s,;]+")
# Attributes whose values are few and known to the engine; of the others the bank keeps rows.
_FIXED: dict[str, tuple[str, ...]] = {
    engine.Attribute.CUSTOMER_KIND: engine.CUSTOMER_KINDS,
    engine.Attribute.AGE_BAND: engine.AGE_BANDS,
    engine.Attribute.CHANNEL: engine.CHANNELS,
}
_ROWS: dict[str, type[models.Model]] = {
    engine.Attribute.NEED: Need,
    engine.Attribute.HOLDS: Product,
    engine.Attribute.BRANCH: Branch,
    engine.Attribute.REGION: Region,
}


class ConditionRow(models.Model):
    """One line that must hold before something is offered; what nobody knows is asked first."""

    class Layer(models.TextChoices):
        ELIGIBILITY = engine.Layer.ELIGIBILITY.value, gettext_lazy("May have it")
        APPLICABILITY = engine.Layer.APPLICABILITY.value, gettext_lazy("Makes sense now")
        SUITABILITY = engine.Layer.SUITABILITY.value, gettext_lazy("In the customer’s interest")

    class Attribute(models.TextChoices):
        CUSTOMER_KIND = engine.Attribute.CUSTOMER_KIND.value, gettext_lazy("New or existing")
        AGE_BAND = engine.Attribute.AGE_BAND.value, gettext_lazy("Age")
        NEED = engine.Attribute.NEED.value, gettext_lazy("Need")
        HOLDS = engine.Attribute.HOLDS.value, gettext_lazy("Products held")
        CHANNEL = engine.Attribute.CHANNEL.value, gettext_lazy("Channel")
        BRANCH = engine.Attribute.BRANCH.value, gettext_lazy("Branch")
        REGION = engine.Attribute.REGION.value, gettext_lazy("Region")

    class Operator(models.TextChoices):
        IS_ONE_OF = engine.Operator.IS_ONE_OF.value, gettext_lazy("is one of")
        IS_NONE_OF = engine.Operator.IS_NONE_OF.value, gettext_lazy("is none of")

    layer = models.CharField(gettext_lazy("layer"), max_length=20, choices=Layer.choices)
    attribute = models.CharField(gettext_lazy("what"), max_length=20, choices=Attribute.choices)
    operator = models.CharField(
        gettext_lazy("how"), max_length=20, choices=Operator.choices, default=Operator.IS_ONE_OF
    )
    values = models.CharField(
        gettext_lazy("values"),
        max_length=400,
        validators=text,
        help_text=gettext_lazy("Codes with commas between them, for example 14-17, 18-26."),
    )
    message = models.CharField(
        gettext_lazy("why not"),
        max_length=200,
        validators=text,
        help_text=gettext_lazy("What a colleague reads when it does not hold."),
    )
    ask = models.CharField(
        gettext_lazy("ask first"),
        max_length=200,
        blank=True,
        validators=text,
        help_text=gettext_lazy("What to ask while nobody knows; empty: the usual question."),
    )

    class Meta:
        abstract = True

    @property
    def words(self) -> str:
        what = f"{self.get_attribute_display()} {self.get_operator_display()} {self.values}"
        return f"{self.get_layer_display()}: {what}"

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(code for code in _BETWEEN.split(self.values) if code)

    def clean(self) -> None:
        """Values are known codes, each once; kept in one way of writing them."""
        if self.attribute not in self.Attribute.values:
            return  # the field itself says so
        self.values = in_one_writing(self.attribute, self.values)
        codes = self.codes
        if not codes:
            raise ValidationError({"values": _("Name at least one value.")})
        if unknown := [code for code in codes if code not in _known(self.attribute, codes)]:
            raise ValidationError({"values": _unknown_words(self.attribute, unknown)})


class ProductCondition(ConditionRow):
    """A condition of a product, part of the next edition."""

    product = models.ForeignKey(
        Product, models.CASCADE, related_name="conditions", verbose_name=gettext_lazy("product")
    )

    class Meta:
        verbose_name = gettext_lazy("condition")
        verbose_name_plural = gettext_lazy("conditions")
        ordering = ["product", "layer", "attribute", "operator", "values"]
        constraints = [
            models.UniqueConstraint(
                fields=["product", "layer", "attribute", "operator", "values"],
                name="condition_once",
                violation_error_message=gettext_lazy("This product has this condition already."),
            ),
            models.CheckConstraint(
                condition=~Q(values="") & ~Q(message=""),
                name="condition_says_why",
                violation_error_message=gettext_lazy("A condition has values, and says why not."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product.code}, {self.words}"

    def clean(self) -> None:
        super().clean()
        if self.attribute == engine.Attribute.HOLDS and self.product_id in _ids(self.codes):
            raise ValidationError(
                {"values": _("“Has it already” is known without a condition: leave it out.")}
            )


def in_one_writing(attribute: str, values: str) -> str:
    """Codes sorted, each once, in the case in which they are kept; a branch's may be any."""
    codes = (code for code in _BETWEEN.split(values) if code)
    if attribute in _FIXED:
        codes = (code.lower() for code in codes)
    elif attribute in {engine.Attribute.NEED, engine.Attribute.HOLDS}:
        codes = (code.upper() for code in codes)
    return ", ".join(sorted({*codes}))


def _known(attribute: str, codes: Iterable[str]) -> set[str]:
    if attribute in _FIXED:
        return {*_FIXED[attribute]}
    rows = _ROWS[engine.Attribute(attribute)]._default_manager.filter(code__in=codes)
    return {*rows.values_list("code", flat=True)}


def _ids(codes: Iterable[str]) -> set[int]:
    return {*Product.objects.filter(code__in=codes).values_list("pk", flat=True)}


_NOTHING_LIKE_IT: dict[str, Promise] = {
    engine.Attribute.NEED: gettext_lazy("There is no need %(codes)s."),
    engine.Attribute.HOLDS: gettext_lazy("There is no product %(codes)s."),
    engine.Attribute.BRANCH: gettext_lazy("There is no branch %(codes)s."),
    engine.Attribute.REGION: gettext_lazy("There is no region %(codes)s."),
}


def _unknown_words(attribute: str, unknown: list[str]) -> str:
    words = {"codes": ", ".join(unknown)[:100]}
    if attribute not in _FIXED:
        return str(_NOTHING_LIKE_IT[attribute]) % words
    known = ", ".join(_FIXED[attribute])
    return _("“%(codes)s” is not known here. Choose from: %(known)s.") % {**words, "known": known}
