"""The grid editor's table: rows and heads, written so that 200 x 200 cells stay light."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from crossbank.catalog.models import Product
from crossbank.matrix.grid import INHERITED, GridCell, Shelf, cells
from crossbank.matrix.models import Pairing, Rating
from crossbank.matrix.tables import SIGNS

# the key that sets a rating is also its letter in copied and pasted blocks
LETTERS = {
    Rating.STRONG.value: "s",
    Rating.GOOD.value: "g",
    Rating.POSSIBLE.value: "p",
    Rating.NOT_ALLOWED.value: "x",
}
_SIGN = {rating.value: sign for rating, sign in SIGNS.items()}
STEP_UP = "step_up"
STEP_UP_SIGN = "▲"
ORIGINS: dict[str, str | Promise] = {
    "": _("not rated"),
    Pairing.Origin.MANUAL.value: Pairing.Origin.MANUAL.label,
    Pairing.Origin.RULE.value: Pairing.Origin.RULE.label,
    Pairing.Origin.IMPORT.value: Pairing.Origin.IMPORT.label,
    INHERITED: _("Inherited"),
    STEP_UP: _("A better main product instead"),
}


def sign(rating: str) -> str:
    return _SIGN[rating]


def shown_origin(cell: GridCell) -> str:
    """A key of `ORIGINS`."""
    return STEP_UP if cell.is_step_up else cell.origin


@dataclass(frozen=True, kw_only=True)
class GridColumn:
    code: str
    name: str
    opens_family: bool


@dataclass(frozen=True, kw_only=True)
class GridFamily:
    name: str
    span: int


@dataclass(frozen=True, kw_only=True)
class GridRow:
    code: str
    name: str
    parent: str  # code of the main whose row it starts from, or ""
    html: SafeString  # its cells


def columns(crosses: Iterable[Product]) -> tuple[list[GridColumn], list[GridFamily]]:
    """The two lines of heads; `crosses` stand by family."""
    heads: list[GridColumn] = []
    families: list[GridFamily] = []
    for _pk, group in groupby(crosses, key=lambda product: product.family_id):
        members = list(group)
        families.append(GridFamily(name=members[0].family.name, span=len(members)))
        heads += [
            GridColumn(code=product.code, name=product.name, opens_family=place == 0)
            for place, product in enumerate(members)
        ]
    return heads, families


def rows(
    shelf: Shelf, *, mains: Collection[Product], crosses: Collection[Product]
) -> Iterator[GridRow]:
    """The table, row by row. The cells are written here: a template takes far longer for 40,000."""
    found = cells(shelf, mains=mains, crosses=crosses)
    heads, _families = columns(crosses)
    opens = {head.code: head.opens_family for head in heads}
    for main in mains:
        parent = shelf.line(main)[1:2]
        tds = (
            _td(found.get((main.code, cross.code)), main, cross, opens=opens[cross.code])
            for cross in crosses
        )
        yield GridRow(
            code=main.code,
            name=main.name,
            parent=parent[0].code if parent else "",
            html=format_html_join("", "{}", ((td,) for td in tds)),
        )


def _td(cell: GridCell | None, main: Product, cross: Product, *, opens: bool) -> SafeString:
    """Shape: `data-r` letter, `data-v` version, `data-o` origin unless by hand, `data-f` first of
    its family.

    Without a script a cell leads to the page of its pair; an inherited one to a new pair.
    """
    family = mark_safe(" data-f") if opens else ""
    if cell is None:
        return format_html('<td{} data-o="same"></td>', family)
    if not cell.values and not cell.is_step_up:
        return format_html("<td{}></td>", family)
    origin = shown_origin(cell)
    return format_html(
        '<td{} data-r="{}"{} data-v="{}"><a href="{}">{}</a></td>',
        family,
        LETTERS.get(cell.rating, ""),
        "" if origin == Pairing.Origin.MANUAL else format_html(' data-o="{}"', origin),
        cell.version,
        f"../{cell.pk}/change/" if cell.pk else f"../add/?main={main.pk}&cross={cross.pk}",
        _SIGN.get(cell.rating, STEP_UP_SIGN),
    )
