"""Columns of a sheet with one row for each row of a model.

A value is told as a short text, so that two states compare and a form can judge it; "" is nothing.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crossbank.web.choice_words import codes_by_word, folded
from crossbank.web.workbook_cells import Value
from crossbank.web.workbook_lists import plain, text_of, unknown_code

Blame = Callable[[str], None]
YES, NO = gettext_lazy("yes"), gettext_lazy("no")
_OLDEST = 1901  # what spreadsheets know as a day
_SENTENCE = 120  # signs from which a text gets a wide column


@dataclass(frozen=True, kw_only=True)
class Column:
    """A text on one line. `key` is the form's field and stands in the hidden first row."""

    key: str
    heading: Promise | str
    width: int = 16
    usual: str = ""  # what an empty cell says
    field: forms.Field = field(default_factory=forms.CharField, repr=False, compare=False)

    def written(self, value: Any) -> str:
        """A row's value as its text."""
        return plain(str(value)) if value not in (None, "") else ""

    def read(self, raw: Value, now: str, blame: Blame) -> str:
        """A cell as the text that `written` would make of what it says."""
        text = text_of(raw, now, blame)
        return text if text == now else " ".join(text.splitlines())

    def cell(self, written: str) -> str | int | Decimal | date:
        """What the spreadsheet holds: a number as a number, a day as a day."""
        return written

    def told(self, written: str) -> str:
        """The same in a sentence."""
        return str(self.cell(written))

    def data(self, written: str) -> Any:
        """What the form gets."""
        return written

    def words(self) -> list[str]:
        """What its drop-down offers; empty when it has none."""
        return []


class Text(Column):
    """Sentences, on as many lines as there are."""

    def read(self, raw: Value, now: str, blame: Blame) -> str:
        return text_of(raw, now, blame)


class Link(Column):
    def read(self, raw: Value, now: str, blame: Blame) -> str:
        return _tried(self.field.to_python, super().read(raw, now, blame))


@dataclass(frozen=True, kw_only=True)
class Choice(Column):
    """One of a few; its word may stand in any language of the product."""

    choices: tuple[tuple[str, Promise | str], ...] = ()

    @cached_property
    def _codes(self) -> dict[str, str]:
        return codes_by_word(self.choices)

    def read(self, raw: Value, now: str, blame: Blame) -> str:
        text = text_of(raw, now, blame)
        code = now if text == now else self._codes.get(folded(text))
        if code is None:
            words = _("“%(words)s” is not one of: %(known)s.")
            blame(words % {"words": text[:40], "known": ", ".join(self.words())})
        return now if code is None else code

    def cell(self, written: str) -> str:
        return str(dict(self.choices).get(written, written)) if written else ""

    def words(self) -> list[str]:
        return [str(label) for _code, label in self.choices]


class Yes(Choice):
    """A tick: “1”, or nothing."""

    def written(self, value: Any) -> str:
        return "1" if value else ""

    def read(self, raw: Value, now: str, blame: Blame) -> str:
        code = self._codes.get(folded(str(raw)))
        if code is None:
            words = _("“%(words)s” is neither %(yes)s nor %(no)s.")
            blame(words % {"words": str(raw)[:40], "yes": YES, "no": NO})
            return now
        return "1" if code in {"1", "true"} else ""

    def cell(self, written: str) -> str:
        return str(YES if written else NO)

    def words(self) -> list[str]:
        return [str(YES), str(NO)]


_YES_OR_NO = (("1", YES), ("true", YES), ("0", NO), ("false", NO))


class Number(Column):
    def read(self, raw: Value, now: str, blame: Blame) -> str:
        text = number_text(raw)
        return str(int(text)) if text.isdecimal() and len(text) < 10 else text

    def cell(self, written: str) -> str | int:
        return int(written) if written.lstrip("-").isdecimal() else written


class Day(Column):
    """A day; of a last day, which is kept as the day after, the form's field knows what to show."""

    def written(self, value: Any) -> str:
        return self.field.prepare_value(value).isoformat() if value else ""

    def read(self, raw: Value, now: str, blame: Blame) -> str:
        if isinstance(raw, date):
            return raw.isoformat()[:10]
        return _tried(lambda text: forms.DateField().clean(text).isoformat(), str(raw).strip())

    def cell(self, written: str) -> str | date:
        day = date.fromisoformat(written) if written else None
        return day if day and day.year >= _OLDEST else written


class Code(Column):
    """Another row by its code."""

    def written(self, value: Any) -> str:
        return value.code if value else ""

    def missing(self, written: str) -> list[str]:
        """Codes that no row has."""
        named = self.codes(written)
        rows = self.model._default_manager.filter(code__in=named)
        found = set(rows.values_list("code", flat=True)) if named else ()
        return [code for code in named if code not in found]

    def codes(self, written: str) -> list[str]:
        return [written] if written else []

    def known(self) -> list[str]:
        return list(self.model._default_manager.values_list("code", flat=True))

    @property
    def model(self) -> type[models.Model]:
        return self.field.queryset.model

    def unknown(self, code: str) -> str:
        return unknown_code(code, self.known(), what=self.model._meta.verbose_name)


class Codes(Code):
    """Several rows by their codes, with commas between them."""

    def written(self, value: Any) -> str:
        return joined(row.code for row in value.all())

    def read(self, raw: Value, now: str, blame: Blame) -> str:
        return joined(split(text_of(raw, now, blame)))

    def codes(self, written: str) -> list[str]:
        return split(written)

    data = codes


def split(written: str) -> list[str]:
    parts = written.replace(";", ",").replace("\n", ",").split(",")
    return [part.strip() for part in parts if part.strip()]


def joined(codes: Iterable[str], between: str = ", ") -> str:
    return between.join(sorted(set(codes)))


def number_text(raw: Value) -> str:
    if isinstance(raw, float):
        return f"{raw:.6f}".rstrip("0").rstrip(".")
    return str(raw).strip()


def _tried(clean: Callable[[str], str], written: str) -> str:
    """The text as it will be kept; when it cannot be, as it is: the form says why."""
    try:
        return clean(written)
    except ValidationError:
        return written


def columns_of(
    form: type[forms.ModelForm], names: Iterable[str], kinds: Mapping[str, type[Column]]
) -> tuple[Column, ...]:
    """A column for each of these fields; `kinds`: of which sort, where the field does not tell."""
    found = []
    for name in names:
        shown, kept = form.base_fields[name], form._meta.model._meta.get_field(name)
        kind = kinds.get(name) or _kind(shown)
        column = kind(
            key=name,
            heading=capfirst(shown.label or ""),
            width=_width(kind, name, kept),
            field=shown,
            **({"choices": _choices(kind, kept)} if issubclass(kind, Choice) else {}),
        )
        usual = column.written(kept.get_default()) if kept.has_default() else ""
        found.append(replace(column, usual=usual))
    return tuple(found)


_KINDS: tuple[tuple[type[forms.Field], type[Column]], ...] = (  # the special before the general
    (forms.BooleanField, Yes),
    (forms.ModelMultipleChoiceField, Codes),
    (forms.ModelChoiceField, Code),
    (forms.ChoiceField, Choice),
    (forms.IntegerField, Number),
    (forms.DateField, Day),
    (forms.URLField, Link),
)


def _kind(shown: forms.Field) -> type[Column]:
    is_long = isinstance(shown.widget, forms.Textarea)
    usual = Text if is_long else Column
    return next((kind for field, kind in _KINDS if isinstance(shown, field)), usual)


def _choices(kind: type[Column], kept: models.Field) -> tuple[Any, ...]:
    return _YES_OR_NO if issubclass(kind, Yes) else tuple(kept.flatchoices)


def _width(kind: type[Column], name: str, kept: models.Field) -> int:
    if kind is Text or (kept.max_length or 0) >= _SENTENCE:
        return 40
    if name == "name" or issubclass(kind, Codes):
        return 30
    return 12 if issubclass(kind, Yes | Number) else 18
