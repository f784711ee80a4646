"""A model as a sheet: which columns, what tells one row from another, which form judges it.

The pattern of every workbook that goes out and comes back (three-way comparison): what a row said
when the file was made (its mark), what the file says, and what it says now. Only the file changed:
a change. Only the bank changed: it stays. Both, and differently: nothing is taken over.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from crossbank.org.admin_forms import FIELDS, BackOfficeForm
from crossbank.org.table_columns import Code, Codes, Column, Number, columns_of
from crossbank.web.workbook_lists import REMOVE, mark

NUMBER = "no"
Values = dict[str, str]  # column -> its text; {}: there is no such row


def _mark(values: Values) -> str:
    """Of what is filled in only: a file from before a column was added still compares."""
    return mark(part for pair in values.items() if pair[1] for part in pair)


@dataclass(frozen=True, kw_only=True)
class Table:
    """One sheet. `identity`: columns that name a row; without them it gets a number of its own.

    `parked`: fields that are emptied first, so that rows may trade what only one can have.
    `owners`: where a row's history is shown when it has no page of its own. `asks`: what its form
    wants to know beside the row, by attribute; asked once for all rows of a file.
    """

    key: str
    title: Promise
    model: type[models.Model]
    names: tuple[str, ...]
    identity: tuple[str, ...] = ("code",)
    parked: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    is_kept: bool = False  # a row is retired, and no mark takes it out
    kinds: Mapping[str, type[Column]] = field(default_factory=dict)
    mark: Callable[[Values], str] = _mark
    asks: Mapping[str, Callable[[], Any]] = field(default_factory=dict)

    @cached_property
    def form(self) -> type[forms.ModelForm]:
        """The form of the back office with all columns: what it refuses is refused here."""
        pages = admin.site._registry
        base = pages[self.model].form if self.model in pages else BackOfficeForm
        return forms.modelform_factory(
            self.model, form=base, fields=self.names, formfield_callback=_as_in_back_office
        )

    @cached_property
    def fields(self) -> tuple[Column, ...]:
        """The columns that the form judges."""
        return columns_of(self.form, self.names, self.kinds)

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """All columns, in their order; the mark for removing is last."""
        first = () if self.identity else (Number(key=NUMBER, heading=_("No."), width=8),)
        last = () if self.is_kept else (Column(key=REMOVE, heading=_("Remove"), width=12),)
        return (*first, *self.fields, *last)

    @cached_property
    def values(self) -> tuple[Column, ...]:
        """The columns that say something of a row."""
        return tuple(column for column in self.columns if column.key != REMOVE)

    @property
    def first(self) -> str:
        """The column where a row is named."""
        return self.columns[0].key

    def written(self, row: models.Model) -> Values:
        found = {column.key: column.written(self.value(row, column.key)) for column in self.fields}
        return found if self.identity else {NUMBER: str(row.pk), **found}

    def value(self, row: models.Model, key: str) -> Any:
        return getattr(row, key)

    def name(self, values: Values) -> str:
        """What tells the row from all others; "" while it has no number yet."""
        return " ".join(values.get(key, "") for key in self.identity or (NUMBER,)).strip()

    def label(self, values: Values) -> str:
        return " · ".join(values.get(key, "") for key in self.identity or self.names[:2])

    def rows(self) -> models.QuerySet[Any]:
        related = {cls: [] for cls in (Code, Codes)}
        for column in self.fields:
            if type(column) in related:
                related[type(column)].append(column.key)
        rows = self.model._default_manager.order_by(*self.model._meta.ordering, "pk")
        if related[Code]:
            rows = rows.select_related(*related[Code])
        return rows.prefetch_related(*related[Codes])

    def bound(
        self, values: Values, row: models.Model | None, answers: Mapping[str, Any]
    ) -> forms.ModelForm:
        """The filled form, told the answers to what it asks; other rows are named by their codes."""
        form = self.form(
            {column.key: column.data(values[column.key]) for column in self.fields}, instance=row
        )
        for name, answer in answers.items():
            setattr(form, name, answer)
        for shown in form.fields.values():
            if isinstance(shown, forms.ModelChoiceField):
                shown.to_field_name = "code"
        return form


def _as_in_back_office(kept: models.Field, **kwargs: Any) -> forms.Field | None:
    return kept.formfield(**{**FIELDS.get(type(kept), {}), **kwargs})


@dataclass(frozen=True, kw_only=True)
class Standing:
    """The rows of a table as they are, by name."""

    table: Table
    rows: dict[str, models.Model]
    written: dict[str, Values]

    def marks(self) -> dict[str, str]:
        return {name: self.table.mark(values) for name, values in self.written.items()}


def standing(table: Table, *, is_locked: bool = False) -> Standing:
    """This will read all rows. `is_locked`: nobody may change them until the transaction ends."""
    rows = table.rows().select_for_update(of=("self",)) if is_locked else table.rows()
    found = [(row, table.written(row)) for row in rows]
    return Standing(
        table=table,
        rows={table.name(values): row for row, values in found},
        written={table.name(values): values for row, values in found},
    )


def of_codes(columns: Iterable[Column]) -> list[Code]:
    return [column for column in columns if isinstance(column, Code)]
