"""The form of a pairing rule: two filters in plain fields, and a look at what it would change."""

import re
from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from crossbank.catalog.forms import LastDayField, MoneyField
from crossbank.catalog.models import Attribute, Family, Need, Partner, Product
from crossbank.catalog.models.knowledge import validate_key
from crossbank.engine import rules
from crossbank.engine.filters import Beside, ProductFilter
from crossbank.matrix import services
from crossbank.matrix.models import PairingRule
from crossbank.matrix.models.languages import every_name
from crossbank.matrix.rule_filters import plain, rule_terms
from crossbank.matrix.word_forms import RuleWords, WordsForm

SIDES = ("source", "target")
_PLACEHOLDER = re.compile(r"\{[^}]*\}?")
_FLAGS = [
    ("is_credit", _("Credit")),
    ("!is_credit", _("No credit")),
    ("is_insurance", _("Insurance")),
    ("!is_insurance", _("No insurance")),
    ("needs_licence", _("Needs a licence")),
    ("!needs_licence", _("Needs no licence")),
]
_TEXTS = ("reason", "instead", "benefit", "say")


class Ticks(forms.MultipleChoiceField):
    widget = forms.CheckboxSelectMultiple


class AttributesField(forms.CharField):
    """Lines “name=value”; of one name any value is enough, every name must hold."""

    widget = forms.Textarea(attrs={"rows": 2})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list | tuple) else value

    def clean(self, value: Any) -> list[str]:
        text = super().clean(value)
        return [self._line(line) for line in text.splitlines() if line.strip()]

    def _line(self, line: str) -> str:
        key, sign, value = (part.strip() for part in line.partition("="))
        if not sign or not key or not value:
            raise forms.ValidationError(
                _("“%(line)s” is not of the form name=value."), params={"line": line[:40]}
            )
        validate_key(key)
        return f"{key}={value}"


def _side_fields(side: str) -> dict[str, forms.Field]:
    """The fields of one filter; all are optional, and what is empty asks nothing."""
    money = {"required": False, "help_text": _("Products without a fixed price do not pass.")}
    return {
        f"{side}_families": Ticks(label=_("Family"), required=False),
        f"{side}_tiers": Ticks(label=_("Tier"), required=False, choices=Product.Tier.choices),
        f"{side}_providers": Ticks(
            label=_("Own or partner"), required=False, choices=Product.Provider.choices
        ),
        f"{side}_partners": Ticks(label=_("Partner"), required=False),
        f"{side}_charge_kinds": Ticks(
            label=_("Charge"), required=False, choices=Product.ChargeKind.choices
        ),
        f"{side}_flags": Ticks(
            label=_("Marks"), required=False, choices=_FLAGS, help_text=_("All of them must hold.")
        ),
        f"{side}_needs": Ticks(label=_("Need"), required=False),
        f"{side}_attributes": AttributesField(
            label=_("Attributes"),
            required=False,
            help_text=_("One per line, for example brand=Nike. Every name must hold."),
        ),
        f"{side}_price_over_minor": MoneyField(
            label=format_lazy("{} ({})", _("Price over"), settings.CURRENCY), **money
        ),
        f"{side}_price_up_to_minor": MoneyField(
            label=format_lazy("{} ({})", _("Price up to"), settings.CURRENCY), **money
        ),
    }


_BESIDE_FIELDS: dict[str, forms.Field] = {
    "beside_family": forms.ChoiceField(
        label=_("Family"),
        required=False,
        choices=[
            ("", _("any family")),
            ("same", _("the main product’s family")),
            ("other", _("another family")),
        ],
    ),
    "beside_same_attributes": Ticks(
        label=_("Same attribute"),
        required=False,
        help_text=_("Both products have it, with the same value: “similar brand”."),
    ),
    "beside_tier_steps": forms.IntegerField(
        label=_("Tiers higher"),
        required=False,
        min_value=-2,
        max_value=2,
        help_text=_("1: exactly one tier above the main product; 0: the same tier."),
    ),
    "beside_price_more_minor": MoneyField(
        label=format_lazy("{} ({})", _("Dearer by at least"), settings.CURRENCY), required=False
    ),
}


_FILTER_FIELDS = {**_side_fields("source"), **_side_fields("target"), **_BESIDE_FIELDS}


def side_fields(part: str) -> tuple[str, ...]:
    """Names of the plain fields of one part: source, target or beside."""
    return tuple(name for name in _FILTER_FIELDS if name.startswith(f"{part}_"))


class _Filters:
    declared_fields = _FILTER_FIELDS  # Django's form metaclass collects them from here


class PairingRuleForm(_Filters, RuleWords, WordsForm):
    """Saved only after its preview was seen: `seen` is the digest of the changes that were shown."""

    valid_until = LastDayField(
        label=_("Last day"), required=False, help_text=_("The rule still holds on this day.")
    )
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    preview: services.Preview | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named: dict[str, Iterable[tuple[str, str | Promise]]] = {
            "families": Family.objects.values_list("code", "name"),
            "partners": Partner.objects.values_list("code", "name"),
            "needs": Need.objects.filter(is_active=True).values_list("code", "name"),
        }
        for side in SIDES:
            for name, choices in named.items():
                self.fields[f"{side}_{name}"].choices = list(choices)
        keys = Attribute.objects.values_list("key", flat=True).distinct().order_by("key")
        self.fields["beside_same_attributes"].choices = [(key, key) for key in keys]
        for part in (*SIDES, "beside"):
            for name, value in (getattr(self.instance, part) or {}).items():
                self.initial.setdefault(f"{part}_{name}", value)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self._check_words(cleaned)
        if not self.errors:
            self._put_filters(cleaned)
            rule = self._terms(cleaned)
            self._check_reach(rule)
            if not self.errors:
                self._show_first(rule)
        return cleaned

    def _check_words(self, cleaned: dict[str, Any]) -> None:
        for name in (*_TEXTS, *every_name(PairingRule)):
            for found in _PLACEHOLDER.findall(cleaned.get(name) or ""):
                if found not in rules.PLACEHOLDERS:
                    self.add_error(
                        name,
                        _("“%(found)s” means nothing here. Use {main}, {cross} or {price}.")
                        % {"found": found},
                    )
        if cleaned.get("relation") == PairingRule._meta.get_field("relation").default:
            if not cleaned.get("rating"):
                self.add_error("rating", _("Say how well the two fit: a rule needs a rating."))
        elif cleaned.get("rating"):
            self.add_error("rating", _("A better main product has no rating; leave it empty."))

    def _put_filters(self, cleaned: dict[str, Any]) -> None:
        """The plain fields become the row's JSON, as far as they ask something."""
        for part, cls in (("source", ProductFilter), ("target", ProductFilter), ("beside", Beside)):
            values = {
                name: _tupled(cleaned.get(f"{part}_{name}"))
                for name in cls.__dataclass_fields__
                if f"{part}_{name}" in self.fields
                and cleaned.get(f"{part}_{name}") not in (None, "", [])
            }
            setattr(self.instance, part, plain(cls(**values)))

    def _terms(self, cleaned: dict[str, Any]) -> rules.PairingRule:
        for name in (*_TEXTS, "relation", "rating", "kind", "rank", "priority", "is_active"):
            setattr(self.instance, name, cleaned.get(name))
        self.instance.code = cleaned.get("code") or self.instance.code
        self.instance.valid_from = cleaned.get("valid_from")
        self.instance.valid_until = cleaned.get("valid_until")
        return rule_terms(
            self.instance,
            source_codes=[product.code for product in cleaned["source_products"]],
            target_codes=[product.code for product in cleaned["target_products"]],
        )

    def _check_reach(self, rule: rules.PairingRule) -> None:
        """A rule that speaks about nothing, or about everything, is a slip of the pen."""
        if rule.source.is_open and rule.target.is_open and rule.beside == Beside():
            self.add_error(
                None,
                _("This rule would speak about every pair. Narrow one of its sides."),
            )
            return
        if rule.is_active and not services.reach(rule, at=timezone.now()):
            self.add_error(
                None,
                _(
                    "No pair of products passes both sides today. Loosen a filter, or pause the rule."
                ),
            )

    def _show_first(self, rule: rules.PairingRule) -> None:
        preview = services.preview(rule, at=timezone.now())
        digest = sha256(repr((rule, preview.changes)).encode()).hexdigest()
        if preview.changes and self.data.get("seen") != digest:
            self.preview = preview
            self.data = self.data.copy()
            self.data["seen"] = digest
            count = len(preview.changes)
            self.add_error(
                None,
                ngettext(
                    "%(count)d entry of the matrix would change: see below. Save again to keep it.",
                    "%(count)d entries of the matrix would change: see below. Save again to keep it.",
                    count,
                )
                % {"count": count},
            )


def _tupled(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
