"""What is wrong with an offer before it becomes a promise, and whom it meets.

Source: the gotchas I7, I8 and I12: ties, two prices on one product, and offers that never apply.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from crossbank.engine.conditions import Attribute, Condition, Layer, Operator
from crossbank.engine.contradictions import contradicted
from crossbank.engine.eligibility import WAITS_FOR, window_days
from crossbank.engine.terms import BenefitType, OfferTerms, WindowKind

_DAY = timedelta(days=1)
_YEARS = 3  # how far ahead windows that come every year are compared
_ALL = 100  # percent
_LESS = re.compile(r"([-\u2212\u2013]?)\s*(\d+(?:[.,]\d+)?)\s*(%?)")  # “-10 %”, “-12.00”
Pair = tuple[str, str]  # main, cross
Days = tuple[date, date]  # half-open
Windows = tuple[Days, ...]


class CheckKind(StrEnum):
    """What stands against a release. `blocking` ones stop it, the others are shown."""

    TIE = "tie"  # subject: the other offer; subjects: the mains they share
    NOT_ALLOWED = "not_allowed"  # subjects: mains beside which the cross product is forbidden
    CROSS_NOT_SOLD = "cross_not_sold"
    MAINS_NOT_SOLD = "mains_not_sold"  # subjects: not sold while it holds; blocking when all
    WINDOW_PAST = "window_past"  # last: its last day
    NO_MAINS = "no_mains"
    NO_RIGHT = "no_right"  # it waits for an event and gives nobody a right with it
    NO_DESK = "no_desk"  # its conditions leave out the only channel
    NO_CUSTOMER = "no_customer"  # subject: attribute of which no value meets its conditions
    DEARER = "dearer"  # with the offer the product costs more than alone
    BELOW_ZERO = "below_zero"  # more comes off than there is
    NO_FREE_DAYS = "no_free_days"  # a second yes without the day when it is asked
    LIMITED_RIGHT = "limited_right"  # a right is a promise: it must not run out
    NOT_RATED = "not_rated"  # subjects: mains beside which the cross product is never proposed
    OVERLAP = "overlap"  # subject: the other offer; days: the shared ones; `wins`


@dataclass(frozen=True, kw_only=True)
class Check:
    """One finding. `first`, `last`: the inclusive days it is about, where it is about days."""

    kind: CheckKind
    blocking: bool
    subject: str = ""
    subjects: tuple[str, ...] = ()
    first: date | None = None
    last: date | None = None
    wins: bool = False


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """What an offer is checked against: when products are sold, which pairs are never allowed, which
    are rated, and what products cost alone, in minor units of so many `digits`, where that is known.
    """

    sold: Mapping[str, Days]
    forbidden: frozenset[Pair]
    rated: frozenset[Pair]
    alone: Mapping[str, int]
    digits: int = 2


class Rivals:
    """Offers sorted once by product and main product, so that each asks only those it may meet."""

    def __init__(self, offers: Iterable[OfferTerms]) -> None:
        self._beside: dict[Pair, list[OfferTerms]] = {}
        for terms in offers:
            for main in terms.mains:
                self._beside.setdefault((main, terms.cross), []).append(terms)

    def of(self, terms: OfferTerms) -> tuple[OfferTerms, ...]:
        """This will give the others that can stand before one customer with these terms, by code."""
        found = {
            other.code: other
            for main in terms.mains
            for other in self._beside.get((main, terms.cross), ())
            if other.code != terms.code and _same_customer(terms, other)
        }
        return tuple(found[code] for code in sorted(found))


def _same_customer(one: OfferTerms, other: OfferTerms) -> bool:
    statuses = {one.customer_status, other.customer_status}
    return len(statuses) == 1 or "both" in statuses


def checks(terms: OfferTerms, rivals: Rivals, *, shelf: Shelf, day: date) -> tuple[Check, ...]:
    """This will find everything that stands against releasing these terms on a day.

    `rivals`: the offers that hold or are released with it; the offer's own code is left out.
    Shape: blocking ones first, then in the order of `CheckKind`, then by subject.
    """
    found = [*_dead(terms, shelf, day), *_unkept(terms, shelf), *_meetings(terms, rivals, day)]
    order = list(CheckKind)
    return tuple(sorted(found, key=lambda c: (not c.blocking, order.index(c.kind), c.subject)))


def _dead(terms: OfferTerms, shelf: Shelf, day: date) -> Iterator[Check]:
    """Why nobody would ever get it."""
    windows, window = occurrences(terms, day), window_days(terms, day)
    if window and not windows:
        yield Check(kind=CheckKind.WINDOW_PAST, blocking=True, last=window[1] - _DAY)
    gone = {code for code in (terms.cross, *terms.mains) if _is_gone(code, windows, shelf, day)}
    if terms.cross in gone:
        yield Check(kind=CheckKind.CROSS_NOT_SOLD, blocking=True, subject=terms.cross)
    if mains := tuple(main for main in terms.mains if main in gone):
        all_gone = len(mains) == len(terms.mains)
        yield Check(kind=CheckKind.MAINS_NOT_SOLD, blocking=all_gone, subjects=mains)
    if not terms.mains:
        yield Check(kind=CheckKind.NO_MAINS, blocking=True)
    if never := tuple(m for m in terms.mains if (m, terms.cross) in shelf.forbidden):
        yield Check(kind=CheckKind.NOT_ALLOWED, blocking=True, subjects=never)
    others = (main for main in terms.mains if main not in gone and main not in never)
    if unrated := tuple(main for main in others if (main, terms.cross) not in shelf.rated):
        yield Check(kind=CheckKind.NOT_RATED, blocking=False, subjects=unrated)
    if terms.trigger in WAITS_FOR and terms.window is not WindowKind.RELATIVE:
        yield Check(kind=CheckKind.NO_RIGHT, blocking=True)
    yield from _nobody(terms)


def _is_gone(code: str, windows: Windows, shelf: Shelf, day: date) -> bool:
    """Is it sold on no day on which the offer holds? A window that is over asks for none."""
    sold = shelf.sold.get(code)
    return sold is None or bool(windows and not _shared(windows, (sold,), day))


def _nobody(terms: OfferTerms) -> Iterator[Check]:
    """Conditions that leave no customer at any desk."""
    for attribute in contradicted(_asked(terms), mains=terms.mains, cross=terms.cross):
        if attribute is Attribute.CHANNEL:
            yield Check(kind=CheckKind.NO_DESK, blocking=True)
        else:
            yield Check(kind=CheckKind.NO_CUSTOMER, blocking=True, subject=attribute.value)


def _asked(terms: OfferTerms) -> tuple[Condition, ...]:
    """Its conditions, and whom it is for as one of them."""
    if terms.customer_status == "both":
        return terms.conditions
    status = Condition(
        layer=Layer.ELIGIBILITY,
        attribute=Attribute.CUSTOMER_KIND,
        operator=Operator.IS_ONE_OF,
        values=(terms.customer_status,),
        message="",
    )
    return (*terms.conditions, status)


def _unkept(terms: OfferTerms, shelf: Shelf) -> Iterator[Check]:
    """What it promises and could not keep."""
    if terms.needs_second_consent and not terms.free_days:
        yield Check(kind=CheckKind.NO_FREE_DAYS, blocking=True)
    if terms.window is WindowKind.RELATIVE and (terms.max_total or terms.max_per_branch):
        yield Check(kind=CheckKind.LIMITED_RIGHT, blocking=True)
    alone = shelf.alone.get(terms.cross)
    if alone is not None and (terms.price_with_minor or 0) > alone:
        yield Check(kind=CheckKind.DEARER, blocking=True, subject=terms.cross)
    if _takes_off_more(terms, alone, shelf.digits):
        yield Check(kind=CheckKind.BELOW_ZERO, blocking=True)


def _takes_off_more(terms: OfferTerms, alone: int | None, digits: int) -> bool:
    """Does “-110 %” or “-30.00” take off more than there is? Other words are not read."""
    found = _LESS.fullmatch(terms.benefit_value.strip())
    if found is None:
        return False
    minus, number, percent = found.groups()
    amount = Decimal(number.replace(",", "."))
    if percent:
        return terms.benefit_type is BenefitType.PERCENT and amount > _ALL
    is_less = terms.benefit_type is BenefitType.PRICE and minus != ""
    return is_less and alone is not None and amount.scaleb(digits) > alone


def _meetings(terms: OfferTerms, rivals: Rivals, day: date) -> Iterator[Check]:
    for other in rivals.of(terms):
        shared = tuple(main for main in terms.mains if main in other.mains)
        days = overlap(terms, other, day=day)
        if days is None:
            continue
        tie = terms.priority == other.priority
        yield Check(
            kind=CheckKind.TIE if tie else CheckKind.OVERLAP,
            blocking=tie,
            subject=other.code,
            subjects=shared,
            first=days[0],
            last=days[1],
            wins=(-terms.priority, terms.code) < (-other.priority, other.code),
        )


def overlap(
    one: OfferTerms, other: OfferTerms, *, day: date
) -> tuple[date | None, date | None] | None:
    """This will give the first days from `day` on that both offers hold; None when there are none.

    Shape: inclusive; a None inside is a side without an end.
    """
    shared = _shared(occurrences(one, day), occurrences(other, day), day)
    if shared is None:
        return None
    first, until = shared
    return None if first == date.min else first, None if until == date.max else until - _DAY


def _shared(mine: Windows, theirs: Windows, day: date) -> Days | None:
    """The first days from `day` on that are in both."""
    for my_first, my_until in mine:
        for first, until in theirs:
            shared = max(my_first, first, day), min(my_until, until)
            if shared[0] < shared[1]:
                return shared
    return None


def occurrences(terms: OfferTerms, day: date) -> Windows:
    """This will give the half-open windows from `day` on, some years ahead where it repeats.

    Dates bind windows of every kind; without any there is one without ends.
    """
    if window_days(terms, day) is None:
        return ((date.min, date.max),)
    found: list[Days] = []
    while window := window_days(terms, day):
        if window[1] <= day or window in found:
            break
        found.append(window)
        if not terms.repeats_yearly or len(found) == _YEARS or window[1] == date.max:
            break
        day = window[1]
    return tuple(found)
