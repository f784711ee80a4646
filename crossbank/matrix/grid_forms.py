"""What the grid editor sends: families to show, changed cells, and the fields of its side panel."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_aware
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from crossbank.catalog.models import Product, validate_code
from crossbank.matrix.grid import FIELDS, Shelf, all_fields
from crossbank.matrix.grid_services import CellChange
from crossbank.matrix.models import Pairing
from crossbank.matrix.models.languages import text_names
from crossbank.org.admin_forms import OneLine
from crossbank.web.forms import FilterForm
from crossbank.web.text import clean_text

MOST_CELLS = 2000  # in one save; the page sends more in several goes


class Unreadable(Exception):
    """The body is no list of changed cells; `status` and words for the answer."""

    def __init__(self, words: str, *, status: int = 422) -> None:
        super().__init__(words)
        self.words, self.status = words, status


class FamiliesForm(FilterForm):
    """Which rows and columns to show; empty means all of them."""

    mains = forms.ChoiceField(label=gettext_lazy("Main products of"), required=False)
    crosses = forms.ChoiceField(label=gettext_lazy("Cross products of"), required=False)

    def __init__(self, *args: Any, shelf: Shelf, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._products = {"mains": shelf.mains, "crosses": shelf.crosses}
        for name, products in self._products.items():
            families = {product.family.code: product.family for product in products}
            listed = sorted(families.values(), key=lambda family: (family.order, family.code))
            choices = [(family.code, family.name) for family in listed]
            self.fields[name].choices = [("", _("Every family")), *choices]

    def shown(self, name: str) -> list[Product]:
        """The products of the family that was asked for; an unknown one shows nothing."""
        self.is_valid()
        if name in self.errors:
            return []
        family = self.cleaned_data.get(name, "")
        return [p for p in self._products[name] if family in ("", p.family.code)]


class PanelForm(forms.ModelForm):
    """The side panel: everything a pair says. Filled by the page, checked when cells are saved."""

    class Meta:
        model = Pairing
        fields = FIELDS
        # under each text what the bank's own language says, while another one is written
        widgets = {
            name: OneLine({"rows": 2, "data-text": "", "aria-describedby": f"cb-grid-{name}-base"})
            for name in text_names(Pairing)
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="cb-grid-%s", **kwargs)
        for field in self.fields.values():
            field.required = False
        self.fields["rank"].initial = None
        for name in ("kind", "link_kind"):
            listed = self.fields[name].choices
            self.fields[name].choices = [("", "–"), *[pair for pair in listed if pair[0]]]
        listed = self.fields["rating"].choices
        self.fields["rating"].choices = [("", _("not rated")), *[p for p in listed if p[0]]]


def read_changes(body: bytes) -> list[CellChange]:
    """The changed cells of a request's body. Raises Unreadable."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        raise Unreadable(_("The request could not be read."), status=400) from None
    listed = data.get("cells") if isinstance(data, dict) else None
    if not isinstance(listed, list) or not listed:
        raise Unreadable(_("Nothing was sent to save."))
    if len(listed) > MOST_CELLS:
        words = ngettext(
            "At most %(count)d cell is saved at once.",
            "At most %(count)d cells are saved at once.",
            MOST_CELLS,
        )
        raise Unreadable(words % {"count": MOST_CELLS})
    changes = [_change(cell) for cell in listed]
    twice = len({change.place for change in changes}) < len(changes)
    if twice:
        raise Unreadable(_("The same cell was sent twice."))
    return changes


def _change(cell: Any) -> CellChange:
    if not isinstance(cell, dict) or not isinstance(cell.get("now"), dict):
        raise Unreadable(_("A cell names its main and cross product and what is new."))
    for name in ("main", "cross"):
        _check_code(cell.get(name))
    was = cell.get("was", "")
    if not isinstance(was, str):
        raise Unreadable(_("A cell names the version that was seen."))
    return CellChange(
        main=cell["main"],
        cross=cell["cross"],
        was=was,
        seen_at=_moment(cell.get("seen")),
        now=_values(cell["now"]),
    )


def _check_code(value: Any) -> None:
    try:
        validate_code(value if isinstance(value, str) else "")
    except ValidationError as problem:
        raise Unreadable(str(problem.message)) from None


def _moment(value: Any) -> datetime | None:
    """When the cell was seen, for the name in a conflict; what cannot be read is not known."""
    try:
        moment = parse_datetime(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return moment if moment and is_aware(moment) else None


def _values(now: Mapping[str, Any]) -> dict[str, Any]:
    if unknown := sorted(set(now) - set(all_fields())):
        raise Unreadable(_("A cell has no field “%(name)s”.") % {"name": ascii(unknown[0])[:40]})
    for name, value in now.items():
        if not isinstance(value, str) and (name != "rank" or type(value) is not int):
            raise Unreadable(_("A field of a cell is a text; the rank is a number."))
    return {name: _tidy(value) if isinstance(value, str) else value for name, value in now.items()}


def _tidy(value: str) -> str:
    """One readable line; what cannot be stored stays, and the model's rule names the sign."""
    line = " ".join(value.splitlines()) if "\n" in value or "\r" in value else value
    try:
        return clean_text(line)
    except ValidationError:
        return line
