"""An edition as the heat-map shows it: rows, heads, cells and totals, all worked out beforehand."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crossbank.engine.terms import RATING_ORDER, PairTerms, ProductTerms, Snapshot
from crossbank.engine.terms import Rating as EngineRating
from crossbank.matrix.models import Pairing, Rating

# Shape beside colour: a rating is read by colour-blind people and on a black and white print.
SIGNS = {
    EngineRating.STRONG: "●",
    EngineRating.GOOD: "◐",
    EngineRating.POSSIBLE: "○",
    EngineRating.NOT_ALLOWED: "✕",
}


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What of the table is shown; empty means all of it.

    `family` and `provider` are those of the cross product. `provider`: bank, partner (any of
    them), or the code of one partner.
    """

    main_family: str = ""
    family: str = ""
    provider: str = ""
    need: str = ""
    rating: str = ""

    def __bool__(self) -> bool:
        return any(vars(self).values())


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One place of the table. `rating` is empty where the pair is not rated or not asked for."""

    main: str
    cross: str
    rating: str = ""
    sign: str = ""
    label: str = ""  # the whole cell in words, for people who cannot see the sign
    reason: str = ""
    cross_name: str = ""
    is_inherited: bool = False
    is_same: bool = False  # a product beside itself
    opens_family: bool = False


@dataclass(frozen=True, kw_only=True)
class Column:
    code: str
    name: str
    opens_family: bool


@dataclass(frozen=True, kw_only=True)
class FamilyHead:
    name: str
    span: int


@dataclass(frozen=True, kw_only=True)
class Row:
    code: str
    name: str
    inherits_from: str  # name of the product whose row it starts from, or ""
    totals: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, kw_only=True)
class LegendLine:
    rating: str
    sign: str
    label: str | Promise
    count: int


@dataclass(frozen=True, kw_only=True)
class Table:
    """The heat-map. Sums are of what is shown; `rated` counts the pairs of the whole edition."""

    rows: tuple[Row, ...]
    columns: tuple[Column, ...]
    families: tuple[FamilyHead, ...]
    legend: tuple[LegendLine, ...]
    shown: int
    rated: int


@dataclass(frozen=True, kw_only=True)
class Detail:
    """One pair in words. `pair` is None where it is not rated."""

    main: ProductTerms
    cross: ProductTerms
    pair: PairTerms | None
    rating_label: str | Promise
    kind_label: str | Promise
    link_label: str | Promise  # empty for the usual, optional link
    inherited_from: str  # name of the main product whose row it came from, or ""
    reverse_label: str | Promise  # how the pair is rated the other way round, or ""


def mains_in_desk_order(snapshot: Snapshot) -> list[ProductTerms]:
    """The tiles of the desk first, then the other mains by code."""
    mains = (product for product in snapshot.products if product.is_main)
    return sorted(mains, key=lambda p: (p.desk_order is None, p.desk_order or 0, p.code))


def table(
    snapshot: Snapshot, *, family_order: Mapping[str, int], choice: Choice | None = None
) -> Table:
    """This will lay out the edition; a choice leaves out rows, columns and cells it did not ask.

    Shape: rows in desk order, columns by family order, then code; with a choice, only rows and
    columns that still hold a cell.
    """
    choice = choice or Choice()
    shown = [pair for pair in snapshot.pairs if _is_chosen(snapshot, pair, choice)]
    rows: dict[str, dict[str, PairTerms]] = {}
    for pair in shown:
        rows.setdefault(pair.main, {})[pair.cross] = pair
    mains = mains_in_desk_order(snapshot)
    crosses = [product for product in snapshot.products if product.is_cross]
    if choice:
        columns_with = {pair.cross for pair in shown}
        mains = [product for product in mains if product.code in rows]
        crosses = [product for product in crosses if product.code in columns_with]
    last = max(family_order.values(), default=0) + 1
    crosses.sort(key=lambda p: (family_order.get(p.family, last), p.family, p.code))
    columns, families = _columns(crosses)
    return Table(
        rows=tuple(_row(snapshot, main, columns, rows.get(main.code, {})) for main in mains),
        columns=columns,
        families=families,
        legend=legend(shown),
        shown=len(shown),
        rated=len(snapshot.pairs),
    )


def _is_chosen(snapshot: Snapshot, pair: PairTerms, choice: Choice) -> bool:
    main, cross = snapshot.product.get(pair.main), snapshot.product.get(pair.cross)
    need = snapshot.need.get(choice.need)
    if main is None or cross is None or choice.rating not in ("", pair.rating):
        return False
    if need and (pair.main not in need.mains or pair.cross not in need.crosses):
        return False
    return (
        choice.main_family in ("", main.family)
        and choice.family in ("", cross.family)
        and choice.provider in ("", cross.provider, cross.partner)
    )


def _columns(
    crosses: Iterable[ProductTerms],
) -> tuple[tuple[Column, ...], tuple[FamilyHead, ...]]:
    columns: list[Column] = []
    families: list[FamilyHead] = []
    for _code, group in groupby(crosses, key=lambda p: p.family):
        members = list(group)
        families.append(FamilyHead(name=members[0].family_name, span=len(members)))
        columns += [
            Column(code=product.code, name=product.name, opens_family=place == 0)
            for place, product in enumerate(members)
        ]
    return tuple(columns), tuple(families)


def _row(
    snapshot: Snapshot,
    main: ProductTerms,
    columns: Iterable[Column],
    pairs: Mapping[str, PairTerms],
) -> Row:
    parent = snapshot.product.get(main.row_inherits_from)
    return Row(
        code=main.code,
        name=main.name,
        inherits_from=parent.name if parent else "",
        totals=_totals(pairs.values()),
        cells=tuple(_cell(main, column, pairs.get(column.code)) for column in columns),
    )


def _cell(main: ProductTerms, column: Column, pair: PairTerms | None) -> Cell:
    if pair is None:
        return Cell(
            main=main.code,
            cross=column.code,
            is_same=main.code == column.code,
            opens_family=column.opens_family,
        )
    words = {"main": main.name, "cross": column.name, "rating": Rating(pair.rating).label}
    return Cell(
        main=main.code,
        cross=column.code,
        rating=pair.rating.value,
        sign=SIGNS[pair.rating],
        label=_("%(cross)s beside %(main)s: %(rating)s") % words,
        reason=pair.reason,
        cross_name=column.name,
        is_inherited=bool(pair.inherited_from),
        opens_family=column.opens_family,
    )


def _totals(pairs: Collection[PairTerms]) -> str:
    """“3 strong · 5 good”: what an employee can say beside this main product."""
    strong = sum(pair.rating is EngineRating.STRONG for pair in pairs)
    good = sum(pair.rating is EngineRating.GOOD for pair in pairs)
    parts = (
        ngettext("%(n)d strong", "%(n)d strong", strong) % {"n": strong} if strong else "",
        ngettext("%(n)d good", "%(n)d good", good) % {"n": good} if good else "",
    )
    return " · ".join(filter(None, parts))


def legend(pairs: Collection[PairTerms]) -> tuple[LegendLine, ...]:
    """The four ratings, best first, with the number of these pairs each has."""
    return tuple(
        LegendLine(
            rating=rating.value,
            sign=SIGNS[rating],
            label=Rating(rating).label,
            count=sum(pair.rating is rating for pair in pairs),
        )
        for rating in RATING_ORDER
    )


def detail(snapshot: Snapshot, *, main: str, cross: str) -> Detail | None:
    """This will say everything of one pair; None unless both are products that can meet."""
    first, second = snapshot.product.get(main), snapshot.product.get(cross)
    if not (first and second and first.is_main and second.is_cross and main != cross):
        return None
    pair, reverse = snapshot.pair(main, cross), snapshot.pair(cross, main)
    parent = snapshot.product.get(pair.inherited_from) if pair else None
    optional = pair is None or pair.link_kind == Pairing.Link.OPTIONAL
    return Detail(
        main=first,
        cross=second,
        pair=pair,
        rating_label=Rating(pair.rating).label if pair else "",
        kind_label=Pairing.Kind(pair.kind).label if pair else "",
        link_label="" if pair is None or optional else Pairing.Link(pair.link_kind).label,
        inherited_from=parent.name if parent else "",
        reverse_label=Rating(reverse.rating).label if reverse else "",
    )
