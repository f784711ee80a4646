"""Pairing rules as rows of a sheet: every field of a filter in a column of its own, by code."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from crossbank.catalog.forms import MoneyField
from crossbank.catalog.models import Product
from crossbank.matrix.models import PairingRule
from crossbank.matrix.rule_forms import SIDES, PairingRuleForm

_FIELDS = (
    "code", "is_active", "relation", "rating", "priority", "rank", "kind", "reason", "instead",
    "benefit", "say", "valid_from", "valid_until",
)  # fmt: skip
_FILTERS = (
    "products", "families", "tiers", "providers", "partners", "charge_kinds", "flags", "needs",
    "attributes", "price_over_minor", "price_up_to_minor",
)  # fmt: skip
_BESIDE = ("family", "same_attributes", "tier_steps", "price_more_minor")
_SIDE_NAMES = {"source": _("Main product"), "target": _("Shown product"), "beside": _("Between")}
REMOVE = "remove"
NUMBERS = {"priority", "rank", "beside_tier_steps"}
DAYS = {"valid_from", "valid_until"}
LINES = {f"{side}_attributes" for side in SIDES} | {"beside_same_attributes"}
_SEPARATOR = re.compile(r"[,;\n]")


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of a list: `key` stands in the hidden first row, the heading below it."""

    key: str
    heading: Promise | str
    width: int = 14


def plain(value: str) -> str:
    """A text as it is compared: composed accents, one kind of line break, no space around."""
    return unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n")).strip()


def columns() -> tuple[Column, ...]:
    """All columns of the rules, in their order, the mark for removing one last."""
    form = PairingRuleForm.base_fields | {
        name: PairingRule._meta.get_field(name).formfield() for name in _FIELDS
    }
    labels = {
        "is_active": _("In use"),
        "valid_until": PairingRuleForm.base_fields["valid_until"].label,
        **{f"{side}_products": _("Products") for side in SIDES},
    }
    found = []
    for key in KEYS:
        side = key.partition("_")[0]
        label = labels.get(key) or form[key].label
        is_filter = side in _SIDE_NAMES
        heading = format_lazy("{}: {}", _SIDE_NAMES[side], label) if is_filter else label
        is_text = key in {"reason", "instead", "benefit", "say"}
        found.append(Column(key=key, heading=heading, width=40 if is_text else 16))
    return (*found, Column(key=REMOVE, heading=_("Remove")))


KEYS = (
    *_FIELDS,
    *(f"{side}_{name}" for side in SIDES for name in _FILTERS),
    *(f"beside_{name}" for name in _BESIDE),
)
PRICES = {key for key in KEYS if "price" in key}
MANY = {f"{side}_{name}" for side in SIDES for name in _FILTERS[:8]} | LINES


def rule_values(rule: PairingRule) -> dict[str, str]:
    """A rule as the texts of its columns, by key; products must be prefetched."""
    values: dict[str, Any] = {name: getattr(rule, name) for name in _FIELDS}
    for side in SIDES:
        products = getattr(rule, f"{side}_products").all()
        values[f"{side}_products"] = [product.code for product in products]
    for part in (*SIDES, "beside"):
        values |= {f"{part}_{name}": value for name, value in getattr(rule, part).items()}
    last_day = rule.valid_until - timedelta(days=1) if rule.valid_until else None
    values |= {"is_active": "1" if rule.is_active else "", "valid_until": last_day}
    return {key: _as_text(key, values.get(key)) for key in KEYS}


def _as_text(key: str, value: Any) -> str:
    if value is None or value == "":
        return ""
    if key in MANY:
        return joined(key, value)
    if key in PRICES:
        return f"{Decimal(value).scaleb(-settings.CURRENCY_DIGITS):f}"
    if isinstance(value, date):
        return value.isoformat()
    return plain(str(value))


def joined(key: str, values: Iterable[str]) -> str:
    return ("\n" if key in LINES else ", ").join(sorted(values))


def read_value(key: str, written: str) -> str:
    """What stands in a cell, written as `rule_values` writes it, so that the two compare."""
    if key in LINES:
        lines = (line.partition("=") for line in written.split("\n") if line.strip())
        return joined(key, [f"{k.strip()}{sign}{v.strip()}" for k, sign, v in lines])
    if key in MANY:
        return joined(key, {part.strip() for part in _SEPARATOR.split(written) if part.strip()})
    if key in PRICES:
        try:
            return _as_text(key, MoneyField(required=False).clean(written))
        except (ValidationError, InvalidOperation):
            return written  # the form says what is wrong with it
    return written


class ImportedRuleForm(PairingRuleForm):
    """A rule from a workbook: judged as one that is typed; its changes are shown with all others."""

    class Meta:
        model = PairingRule
        fields = [*_FIELDS, "source_products", "target_products"]

    def _show_first(self, rule: Any) -> None:
        return


def rule_form(
    values: dict[str, str], products: dict[str, Product], rule: PairingRule | None
) -> ImportedRuleForm:
    """The form of one row. Codes of products that are unknown reach it as they are, and fail."""
    data: dict[str, Any] = {}
    for key, written in values.items():
        if key.endswith("_products"):
            codes = [code for code in written.split(", ") if code]
            data[key] = [products[code].pk for code in codes if code in products]
        elif key == "beside_same_attributes":
            data[key] = written.split("\n") if written else []
        elif key in MANY and key not in LINES:
            data[key] = written.split(", ") if written else []
        else:
            data[key] = written
    return ImportedRuleForm(data, instance=rule)


def unknown_products(key: str, written: str, products: dict[str, Product]) -> list[str]:
    if not key.endswith("_products"):
        return []
    return [code for code in written.split(", ") if code and code not in products]
