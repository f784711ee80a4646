"""Bundles at the desk: one key presents all parts, takes them, and takes them back.

The parts stay products of their own: each has its card, its answer and its consent, and can be
taken out again. The bundle's price holds while all of them are taken.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from crossbank.desk.better_mains import apart, honest, wanted_by
from crossbank.desk.forms import Row
from crossbank.desk.pictures import Draft
from crossbank.engine.packages import bundle_beside, bundles_in
from crossbank.engine.terms import Advice, BundleTerms, ProductTerms, Snapshot


@dataclass(frozen=True, kw_only=True)
class BundleCard:
    """One bundle in words; `state`: "" | presented | taken.

    `instead_of`: live offers on its parts, which its price takes the place of.
    """

    code: str
    name: str
    price: str
    say: str
    parts: tuple[ProductTerms, ...]
    apart: str
    honest: str
    instead_of: tuple[str, ...]
    state: str


def bundle_cards(advice: Advice, draft: Draft, snapshot: Snapshot) -> tuple[BundleCard, ...]:
    """This will dress the bundles of which every part may be taken now."""
    offers = {s.code: s.offer.terms.name for s in (*advice.cards, *advice.more) if s.offer}
    return tuple(_card(bundle, offers, draft, snapshot) for bundle in bundles_in(snapshot, advice))


def _card(
    bundle: BundleTerms, offers: Mapping[str, str], draft: Draft, snapshot: Snapshot
) -> BundleCard:
    beside = bundle_beside(snapshot, bundle, wanted=wanted_by(draft, snapshot))
    return BundleCard(
        code=bundle.code,
        name=bundle.name,
        price=bundle.price_text,
        say=bundle.say,
        parts=tuple(part.product for part in beside.parts),
        apart=apart(beside),
        honest=honest(beside),
        instead_of=tuple(offers[code] for code in bundle.parts if code in offers),
        state=_state(bundle, draft),
    )


def _state(bundle: BundleTerms, draft: Draft) -> str:
    items = {draft.rows.get(code, Row()).item for code in bundle.parts}
    if items == {"accepted"} and draft.values.get("bundle") == bundle.code:
        return "taken"
    return "" if "" in items else "presented"


def pressed(draft: Draft, snapshot: Snapshot) -> Draft:
    """This will carry out the bundle's key: parts presented, then taken, then nothing said.

    What was pressed stands in the field `press_bundle`; pressing an unknown one does nothing. A
    bundle of which a part is not taken any more is let go: the others stay, at their own price.
    """
    bundle = snapshot.bundle.get(draft.values.get("press_bundle", ""))
    if bundle is None:
        return _let_go(draft, snapshot)
    state = _state(bundle, draft)
    rows = dict(draft.rows)
    for code in bundle.parts:
        rows[code] = _NEXT[state](rows.get(code, Row()), consents=_consents(code, snapshot))
    taken = {"": draft.values.get("bundle", ""), "presented": bundle.code, "taken": ""}[state]
    return _let_go(replace(draft, rows=rows, values={**draft.values, "bundle": taken}), snapshot)


def _let_go(draft: Draft, snapshot: Snapshot) -> Draft:
    bundle = snapshot.bundle.get(draft.values.get("bundle", ""))
    if bundle and _state(bundle, draft) == "taken":
        return draft
    return replace(draft, values={**draft.values, "bundle": ""})


def _consents(code: str, snapshot: Snapshot) -> bool:
    return code in snapshot.product and snapshot.product[code].needs_consent


def _presented(row: Row, *, consents: bool) -> Row:
    return row if row.item else replace(row, item="declined", held="")


def _taken(row: Row, *, consents: bool) -> Row:
    # one price benefit for each product: the bundle's takes the place of an offer
    yes = "1" if consents else ""
    return replace(
        row, item="accepted", consent=yes, offer="", reason="", held="", due="", contact=""
    )


def _nothing_said(row: Row, *, consents: bool) -> Row:
    return Row(asked=row.asked, nothold=row.nothold)


_NEXT = {"": _presented, "presented": _taken, "taken": _nothing_said}


def bundle_of(code: str, draft: Draft, snapshot: Snapshot) -> BundleTerms | None:
    """The bundle this product is taken in, for its card; None when it is taken by itself."""
    bundle = snapshot.bundle.get(draft.values.get("bundle", ""))
    return bundle if bundle and code in bundle.parts else None
