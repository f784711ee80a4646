"""The three layers of a product's conditions, judged for one picture and told as reasons."""

from dataclasses import replace

from crossbank.engine.conditions import Facts, Layer, Verdict, judge
from crossbank.engine.terms import Picture, ProductTerms, Reason, ReasonKind, Snapshot

REFUSALS = {
    Layer.ELIGIBILITY: ReasonKind.NOT_ELIGIBLE,
    Layer.APPLICABILITY: ReasonKind.NOT_NOW,
    Layer.SUITABILITY: ReasonKind.NOT_IN_INTEREST,
}
REFUSED = frozenset(REFUSALS.values())
# what even a customer who asks for it is not sold; what merely makes no sense now he may have
FIRM = frozenset({ReasonKind.NOT_ELIGIBLE, ReasonKind.NOT_IN_INTEREST})


def reasons_of(
    product: ProductTerms, picture: Picture, snapshot: Snapshot | None = None
) -> tuple[Reason, ...]:
    """This will say why a product's conditions stand against it, and what is to be asked first.

    Shape: refusals by layer, then text; last at most one ASK with all that is not known: `text`
    holds the owner's own questions, `subjects` the attributes that have none. () when all is met.
    `snapshot`: a need that it does not know says nothing; without it every need is believed.
    """
    if not product.conditions:
        return ()
    return told(judge(product.conditions, facts_of(picture, product.code, snapshot)))


def facts_of(picture: Picture, code: str, snapshot: Snapshot | None = None) -> Facts:
    """This will put together what the picture knows, as it matters for one product.

    He has what he came for, what he takes and what he said he has: a product is not refused
    because he takes that very product.
    """
    is_known = snapshot is None or picture.need in snapshot.need
    taken = (one for one in (picture.main, *picture.taken) if one != code)
    return replace(
        picture.facts,
        customer_kind=picture.customer_kind.value,
        need=picture.need if is_known else "",
        holds=tuple(sorted({*taken, *picture.held})),
    )


def told(verdict: Verdict) -> tuple[Reason, ...]:
    """This will turn a verdict into reasons, as `reasons_of` shapes them."""
    refusals = [Reason(kind=REFUSALS[one.layer], text=one.message) for one in verdict.refused]
    reasons = list(dict.fromkeys(refusals))
    if verdict.unknown:
        questions = dict.fromkeys(one.ask for one in verdict.unknown if one.ask)
        bare = dict.fromkeys(one.attribute.value for one in verdict.unknown if not one.ask)
        reasons.append(
            Reason(kind=ReasonKind.ASK, text=" ".join(questions), subjects=tuple(sorted(bare)))
        )
    return tuple(reasons)


def first_refusal(reasons: tuple[Reason, ...]) -> Reason | None:
    """This will give the refusal that is told first, if there is one."""
    return reasons[0] if reasons and reasons[0].kind in REFUSED else None


def question(reasons: tuple[Reason, ...]) -> Reason | None:
    """This will give the line that says what to ask first, if there is one."""
    return reasons[-1] if reasons and reasons[-1].kind is ReasonKind.ASK else None
