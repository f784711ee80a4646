"""Rules as sheets: every field of a filter in a column of its own, by code; and basket rules."""

from functools import cached_property
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from crossbank.catalog.book_columns import Money
from crossbank.catalog.forms import MoneyField
from crossbank.matrix.models import BasketRule, PairingRule
from crossbank.matrix.rule_forms import SIDES, AttributesField, PairingRuleForm, Ticks
from crossbank.org.table_columns import (
    Blame,
    Codes,
    Column,
    Number,
    Text,
    columns_of,
    joined,
    split,
)
from crossbank.org.tables import Table, Values
from crossbank.web.workbook_cells import Value
from crossbank.web.workbook_lists import mark, text_of

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
_FILTER_KEYS = (
    *(f"{side}_{name}" for side in SIDES for name in _FILTERS),
    *(f"beside_{name}" for name in _BESIDE),
)


class ImportedRuleForm(PairingRuleForm):
    """A rule from a workbook: judged as one that is typed; its changes are shown with all others."""

    class Meta:
        model = PairingRule
        fields = [*_FIELDS, "source_products", "target_products"]

    def _show_first(self, rule: Any) -> None:
        return


class Ticked(Column):
    """Codes that a filter keeps, with commas between them."""

    def written(self, value: Any) -> str:
        return joined(value or ())

    def read(self, raw: Value, now: str, blame: Blame) -> str:
        return joined(split(text_of(raw, now, blame)))

    def data(self, written: str) -> list[str]:
        return split(written)


class Lines(Column):
    """One on each line: name=value, or a name."""

    def written(self, value: Any) -> str:
        return joined(value or (), "\n")

    def read(self, raw: Value, now: str, blame: Blame) -> str:
        lines = (line.partition("=") for line in text_of(raw, now, blame).split("\n"))
        return joined((f"{k.strip()}{sign}{v.strip()}" for k, sign, v in lines if k + sign), "\n")


class Names(Lines):
    def data(self, written: str) -> list[str]:
        return written.split("\n") if written else []


_KINDS: tuple[tuple[type[forms.Field], type[Column]], ...] = (
    (forms.ModelMultipleChoiceField, Codes),
    (Ticks, Ticked),
    (AttributesField, Lines),
    (MoneyField, Money),
    (forms.IntegerField, Number),
)


class RuleTable(Table):
    """Pairing rules: their filters are JSON, by side."""

    @property
    def form(self) -> type[forms.ModelForm]:
        return ImportedRuleForm

    @cached_property
    def fields(self) -> tuple[Column, ...]:
        texts = dict.fromkeys(("reason", "instead", "benefit", "say"), Text)
        return (*columns_of(self.form, _FIELDS, texts), *map(_filter_column, _FILTER_KEYS))

    def value(self, row: PairingRule, key: str) -> Any:
        part, _mark, name = key.partition("_")
        is_json = part in _SIDE_NAMES and name != "products"
        return getattr(row, part).get(name) if is_json else getattr(row, key)


def _filter_column(key: str) -> Column:
    part, _mark, name = key.partition("_")
    shown = ImportedRuleForm.base_fields[key]
    kind = next((kind for field, kind in _KINDS if isinstance(shown, field)), Column)
    label: Promise | str = _("Products") if name == "products" else shown.label or ""
    return (Names if name == "same_attributes" else kind)(
        key=key, heading=format_lazy("{}: {}", _SIDE_NAMES[part], label), width=16, field=shown
    )


def _mark(values: Values) -> str:
    return mark(values.items())


RULES = RuleTable(key="rules", title=_("Rules"), model=PairingRule, names=_FIELDS, mark=_mark)
BASKET = Table(
    key="basket",
    title=_("Basket rules"),
    model=BasketRule,
    names=("code", "kind", "subjects", "others", "message", "is_active"),
)
TABLES = {table.key: table for table in (RULES, BASKET)}
