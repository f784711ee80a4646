"""Small editions written as one line: a main `M`, its row in order, the family in the first letter.

`"A1 strong $, B1 good f"`: A1 of family A costs money, B1 of family B is free.
"""

from crossbank.engine.snapshot import compile_snapshot
from crossbank.engine.terms import (
    Advice,
    BasketRule,
    ChargeKind,
    LiveOffer,
    NeedTerms,
    OfferChoice,
    Rating,
    RuleKind,
    Snapshot,
)
from tests.engine.bank import offer, pair, product


def world(row: str, *, rules=(), needs=(), steps_up=(), **flags) -> Snapshot:
    """Flags give product fields by code: `A1={"needs_licence": True}`."""
    cells = [entry.split() for entry in row.split(",") if entry.strip()]
    products = [
        product(
            code,
            is_main=False,
            family=code[0],
            charge_kind=ChargeKind.FREE if price == "f" else ChargeKind.RECURRING,
            **flags.get(code, {}),
        )
        for code, _, price in cells
    ]
    return compile_snapshot(
        products=[product("M", is_cross=False), *products],
        pairs=[
            pair("M", code, Rating(rating), rank=n) for n, (code, rating, _) in enumerate(cells)
        ],
        needs=needs,
        rules=rules,
        steps_up=steps_up,
    )


def wants(*crosses: str) -> NeedTerms:
    return NeedTerms(code="N", name="Need", crosses=crosses)


def rule(kind: RuleKind, subjects: str, objects: str = "", code: str = "R") -> BasketRule:
    return BasketRule(
        code=code,
        kind=kind,
        subjects=tuple(subjects.split()),
        objects=tuple(objects.split()),
        message=f"says {code}",
    )


def live(**priorities: int) -> dict[str, OfferChoice]:
    """A live offer per cross, named after it."""
    return {
        cross: OfferChoice(
            live=LiveOffer(terms=offer(f"O-{cross}", cross, "M", priority), only_now=True)
        )
        for cross, priority in priorities.items()
    }


def codes(suggestions) -> str:
    return " ".join(s.product.code for s in suggestions)


def refused(refusals) -> list[tuple]:
    return [(r.product.code, r.reason.kind.value, r.reason.subject) for r in refusals]


def shape(advice: Advice) -> tuple[str, str]:
    return codes(advice.cards), codes(advice.more)
