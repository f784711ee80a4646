"""What stands on the cards behind a key: honest answers to objections, and what is known as fact."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from django.db.models import Q

from crossbank.catalog.models import Objection
from crossbank.desk import facts
from crossbank.desk.cards import Card
from crossbank.desk.panels import Panel
from crossbank.desk.rights import Found, lines
from crossbank.engine.terms import Snapshot
from crossbank.org.models import Branch

Lines = tuple[tuple[str, str], ...]  # what customers say, and what may honestly be said then


def with_objections(panels: Sequence[Panel], *, need: str = "") -> list[Panel]:
    """This will fill in every card of some panels, in one query whatever their number."""
    lines = objections({card.code for panel in panels for card in panel.drawn}, need=need)
    return [_filled(panel, lambda c: replace(c, objections=lines[c.code])) for panel in panels]


def with_facts(panel: Panel, *, at: datetime) -> Panel:
    """This will tell on each card what is known of it beside the main product, in one query."""
    main = panel.main
    beside = {main.code: main.name, **{card.code: card.name for card in panel.drawn}}
    known = {fact.other: fact.words for fact in facts.told(main.code, beside, at=at)}
    return _filled(panel, lambda c: replace(c, fact=known.get(c.code, "")))


def with_rights(
    panel: Panel, held: Found, snapshot: Snapshot, *, at: datetime, branch: Branch
) -> Panel:
    """This will name the customer's open rights, or say what is wrong with a code that was typed."""
    errors = {**panel.errors}
    if held.trouble and "right" not in errors:
        errors["right"] = [held.trouble]
    outside = {product.code for product in panel.others}
    told = lines(
        held, panel.draft, snapshot, outside=outside, at=at, branch=branch, facts=panel.facts
    )
    return replace(panel, rights=tuple(told), errors=errors)


def _filled(panel: Panel, fill: Callable[[Card], Card]) -> Panel:
    return replace(
        panel,
        cards=tuple(map(fill, panel.cards)),
        spoken_of=tuple(map(fill, panel.spoken_of)),
        more=tuple(map(fill, panel.more)),
    )


def objections(codes: Iterable[str], *, need: str) -> dict[str, Lines]:
    """This will find by product what is said of it: first with the stated need, then always.

    What belongs to a need alone stands on every card once that need is stated.
    """
    codes = set(codes)
    rows = (
        Objection.objects.filter(Q(product__code__in=codes) | Q(product=None))
        .filter(Q(need=None) | Q(need__code=need, need__is_active=True))
        .order_by("order", "pk")
        .values_list("product__code", "need__code", "objection", "answer")
    )
    found = sorted(rows, key=lambda row: (row[1] is None, row[0] is None))
    return {
        code: tuple((said, answer) for of, _need, said, answer in found if of in (code, None))
        for code in codes
    }
