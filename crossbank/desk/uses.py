"""Offers that a record uses, in the record's own transaction.

An undo, a void and a correction are no reversal: what was used is given back, the right, the place
in a limited offer, everything, whatever the customer withdrew from meanwhile.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from crossbank.catalog.models import Product
from crossbank.desk.entries import Entry
from crossbank.desk.kept import Kept, kept_of
from crossbank.desk.models import Consultation, ConsultationItem, Redemption
from crossbank.desk.offer_rules import right_gone
from crossbank.desk.scene import Conflict, HeldRight, Scene
from crossbank.engine.terms import OfferTerms
from crossbank.offers import limits, rights
from crossbank.offers import services as offers
from crossbank.offers.models import Grant
from crossbank.org import switches


@dataclass(frozen=True, kw_only=True)
class _Claim:
    """One offer to be used: on an item, or on the main product where there is none.

    `withdrawn`: its use in the corrected record, where the customer withdrew in time.
    """

    field: str
    item: ConsultationItem | None
    product: Product
    offer_id: int
    terms: OfferTerms
    held: HeldRight | None
    withdrawn: Redemption | None = None

    @property
    def takes_place(self) -> bool:
        return self.withdrawn is None or self.withdrawn.takes_place


def held_rights(entry: Entry, *, kept: Kept, at: datetime) -> dict[str, HeldRight]:
    """offer code -> the right that this entry may use: the one whose code was given, else the one
    that the corrected record used, else the customer's own that ends first.

    No query where nothing could be used.
    """
    joined = Grant.objects.select_related("release")
    own: dict[str, HeldRight] = {}
    if entry.customer_ref and any(answer.offer for answer in entry.answers) and _by_number(entry):
        own = _by_offer(reversed(joined.of_customer(entry.customer_ref).open(at)))
    unused = {code: held for code, held in own.items() if code not in kept.codes}
    # in whatever state: the refusal says which
    said = _by_offer(joined.filter(code=entry.right)) if entry.right else {}
    return unused | kept.rights | said


def _by_number(entry: Entry) -> bool:
    """A new record brings a number only where the bank keeps them; a corrected one had it before."""
    return not entry.replaces or switches.is_on(switches.CUSTOMER_REFERENCE)


def _by_offer(grants: Iterable[Grant]) -> dict[str, HeldRight]:
    """The last one of each offer."""
    found = list(grants)
    known = offers.rights_of(found)
    return {
        known[grant.pk].terms.code: HeldRight(grant=grant, right=known[grant.pk]) for grant in found
    }


def take(
    entry: Entry,
    scene: Scene,
    consultation: Consultation,
    items: Iterable[ConsultationItem],
    *,
    kept: Kept,
) -> list[Redemption]:
    """This will use the offers of a record that was written; gives its uses.

    Raises Conflict; then nothing stands.
    """
    claims = sorted(_claims(entry, scene, items, kept), key=lambda claim: claim.terms.code)
    for claim in claims:
        if claim.takes_place:
            _take(claim, consultation)
    return Redemption.objects.bulk_create([_redemption(claim, consultation) for claim in claims])


def _claims(
    entry: Entry, scene: Scene, items: Iterable[ConsultationItem], kept: Kept
) -> Iterator[_Claim]:
    by_code = {item.product_code: item for item in items}
    for answer in entry.answers:
        if answer.offer and answer.response == "accepted":
            offer_id, terms = scene.offer_of(answer)
            item = by_code[answer.code]
            yield _Claim(
                field=f"offer-{answer.code}",
                item=item,
                product=item.product,
                offer_id=offer_id,
                terms=terms,
                held=scene.rights.get(answer.offer),
                withdrawn=kept.withdrawn(terms.code, item.product_id),
            )
    for held in scene.rights.values():
        on_main = held.right.terms.cross == entry.main and not entry.no_main
        if on_main and held.right.code == entry.right:
            offer_id, terms = held.as_offer()
            product = scene.products[entry.main]
            yield _Claim(
                field="right",
                item=None,
                product=product,
                offer_id=offer_id,
                terms=terms,
                held=held,
                withdrawn=kept.withdrawn(terms.code, product.pk),
            )


def _take(claim: _Claim, consultation: Consultation) -> None:
    _take_place(claim, consultation)
    if claim.held:
        _use_right(claim, consultation.recorded_at)


def _take_place(claim: _Claim, consultation: Consultation) -> None:
    try:
        limits.take(use_of(claim.offer_id, claim.terms, consultation))
    except limits.Exhausted:
        raise Conflict(
            "offer_exhausted",
            _("Nothing is left of this offer; the product itself may still be taken."),
            field=claim.field,
        ) from None


def _use_right(claim: _Claim, at: datetime) -> None:
    try:
        rights.use(claim.held.grant, at=at)
    except rights.NotUsable as refusal:
        raise right_gone(refusal.why, field=claim.field) from None


def use_of(offer_id: int, terms: OfferTerms, consultation: Consultation) -> limits.Use:
    return limits.Use(
        offer_id=offer_id,
        terms=terms,
        branch=consultation.branch.code,
        customer=consultation.customer_ref,
    )


def _redemption(claim: _Claim, consultation: Consultation) -> Redemption:
    withdrawn = claim.withdrawn
    return Redemption(
        consultation=consultation,
        item=claim.item,
        product=claim.product,
        offer_id=claim.offer_id,
        terms=offers.frozen(claim.terms),
        grant=claim.held.grant if claim.held else None,
        at=consultation.recorded_at,
        charged_from=charged_from(claim.terms, consultation.business_date),
        reversed_at=withdrawn.reversed_at if withdrawn else None,
        reversed_by_id=withdrawn.reversed_by_id if withdrawn else None,
    )


def charged_from(terms: OfferTerms, day: date) -> date | None:
    """The first day that costs, of an offer that is free first; only after a second yes."""
    if not terms.needs_second_consent or not terms.free_days:
        return None
    return day + timedelta(days=terms.free_days)


def give_back(consultation: Consultation, *, at: datetime) -> Kept:
    """This will free what a record used, as if it never was: its rights and its places.

    Once: what a withdrawal freed by its terms may be somebody else's by now. The record must be
    locked. Gives what was used.
    """
    kept = kept_of(consultation)
    taken = sorted((one for one in kept.uses if one.takes_place), key=lambda one: one.terms["code"])
    for one in taken:
        limits.give_back(use_of(one.offer_id, offers.thawed(one.terms), consultation))
    if kept.uses:
        rights.give_back(one.grant_id for one in taken if one.grant_id)
        Redemption.objects.filter(pk__in=[one.pk for one in kept.uses]).update(given_back_at=at)
    return kept


def take_again(consultation: Consultation, *, correction: Consultation, kept: Kept) -> None:
    """This will use again what a correction gave back, when the correction is voided.

    What the customer withdrew from since stays withdrawn; `kept`: what the correction used. Raises
    Conflict where somebody else has used it meanwhile.
    """
    back = consultation.redemptions.filter(given_back_at__isnull=False)
    last = back.order_by("-given_back_at").values_list("given_back_at")[:1]
    used = back.filter(given_back_at__in=last).select_related("grant", "product")
    freed = used.filter(grant__withdrawn_at=correction.received_at)  # its giver was voided
    rights.bring_back(freed.values_list("grant_id", flat=True))
    for one in sorted(used, key=lambda one: one.terms["code"]):
        claim = _Claim(
            field="__all__",
            item=one.item,
            product=one.product,
            offer_id=one.offer_id,
            terms=offers.thawed(one.terms),
            held=HeldRight(grant=one.grant, right=None) if one.grant else None,
        )
        if withdrawn := kept.withdrawn(claim.terms.code, one.product_id):
            one.reversed_at, one.reversed_by = withdrawn.reversed_at, withdrawn.reversed_by
        if one.takes_place:
            _take(claim, consultation)
        one.given_back_at = None
        one.save(update_fields=["given_back_at", "reversed_at", "reversed_by"])
