"""The pair of the day out of the edition in force, and the days on which somebody practised."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from crossbank.catalog.models import Product
from crossbank.engine.drills import practice_pair
from crossbank.engine.terms import PairTerms, Rating, Snapshot
from crossbank.matrix import editions
from crossbank.matrix.editions import NoEdition
from crossbank.matrix.models import Rating as RatingWords
from crossbank.org.models import User
from crossbank.training.models import CoachingNote, PracticeDay

SHOWN = 30  # days of practice that are drawn
ASKED = timedelta(days=28)  # so long does a note about a pair come first
_OFFERED = (Rating.STRONG, Rating.GOOD)
_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Drill:
    """A pair as one practises it; `rating_label` and texts in the reader's language."""

    pair: PairTerms
    main: str
    cross: str
    rating_label: str
    is_from_note: bool


@dataclass(frozen=True, kw_only=True)
class Dot:
    on: date
    is_done: bool


def snapshot_at(at: datetime) -> Snapshot | None:
    """The edition in force in the reader's language; None before the first one."""
    try:
        return editions.current(at).for_reader
    except NoEdition:
        return None


def drill(*, at: datetime, by: User) -> Drill | None:
    """This will find today's pair: one that a coaching note named before any other."""
    snapshot = snapshot_at(at)
    if snapshot is None:
        return None
    day = by.branch.local_day(at)
    asked = _asked(by, at)
    pair = practice_pair(
        snapshot, employee=by.pk, day=day, preferred=asked, off_sale=_off_sale(snapshot, day)
    )
    if pair is None:
        return None
    return Drill(
        pair=pair,
        main=snapshot.product[pair.main].name,
        cross=snapshot.product[pair.cross].name,
        rating_label=str(RatingWords(pair.rating).label),
        is_from_note=(pair.main, pair.cross) in asked,
    )


def _asked(employee: User, at: datetime) -> list[tuple[str, str]]:
    lately = CoachingNote.objects.filter(to=employee, at__gt=at - ASKED, at__lte=at)
    notes = lately.exclude(main_code="")
    return list(notes.order_by("at", "pk").values_list("main_code", "cross_code"))


def _off_sale(snapshot: Snapshot, day: date) -> frozenset[str]:
    on_sale = set(Product.objects.on_sale(day).values_list("code", flat=True))
    return frozenset(snapshot.product) - on_sale


def pairs_to_name(*, at: datetime, day: date) -> list[tuple[str, list[tuple[str, str]]]]:
    """What a note may be about. Shape: name of a main product, [("MAIN CROSS", name), ...]."""
    snapshot = snapshot_at(at)
    if snapshot is None:
        return []
    gone = _off_sale(snapshot, day)
    groups: dict[str, list[tuple[str, str]]] = {}
    for pair in snapshot.pairs:
        if pair.rating in _OFFERED and not {pair.main, pair.cross} & gone:
            name = snapshot.product[pair.cross].name
            groups.setdefault(pair.main, []).append((f"{pair.main} {pair.cross}", name))
    return sorted((snapshot.product[main].name, crosses) for main, crosses in groups.items())


def dots(employee: User, *, day: date) -> tuple[Dot, ...]:
    """The last thirty days, the oldest first."""
    first = day - (SHOWN - 1) * _DAY
    rows = PracticeDay.objects.of(employee).filter(on__gte=first, on__lte=day)
    done = set(rows.values_list("on", flat=True))
    days = (first + n * _DAY for n in range(SHOWN))
    return tuple(Dot(on=on, is_done=on in done) for on in days)
