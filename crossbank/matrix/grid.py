"""The working copy as the grid editor shows it: every cell, where it came from, and its version."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from functools import cached_property
from hashlib import blake2b
from typing import Any

from crossbank.catalog.models import Product
from crossbank.engine.terms import PairTerms
from crossbank.matrix import working_copy
from crossbank.matrix.models import Pairing, PairingRule
from crossbank.matrix.models.languages import every_name, flat, of_entries

# what a cell says, beside its texts in other languages (“say@ru”); `rating` first, because an empty one means that there is no cell
FIELDS = (
    "rating",
    "reason",
    "instead",
    "benefit",
    "say",
    "do_not_say",
    "kind",
    "link_kind",
    "rank",
)
INHERITED = "inherited"  # an origin beside those of `Pairing.Origin`
BY_RULE = Pairing.Origin.RULE.value
DERIVED = frozenset({INHERITED, BY_RULE})  # origins of cells that have no row of their own
_OWN = ("pk", "main_id", "cross_id", "relation", "origin", "words", *FIELDS)


def all_fields() -> tuple[str, ...]:
    """Everything that may change in a cell, with its texts in every language."""
    return *FIELDS, *every_name(Pairing)


@dataclass(frozen=True, kw_only=True)
class GridCell:
    """One place of the grid. `values` is empty where the pair is not rated; a text in another
    language is there only where it says something.

    `origin`: how it came here: one of `Pairing.Origin`, or inherited; empty where not rated.
    `source`: the main whose row says it, another than `main` where it is inherited; of a cell
    by rule the rule's code.
    `pk`: the pair's own row, if it has one. `is_step_up`: that row names a better main product,
    so this place cannot be rated.
    """

    main: str
    cross: str
    values: Mapping[str, Any]
    origin: str = ""
    source: str = ""
    pk: int | None = None
    is_step_up: bool = False

    @property
    def rating(self) -> str:
        return self.values.get("rating", "")

    @property
    def is_own(self) -> bool:
        return self.pk is not None and not self.is_step_up and self.origin not in DERIVED

    @property
    def version(self) -> str:
        """A short hash of everything an editor could see here; "" where there is nothing."""
        if not self.values:
            return ""
        values = (f"{name}={value}" for name, value in self.values.items())
        seen = "\x1f".join([self.origin, self.source, *values])
        # 32 bits: one cell is compared with one later self, never with many others
        return blake2b(seen.encode(), digest_size=4).hexdigest()


class Shelf:
    """The products that are sold on a day, read once, in the order of the heat-map."""

    def __init__(self, day: date) -> None:
        self.day = day
        rows = Product.objects.on_sale(day).select_related("family")
        self.by_pk = {product.pk: product for product in rows}
        self.by_code = {product.code: product for product in self.by_pk.values()}
        self.mains = sorted(
            (product for product in self.by_pk.values() if product.is_main),
            key=lambda p: (p.desk_order is None, p.desk_order or 0, p.code),
        )
        self.crosses = sorted(
            (product for product in self.by_pk.values() if product.is_cross),
            key=lambda p: (p.family.order, p.family.code, p.code),
        )

    def line(self, main: Product) -> list[Product]:
        """The main and those whose rows it starts from, nearest first; a circle is cut."""
        line, seen = [main], {main.pk}
        parent = self._parent(main)
        while parent is not None and parent.pk not in seen:
            line.append(parent)
            seen.add(parent.pk)
            parent = self._parent(parent)
        return line

    def _parent(self, product: Product) -> Product | None:
        return self.by_pk.get(product.row_inherits_from_id or 0) if product.is_main else None

    @cached_property
    def heirs(self) -> dict[int, set[Product]]:
        """Main -> the mains whose rows start from it, near or far."""
        heirs: dict[int, set[Product]] = {}
        for main in self.mains:
            for ancestor in self.line(main)[1:]:
                heirs.setdefault(ancestor.pk, set()).add(main)
        return heirs


def cells(
    shelf: Shelf,
    *,
    mains: Collection[Product],
    crosses: Collection[Product],
    lock: bool = False,
) -> dict[tuple[str, str], GridCell]:
    """This will read every place where these mains and crosses meet, in a few queries.

    Shape: (main, cross) -> its cell, rows first; a product beside itself is left out. An own
    cell wins over an inherited one, as when an edition is compiled (`engine.snapshot`).
    `lock`: the pairs stay as they were read until the transaction ends.
    """
    lines = {main.pk: shelf.line(main) for main in mains}
    asked = Pairing.objects.filter(
        main__in={ancestor.pk for line in lines.values() for ancestor in line},
        cross__in=[cross.pk for cross in crosses],
    ).order_by("pk")
    rows = (asked.select_for_update() if lock else asked).values_list(*_OWN)
    own = {(row[1], row[2]): row for row in rows}
    by_rule = _by_rule(shelf.day)
    found = (
        _cell(own, lines[main.pk], cross) for main in mains for cross in crosses if main != cross
    )
    return {
        (cell.main, cell.cross): _ruled(cell, by_rule.get((cell.main, cell.cross)))
        for cell in found
    }


def _by_rule(day: date) -> dict[tuple[str, str], PairTerms]:
    """The cells that rules decide, as an edition of this day would hold them."""
    if not PairingRule.objects.filter(is_active=True).exists():
        return {}
    snapshot = working_copy.read(at=datetime.combine(day, time.min, tzinfo=UTC)).compiled()
    return {(pair.main, pair.cross): pair for pair in snapshot.pairs if pair.rule}


def _ruled(cell: GridCell, pair: PairTerms | None) -> GridCell:
    """A rule's cell shows what the rule says, over a pair by hand too where the rule forbids."""
    if pair is None or cell.is_step_up:
        return cell
    values = {name: getattr(pair, name) for name in FIELDS} | flat(of_entries(pair.words))
    return replace(
        cell, values={**values, "rating": pair.rating.value}, origin=BY_RULE, source=pair.rule
    )


def _cell(
    own: Mapping[tuple[int, int], tuple[Any, ...]], line: list[Product], cross: Product
) -> GridCell:
    main = line[0]
    mine = own.get((main.pk, cross.pk))
    is_step_up = mine is not None and mine[3] == Pairing.Relation.UP_SELL
    place = {
        "main": main.code,
        "cross": cross.code,
        "pk": mine[0] if mine else None,
        "is_step_up": is_step_up,
    }
    for ancestor in line:
        if ancestor.pk == cross.pk:
            break  # nobody passes on what stands beside himself
        row = own.get((ancestor.pk, cross.pk))
        if row is not None and row[3] == Pairing.Relation.CROSS_SELL:
            return GridCell(
                values=dict(zip(FIELDS, row[6:], strict=True)) | flat(row[5]),
                origin=row[4] if ancestor is main else INHERITED,
                source=ancestor.code,
                **place,
            )
    return GridCell(values={}, **place)
