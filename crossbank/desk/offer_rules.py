"""May the offers and rights of this entry be used? Reads values only; writes nothing.

Source: decisions 3 and 7. What an entry asks for wrongly is a problem at its field; what ended or
changed meanwhile is a conflict, and then nothing is written.
"""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from crossbank.desk.entries import Answer, Entry
from crossbank.desk.scene import Conflict, HeldRight, Scene, picture_of
from crossbank.desk.words import reason_words
from crossbank.engine import eligibility
from crossbank.engine.layers import facts_of
from crossbank.engine.offer_groups import excluded_by, first_of_groups
from crossbank.engine.terms import CustomerKind, LiveOffer, OfferTerms, Reason, ReasonKind
from crossbank.offers.rights import standing

Problem = tuple[str, str]  # field, what is wrong with it

_GONE = {ReasonKind.ENDED, ReasonKind.PAUSED}


def right_problems(entry: Entry, scene: Scene) -> Iterator[Problem]:
    """A right that was shown and then not used is no mistake: it stays open."""
    if not entry.right:
        return
    held = _right_of_code(entry, scene)
    if held is None:
        yield "right", _("There is no right with this code.")
    elif held.right.terms.cross == entry.main and not entry.no_main:
        yield from _number_problems("right", held.right.terms, entry)


def group_problems(entry: Entry, scene: Scene) -> Iterator[Problem]:
    """Of one group one offer is used, on whatever product; the others hear which one wins."""
    used = dict(_offers_used(entry, scene))
    first = first_of_groups(used.values())
    for name, terms in used.items():
        if why := excluded_by(terms, first):
            yield name, reason_words(why, scene.shown)


def _offers_used(entry: Entry, scene: Scene) -> Iterator[tuple[str, OfferTerms]]:
    for answer in entry.answers:
        _offer_id, terms = scene.offer_of(answer) or (None, None)
        if terms and terms.cross == answer.code:
            yield f"offer-{answer.code}", terms
    held = _right_of_code(entry, scene) if entry.right else None
    if held and held.right.terms.cross == entry.main and not entry.no_main:
        yield "right", held.right.terms


def _number_problems(field: str, terms: OfferTerms, entry: Entry) -> Iterator[Problem]:
    if terms.max_per_customer and not entry.customer_ref:
        yield field, _("This offer is limited for each customer: it needs the customer number.")


def _right_of_code(entry: Entry, scene: Scene) -> HeldRight | None:
    return next((one for one in scene.rights.values() if one.right.code == entry.right), None)


def right_gone(why: str, *, field: str) -> Conflict:
    """A right that cannot be used any more, in words; never where or by whom it was used."""
    words = {
        "used": _("This right was used already."),
        "withdrawn": _("This right was taken back with the record that gave it."),
        "ended": _("This right has ended; the product itself may still be taken."),
    }
    code = "offer_exhausted" if why == "used" else "offer_expired"
    return Conflict(code, words[why], field=field)


def refuse_gone_right(entry: Entry, scene: Scene) -> None:
    held = _right_of_code(entry, scene) if entry.right else None
    if held and (why := standing(held.grant, at=scene.recorded_at)) != "open":
        raise right_gone(why, field="right")


def _verdict(answer: Answer, entry: Entry, scene: Scene) -> LiveOffer | Reason:
    if held := scene.rights.get(answer.offer):
        return eligibility.judge_right(held.right, at=scene.recorded_at)
    return eligibility.judge(
        scene.offers[answer.offer][1],
        main=entry.main,
        customer_kind=CustomerKind(entry.customer_kind),
        at=scene.recorded_at,
        zone=scene.zone,
        facts=facts_of(picture_of(entry, scene), "", scene.shown),
    )


def offer_problems(answer: Answer, entry: Entry, scene: Scene) -> Iterator[Problem]:
    name = f"offer-{answer.code}"
    _offer_id, terms = scene.offer_of(answer) or (None, None)
    if terms and _is_replaced(answer, terms):
        return  # a conflict, whatever else its new terms say
    if terms is None or terms.cross != answer.code:
        yield name, _("There is no such offer for this product.")
        return
    verdict = _verdict(answer, entry, scene)
    if isinstance(verdict, Reason) and verdict.kind not in _GONE:
        yield name, reason_words(verdict, scene.shown)
    yield from _number_problems(name, terms, entry)


def _is_replaced(answer: Answer, terms: OfferTerms) -> bool:
    """Other terms hold by now than stood on the card: the yes was for another price."""
    return answer.offer_version is not None and answer.offer_version != terms.version


def refuse_gone_offer(answer: Answer, entry: Entry, scene: Scene) -> None:
    """An offer that ended between showing and saving: the state says no, nothing is written."""
    _offer_id, terms = scene.offer_of(answer) or (None, None)
    if terms is None:
        return
    if _is_replaced(answer, terms):
        raise Conflict(
            "offer_expired",
            _("This offer has other terms now: look at them, and ask the customer again."),
            field=f"offer-{answer.code}",
        )
    verdict = _verdict(answer, entry, scene)
    if isinstance(verdict, Reason) and verdict.kind in _GONE:
        raise Conflict(
            "offer_expired",
            _("This offer has ended; the product itself may still be taken at its own price."),
            field=f"offer-{answer.code}",
        )
