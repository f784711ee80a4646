"""Offers as the engine's terms: what is released, for whom, and which of them apply."""

from collections.abc import Collection, Iterable
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import (
    BooleanField,
    Count,
    ExpressionWrapper,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)

from crossbank.catalog.conditions import condition_terms
from crossbank.engine import eligibility, offer_choice, terms
from crossbank.engine.conditions import Facts, condition_to_plain, conditions_from_plain, in_order
from crossbank.offers.models import Grant, Offer, OfferCount, OfferRelease, Placement

_DATES = ("from_on", "until_on")
_KINDS = {
    "kind": terms.OfferKind,
    "benefit_type": terms.BenefitType,
    "window": terms.WindowKind,
    "trigger": terms.Trigger,
}
_KNOWN = {field.name for field in fields(terms.OfferTerms)}
_ONE_DAY = timedelta(days=1)
_SHOWN_AFTER = timedelta(days=60)


def offer_terms(offer: Offer) -> terms.OfferTerms:
    """The owner's writing as terms; `Offer.objects.with_terms()`. A new row has no mains yet."""
    return terms.OfferTerms(
        code=offer.code,
        name=offer.name,
        kind=terms.OfferKind(offer.kind),
        cross=offer.cross.code,
        mains=tuple(sorted(main.code for main in offer.mains.all())) if offer.pk else (),
        customer_status=offer.customer_status,
        benefit_type=terms.BenefitType(offer.benefit_type),
        benefit_value=offer.benefit_value,
        benefit_text=offer.benefit_text,
        price_with_minor=offer.price_with_minor,
        price_with_text=offer.price_with_text,
        price_alone_text=offer.price_alone_text,
        say=offer.say,
        window=terms.WindowKind(offer.window),
        window_text=offer.window_text,
        trigger=terms.Trigger(offer.trigger_event),
        days_after=offer.days_after,
        from_on=offer.from_on,
        until_on=offer.until_on,
        repeats_yearly=offer.repeats_yearly,
        priority=offer.priority,
        exclusion_group=offer.exclusion_group,
        needs_second_consent=offer.needs_second_consent,
        free_days=offer.free_days,
        max_total=offer.max_total,
        max_per_branch=offer.max_per_branch,
        max_per_customer=offer.max_per_customer,
        frees_on_reversal=offer.frees_on_reversal,
        conditions=in_order(map(condition_terms, offer.conditions.all())) if offer.pk else (),
        is_paused=offer.is_paused,
    )


def frozen(offer: terms.OfferTerms) -> dict[str, Any]:
    """Terms as they are kept with a release, a right or a record: plain JSON, dates as ISO text."""
    plain = {name: _plain(getattr(offer, name)) for name in sorted(_KNOWN)}
    return {**plain, "conditions": [condition_to_plain(one) for one in offer.conditions]}


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def thawed(plain: dict[str, Any]) -> terms.OfferTerms:
    """Frozen terms again. What they did not know when they were frozen is as if nobody set it."""
    known = {name: value for name, value in plain.items() if name in _KNOWN}
    known |= {name: kind(known[name]) for name, kind in _KINDS.items() if name in known}
    known |= {name: date.fromisoformat(known[name]) for name in _DATES if known.get(name)}
    known["conditions"] = conditions_from_plain(known.get("conditions", ()))
    return terms.OfferTerms(**{**known, "mains": tuple(known["mains"])})


def all_terms(at: datetime) -> dict[int, terms.OfferTerms]:
    """Every released offer that has not ended, by row id, in two queries however many ended."""
    return _placed(Placement.objects.all(), at)


def terms_beside(main: str, at: datetime) -> dict[int, terms.OfferTerms]:
    """The same beside one main product."""
    return _placed(Placement.objects.filter(main__code=main), at)


def starting_beside(
    main: str, event: terms.Trigger, at: datetime
) -> dict[int, tuple[int, terms.OfferTerms]]:
    """Releases that give a right with an event at this main product; paused ones are left out.

    Shape: row id of the release -> (row id of the offer, terms), by the offer's code.
    """
    return starting([main], event, at).get(main, {})


def starting(
    mains: Iterable[str], event: terms.Trigger, at: datetime
) -> dict[str, dict[int, tuple[int, terms.OfferTerms]]]:
    """The same for some main products, in as many queries as for one."""
    places = Placement.objects.filter(main__code__in=set(mains), offer__is_paused=False)
    live = places.filter(until__gt=_live_since(at)).order_by("offer__code")
    found = list(live.values_list("main__code", "release_id", "offer_id", "release__digest"))
    released = _read({release: (digest, False) for _main, release, _offer, digest in found})
    beside: dict[str, dict[int, tuple[int, terms.OfferTerms]]] = {}
    for main, release, offer, _digest in found:
        one = released[release]
        if one.window is terms.WindowKind.RELATIVE and one.trigger is event:
            beside.setdefault(main, {})[release] = (offer, one)
    return beside


def ended_terms(at: datetime, *, most: int) -> tuple[dict[int, terms.OfferTerms], int]:
    """Those that ended in the last two months, the latest `most` of them, and how many did."""
    since = _live_since(at)
    over = Placement.objects.filter(until__lte=since, until__gt=since - _SHOWN_AFTER)
    latest = over.order_by("-until", "offer__code").distinct()
    found = latest.values_list("offer_id", "release__digest", "offer__is_paused", "until")[:most]
    count: int = over.aggregate(count=Count("offer", distinct=True))["count"]
    return _read({offer: (digest, paused) for offer, digest, paused, _until in found}), count


def holding_terms() -> dict[int, terms.OfferTerms]:
    """The release that holds of every offer that is kept, ended ones too."""
    return terms_of(Offer.objects.values_list("code", flat=True))


def terms_at(at: datetime) -> dict[int, terms.OfferTerms]:
    """The release of every offer that held at a moment, which may have passed; paused as now."""
    newest = OfferRelease.objects.filter(offer=OuterRef("offer"), released_at__lte=at)
    number = newest.order_by("-number").values("number")[:1]
    kept = Q(offer__archived_at=None) | Q(offer__archived_at__gt=at)
    rows = OfferRelease.objects.filter(kept, number=Subquery(number)).order_by("offer__code")
    found = rows.values_list("offer_id", "digest", "offer__is_paused")
    return _read({offer: (digest, paused) for offer, digest, paused in found})


def _placed(places: QuerySet[Placement], at: datetime) -> dict[int, terms.OfferTerms]:
    live = places.filter(until__gt=_live_since(at)).order_by("offer__code")
    found = live.values_list("offer_id", "release__digest", "offer__is_paused")
    return _read({offer: (digest, paused) for offer, digest, paused in found})


def _live_since(at: datetime) -> date:
    # no branch on earth is more than a day behind UTC; the exact local day is the engine's to judge
    return at.astimezone(UTC).date() - _ONE_DAY


def terms_of(codes: Iterable[str]) -> dict[int, terms.OfferTerms]:
    """The released offers with these codes by row id, ended ones too; unknown codes are absent."""
    return _holding(Offer.objects.kept().filter(code__in=codes))


def said_terms(codes: Iterable[str]) -> dict[int, terms.OfferTerms]:
    """The same of codes that a desk sent; an archived offer was on its screen and is paused now."""
    return _holding(Offer.objects.filter(code__in=codes))


def _holding(rows: QuerySet[Offer]) -> dict[int, terms.OfferTerms]:
    is_off = ExpressionWrapper(
        Q(is_paused=True) | Q(archived_at__isnull=False), output_field=BooleanField()
    )
    released = rows.filter(release__isnull=False).order_by("code")
    found = released.values_list("pk", "release__digest", is_off)
    return _read({offer: (digest, off) for offer, digest, off in found})


def _read(found: dict[int, tuple[str, bool]]) -> dict[int, terms.OfferTerms]:
    """Terms by row id. A digest says what it stands for, so what was read once stays read."""
    known = {digest: known_terms(digest) for digest, _ in found.values()}
    missing = [digest for digest, known_one in known.items() if known_one is None]
    if missing:
        rows = OfferRelease.objects.filter(digest__in=missing).values_list("digest", "terms")
        known |= {digest: _remember(digest, thawed(plain)) for digest, plain in rows}
    return {
        pk: replace(known[digest], is_paused=True) if paused else known[digest]
        for pk, (digest, paused) in found.items()
    }


_memory: dict[str, terms.OfferTerms] = {}
_ROOM = 20_000  # releases; a bank has a few hundred live ones, and years of ended ones


def known_terms(digest: str) -> terms.OfferTerms | None:
    return _memory.get(digest)


def _remember(digest: str, released: terms.OfferTerms) -> terms.OfferTerms:
    if len(_memory) >= _ROOM:
        _memory.clear()
    _memory[digest] = released
    return released


_books: dict[tuple[Any, ...], offer_choice.OfferBook] = {}
_SHELVES = 200  # books of a day: main products, time zones, what is used up


def book(
    offers: dict[int, terms.OfferTerms],
    *,
    day: date,
    zone: ZoneInfo,
    rights: Iterable[terms.Right] = (),
    exhausted: frozenset[str] = frozenset(),
) -> offer_choice.OfferBook:
    """The offers as one book, judged once for everybody who reads the same ones on the same day.

    A released version never changes, so its code and number say what it is. Somebody's own rights
    make a book of his own.
    """
    rights = tuple(rights)
    if rights:
        return offer_choice.OfferBook(offers.values(), rights=rights, used_up=exhausted)
    told = tuple((one.code, one.version, one.is_paused) for one in offers.values())
    key = (day, zone.key, exhausted, told)
    if key not in _books:
        if len(_books) >= _SHELVES:
            _books.clear()
        _books[key] = offer_choice.OfferBook(offers.values(), used_up=exhausted)
    return _books[key]


def forget() -> None:
    """This will empty the memory of this process; tests take their offers back."""
    _memory.clear()
    _books.clear()


def rights_of(grants: Iterable[Grant]) -> dict[int, terms.Right]:
    """Grants as the engine's rights by row id; `release` must be joined."""
    return {
        grant.pk: terms.Right(
            terms=thawed(grant.release.terms),
            until=grant.until,
            last_day=grant.last_day,
            code=grant.code,
        )
        for grant in grants
    }


def used_up(
    offers: dict[int, terms.OfferTerms], *, branch: str, customer: str = ""
) -> frozenset[str]:
    """Codes of limited offers of which nothing is left here; no query when none is limited."""
    limited = {pk: one for pk, one in offers.items() if one.is_limited}
    if not limited:
        return frozenset()
    rows = OfferCount.objects.filter(
        Q(scope=OfferCount.Scope.TOTAL)
        | Q(scope=OfferCount.Scope.BRANCH, key=branch)
        | Q(scope=OfferCount.Scope.CUSTOMER, key=customer),
        offer__in=limited,
    ).values_list("offer_id", "scope", "used")
    return frozenset(
        limited[pk].code
        for pk, scope, used in rows
        if (limit := limit_of(limited[pk], scope)) is not None and used >= limit
    )


def limit_of(offer: terms.OfferTerms, scope: str) -> int | None:
    """How often the offer may be used in this scope; None for as often as one likes."""
    return {
        OfferCount.Scope.TOTAL.value: offer.max_total,
        OfferCount.Scope.BRANCH.value: offer.max_per_branch,
        OfferCount.Scope.CUSTOMER.value: offer.max_per_customer,
    }[scope]


def choices(
    offers: Iterable[terms.OfferTerms],
    *,
    main: str,
    customer_kind: terms.CustomerKind,
    at: datetime,
    zone: ZoneInfo,
    facts: Facts = eligibility.NOTHING,
    rights: Iterable[terms.Right] = (),
    exhausted: Collection[str] = (),
) -> dict[str, terms.OfferChoice]:
    """cross -> which offer applies beside `main` at this moment in this branch, and which lose."""
    return offer_choice.choices(
        offers,
        main=main,
        customer_kind=customer_kind,
        at=at,
        zone=zone,
        facts=facts,
        rights=rights,
        used_up=exhausted,
    )
