"""Rights that a record gives, in the record's own transaction.

What was given is taken back with the record; a correction keeps what it gives, too, so that the code
on the customer's paper stays good.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from crossbank.desk.entries import Entry
from crossbank.desk.models import Consultation, IssuedRight, Response
from crossbank.desk.scene import Scene, picture_of
from crossbank.desk.where import facts_at
from crossbank.engine import eligibility
from crossbank.engine.conditions import Facts
from crossbank.engine.layers import facts_of
from crossbank.engine.terms import Bucket, CustomerKind, LiveOffer, OfferTerms, Picture, Trigger
from crossbank.offers import rights
from crossbank.offers import services as offers
from crossbank.offers.models import Grant
from crossbank.org import switches


@dataclass(frozen=True, kw_only=True)
class _Said:
    """What a conversation says to the terms of a right; `used`: offers that were used at once."""

    main: str  # empty where he left without it
    customer_kind: CustomerKind
    at: datetime
    zone: tzinfo
    facts: Facts
    used: frozenset[str]


def issue(entry: Entry, scene: Scene, consultation: Consultation) -> None:
    """This will give the customer the rights that begin with this record, once for each offer.

    A correction keeps those of the corrected record that its own answers earn by the terms that
    were promised, whatever became of the offer since; they follow a mended customer number.
    """
    before = _given_before(consultation, entry, scene)
    beginning = _beginning(entry, scene, consultation).items()
    wanted = {release: found for release, found in beginning if found[0] not in before}
    give(wanted, consultation, at=consultation.recorded_at)


def _given_before(consultation: Consultation, entry: Entry, scene: Scene) -> set[int]:
    """This will mend the rights of the corrected records; to which offers they are."""
    if not consultation.replaces_id:
        return set()
    given = _issued_in_chain(consultation.replaces)
    if given:
        said = _said_by_entry(entry, scene)
        _leave_earned(given, said, consultation.customer_ref, at=consultation.received_at)
    return {one.grant.release.offer_id for one in given}


def _leave_earned(
    given: Sequence[IssuedRight], said: _Said, reference: str, *, at: datetime
) -> None:
    """This will take back what the record that stands now does not earn, and bring back what it does."""
    earned = {one.grant_id for one in given if _earned(one.grant, said)}
    every = {one.grant_id for one in given}
    rights.withdraw(every - earned, at=at)
    rights.bring_back(earned & {one.grant_id for one in given if one.grant.withdrawn_at})
    rights.belong_to(reference, every)


def give(
    wanted: Mapping[int, tuple[int, OfferTerms]], consultation: Consultation, *, at: datetime
) -> list[Grant]:
    """This will give rights to these releases (row id -> offer, terms) that begin at a moment.

    None to an offer of which nothing is left for this customer: it could never be used.
    """
    used_up = offers.used_up(dict(wanted.values()), branch="", customer=consultation.customer_ref)
    good = {
        release: terms for release, (_offer, terms) in wanted.items() if terms.code not in used_up
    }
    if not good:
        return []
    given = rights.issue(
        good,
        branch=consultation.branch,
        customer_ref=consultation.customer_ref,
        at=at,
    )
    IssuedRight.objects.bulk_create(
        IssuedRight(consultation=consultation, grant=grant) for grant in given
    )
    return given


def _earned(grant: Grant, said: _Said) -> bool:
    """Does a record still give this right? The pay-out of a loan is not its to say."""
    terms = offers.thawed(grant.release.terms)
    if said.main not in terms.mains or terms.code in said.used:
        return False
    return terms.trigger is Trigger.DRAWDOWN or _may_have(terms, said)


def _beginning(
    entry: Entry, scene: Scene, consultation: Consultation
) -> dict[int, tuple[int, OfferTerms]]:
    """release -> (offer, terms) of the windows that start with this main product, for this customer."""
    if consultation.bucket == Bucket.NO_MAIN:
        return {}
    found = offers.starting_beside(entry.main, Trigger.MAIN_RECORDED, consultation.recorded_at)
    if not found:
        return {}
    said = _said_by_entry(entry, scene)
    due = {
        release: (offer, terms)
        for release, (offer, terms) in found.items()
        if terms.code not in said.used and _may_have(terms, said)
    }
    return due if due and switches.is_on(switches.OFFERS) else {}


def _may_have(terms: OfferTerms, said: _Said) -> bool:
    verdict = eligibility.judge(
        terms,
        main=said.main,
        customer_kind=said.customer_kind,
        at=said.at,
        zone=said.zone,
        facts=said.facts,
    )
    return isinstance(verdict, LiveOffer)


def _said_by_entry(entry: Entry, scene: Scene) -> _Said:
    return _Said(
        main="" if entry.no_main else entry.main,
        customer_kind=CustomerKind(entry.customer_kind),
        at=scene.recorded_at,
        zone=scene.zone,
        facts=facts_of(picture_of(entry, scene), "", scene.shown),
        used=frozenset(a.offer for a in entry.answers if a.response == Response.ACCEPTED),
    )


def _said_by_record(record: Consultation) -> _Said:
    taken = (one for one in record.items.all() if one.response == Response.ACCEPTED)
    return _Said(
        main="" if record.bucket == Bucket.NO_MAIN else record.main_code,
        customer_kind=CustomerKind(record.customer_kind),
        at=record.recorded_at,
        zone=record.branch.zone,
        facts=facts_told(record),
        used=frozenset(one.offer_terms["code"] for one in taken if one.offer_terms),
    )


def facts_told(record: Consultation) -> Facts:
    """What a record tells to conditions."""
    items = record.items.all()
    picture = Picture(
        main=record.main_code,
        need=record.need.code if record.need else "",
        customer_kind=CustomerKind(record.customer_kind),
        taken=tuple(one.product_code for one in items if one.response == Response.ACCEPTED),
        held=tuple(record.held),
        facts=facts_at(record.branch),
    )
    return facts_of(picture, "")


def rights_given(consultation: Consultation) -> list[Grant]:
    """The rights that a record gave and that were not taken back, the soonest end first."""
    return by_end(issued_by(consultation))


def by_end(given: Iterable[IssuedRight]) -> list[Grant]:
    grants = (one.grant for one in given)
    return sorted(grants, key=lambda grant: (grant.until, grant.pk))


def issued_by(consultation: Consultation) -> list[IssuedRight]:
    """With what the corrected records gave before it, and what of it is not taken back."""
    return issued_by_each([consultation])[consultation.pk]


def issued_by_each(records: Sequence[Consultation]) -> dict[int, list[IssuedRight]]:
    """The same for some records, by their row ids, in as many queries as for one."""
    chains = _chains(records)
    given = IssuedRight.objects.filter(
        consultation__in={pk for chain in chains.values() for pk in chain},
        grant__withdrawn_at=None,
    )
    known = list(given.select_related("grant__release__offer").order_by("pk"))
    return {
        pk: [one for one in known if one.consultation_id in chain] for pk, chain in chains.items()
    }


def _chains(records: Sequence[Consultation]) -> dict[int, set[int]]:
    """Each record with those that it corrects, by row ids; one query for each step back."""
    chains = {row.pk: {row.pk} for row in records}
    before = {row.pk: row.replaces_id for row in records if row.replaces_id}
    while before:
        for pk, replaced in before.items():
            chains[pk].add(replaced)
        rows = Consultation.objects.filter(pk__in=before.values(), replaces__isnull=False)
        further = dict(rows.values_list("pk", "replaces_id"))
        before = {pk: further[one] for pk, one in before.items() if one in further}
    return chains


def take_back(consultation: Consultation, *, at: datetime) -> None:
    """This will withdraw the unused rights of a record that is voided; its correction's, if it is one."""
    chain = issued_by(consultation) if not consultation.replaces_id else consultation.issued.all()
    rights.withdraw([one.grant_id for one in chain], at=at)


def take_back_freed(grants: Iterable[int | None], *, at: datetime) -> None:
    """This will withdraw rights that a use set free and whose giver was voided meanwhile.

    A giver that was corrected is not voided: the correction gives them on.
    """
    if freed := [pk for pk in grants if pk]:
        gone = IssuedRight.objects.filter(grant__in=freed, consultation__voided_at__isnull=False)
        rights.withdraw(gone.values_list("grant_id", flat=True), at=at)


def bring_back(consultation: Consultation, *, at: datetime) -> None:
    """This will undo what a correction of this record did to its rights, when it is voided."""
    if given := _issued_in_chain(consultation):
        said = _said_by_record(consultation)
        _leave_earned(given, said, consultation.customer_ref, at=at)


def _issued_in_chain(record: Consultation) -> list[IssuedRight]:
    """What a record and those that it corrects gave, taken back or not."""
    (chain,) = _chains([record]).values()
    given = IssuedRight.objects.filter(consultation__in=chain)
    return list(given.select_related("grant__release").order_by("pk"))
