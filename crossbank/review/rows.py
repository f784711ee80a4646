"""Figure -> the rows it counts: whoever doubts a number opens it.

Every figure has a name (`of=` in the address). Its rows are consultations, or single answers where
products are counted. What a condition on rows can't say, a second look at each record does.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import ExtractHour
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crossbank.desk.models import (
    COUNTED_ONLY,
    Consultation,
    ConsultationItem,
    DaySheet,
    DeclineReason,
    NothingOffered,
    Source,
)
from crossbank.desk.models import Response as Answer
from crossbank.engine.terms import Bucket
from crossbank.kept import sales
from crossbank.matrix import editions
from crossbank.review import facts, sums, words
from crossbank.review.facts import Talk
from crossbank.review.keeping import checked
from crossbank.review.sums import Sums
from crossbank.review.tallies import ROOM, missed_in, offerable_in
from crossbank.review.terms import Filter

_AT_ONCE = 500  # records for a second look
DEEPEST = 10_000  # rows that pages go down; whoever looks for more narrows what he asks
_ALL = Q()
_LIVE = ~Q(source__in=COUNTED_ONLY)
_OPEN = Q(bucket__in=[Bucket.MAIN_ONLY, Bucket.PLUS_ONE])
_COUNTED = ~Q(bucket=Bucket.NO_MAIN)
_TOOK = Q(bucket__in=[Bucket.PLUS_ONE, Bucket.PLUS_TWO])


@dataclass(frozen=True, kw_only=True)
class Rows:
    """What a figure counts. `is_answers`: one row is one presented product, not one customer;
    `is_sheets`: one row is one day sheet; `is_later`: it is known of a sale 90 days later.

    `where` holds for consultations, `answers` for what was presented in them; `check` says of a
    record that passes both whether it counts, None where there is nothing more to ask. `figure`:
    how many such records there are, of the same sums as the page's; only where there is a check.
    """

    title: str
    where: Q = _ALL
    answers: Q = _ALL
    is_answers: bool = False
    is_sheets: bool = False
    is_later: bool = False
    check: Callable[[Talk], bool] | None = None
    figure: Callable[[Sums], int] | None = None
    if_unknown: Q | None = None  # the only records that `check` could refuse
    hour: int | None = None  # of the branch's clock

    def days_of(self, asked: Filter) -> Filter:
        """The filter with the days on which its rows were recorded."""
        return checked(asked) if self.is_later else asked


def _is_roomy(talk: Talk) -> bool:
    return offerable_in(talk, editions.load(talk.edition).snapshot) >= ROOM


_FIGURES: dict[str, Any] = {
    "records": (gettext_lazy("All consultations"), Q()),
    "total": (gettext_lazy("Total"), _COUNTED),
    "main_only": (gettext_lazy("Main only"), Q(bucket=Bucket.MAIN_ONLY)),
    "plus_one": (gettext_lazy("Main + 1"), Q(bucket=Bucket.PLUS_ONE)),
    "plus_two": (gettext_lazy("Main + 2"), Q(bucket=Bucket.PLUS_TWO)),
    "crossed": (gettext_lazy("Main + 1 and Main + 2"), _TOOK),
    "no_main": (gettext_lazy("No main"), Q(bucket=Bucket.NO_MAIN)),
    "live": (gettext_lazy("Entered at the desk, No main included"), _LIVE),
    "offered": (gettext_lazy("Something presented"), _LIVE & Q(presented__gt=0)),
    "took": (gettext_lazy("Something accepted"), _LIVE & _TOOK),
    "timed": (gettext_lazy("Seconds on keys known"), _LIVE & Q(hands_on_ms__isnull=False)),
}
_ROOMY_FIGURES: dict[str, Any] = {
    "roomy": (gettext_lazy("Three or more could be offered"), Q()),
    "three": (gettext_lazy("Three or more presented"), Q(presented__gte=ROOM)),
    "silent": (gettext_lazy("Nothing presented, though it could be"), Q(presented=0)),
}
_ANSWERS: dict[str, Any] = {
    "presented": (gettext_lazy("Products presented"), Q()),
    "taken": (gettext_lazy("Products accepted"), Q(response=Answer.ACCEPTED)),
    "with_offer": (
        gettext_lazy("Accepted with an offer"),
        Q(response=Answer.ACCEPTED, offer__isnull=False),
    ),
}
_LATER: dict[str, Any] = {
    "known": (words.KNOWN, sales.KNOWN),
    "kept": (words.KEPT_RATE, sales.KEPT),
}


def find(of: str) -> Rows:
    """This will read the name of a figure. Raises Http404 where there is none."""
    if "\x00" in of:  # codes stand in it, and PostgreSQL refuses to look for this one
        raise Http404
    kind, *parts = of.split(":")
    if of == "unsigned":
        return Rows(title=str(words.UNSIGNED), is_sheets=True)
    if not parts and of in _FIGURES:
        title, where = _FIGURES[of]
        return Rows(title=str(title), where=where)
    if not parts and of in _ROOMY_FIGURES:
        title, where = _ROOMY_FIGURES[of]
        unknown = Q(offerable__isnull=True)
        where &= _LIVE & (Q(offerable__gte=ROOM) | unknown)
        return Rows(
            title=str(title),
            where=where,
            check=_is_roomy,
            figure=lambda found: sum(numbers[of] for numbers in found.by_branch.values()),
            if_unknown=unknown,
        )
    if not parts and of in _ANSWERS:
        title, answers = _ANSWERS[of]
        return Rows(title=str(title), where=_LIVE, answers=answers, is_answers=True)
    if not parts and of in _LATER:
        title, told = _LATER[of]
        return Rows(
            title=str(title),
            where=_LIVE,
            answers=told & Q(response=Answer.ACCEPTED, outcomes__replaced_by__isnull=True),
            is_answers=True,
            is_later=True,
        )
    found = {"pair": _pair, "hour": _hour, "reason": _reason, "nothing": _nothing}
    rows = found[kind](*parts) if kind in found and len(parts) == _PARTS[kind] else None
    if rows is None:
        raise Http404
    return rows


_PARTS = {"pair": 3, "hour": 1, "reason": 1, "nothing": 1}


def _pair(main: str, cross: str, what: str) -> Rows | None:
    here = Q(main_code=main)
    names = f"{main} → {cross}"
    if what == "missed":
        spoken_of = ConsultationItem.objects.filter(consultation=OuterRef("pk"), product_code=cross)
        return Rows(
            title=_("Not presented: %(pair)s") % {"pair": names},
            where=_LIVE & _OPEN & here & ~Q(Exists(spoken_of)),
            check=lambda talk: cross in missed_in(talk, editions.load(talk.edition).snapshot),
            figure=lambda found: sum(
                numbers["missed"]
                for pair, numbers in found.pairs.items()
                if pair[:2] == (main, cross)
            ),
        )
    if what != "presented" and what not in Answer.values:
        return None
    said = Q() if what == "presented" else Q(response=what)
    label = _("Presented") if what == "presented" else Answer(what).label
    return Rows(
        title=f"{label}: {names}",
        where=_LIVE & here,
        answers=Q(product_code=cross) & said,
        is_answers=True,
    )


def _hour(hour: str) -> Rows | None:
    if not hour.isdecimal() or not hour.isascii() or int(hour) > 23:
        return None
    return Rows(
        title=_("%(hour)s o’clock") % {"hour": int(hour)},
        where=~Q(source=Source.IMPORT),
        hour=int(hour),
    )


def _reason(code: str) -> Rows | None:
    if code not in DeclineReason.values:
        return None
    return Rows(
        title=_("Declined: %(reason)s") % {"reason": DeclineReason(code).label},
        where=_LIVE,
        answers=Q(response=Answer.DECLINED, reason=code),
        is_answers=True,
    )


def _nothing(code: str) -> Rows | None:
    if code not in NothingOffered.values:
        return None
    return Rows(
        title=_("Nothing offered: %(reason)s") % {"reason": NothingOffered(code).label},
        where=_LIVE & Q(nothing_offered=code),
    )


@dataclass(frozen=True, kw_only=True)
class Found:
    """`n`: how many rows there are; `rows`: those of the page asked for, the newest first."""

    n: int
    rows: list[Any]


def read(asked: Filter, rows: Rows, *, today: date, first: int, size: int) -> Found:
    """This will count the rows and read some of them, `size` from number `first` (0) on."""
    if rows.is_sheets:
        sheets = _unsigned(asked, today)
        return Found(n=sheets.count(), rows=list(sheets[first : first + size]))
    where = facts.conditions(rows.days_of(asked))
    records = Consultation.objects.standing().filter(rows.where, **where)
    if rows.hour is not None:
        records = _at_hour(records, rows.hour, asked)
    if rows.check and (rows.if_unknown is None or records.filter(rows.if_unknown).exists()):
        n = rows.figure(sums.read(asked, today=today))
        last = min(first + size, n)  # after the last one nothing is looked at
        chosen = list(islice(_checked(records, rows), first, last)) if first < last else []
        by_pk = records.with_story().in_bulk(chosen)
        return Found(n=n, rows=[by_pk[pk] for pk in chosen])
    if rows.is_answers:
        answers = (
            ConsultationItem.objects.filter(rows.answers, consultation__in=records)
            .select_related("consultation__branch", "consultation__employee", "product")
            .order_by("-consultation__recorded_at", "-consultation", "place", "pk")
        )
        return Found(n=answers.count(), rows=list(answers[first : first + size]))
    ordered = records.with_story().order_by("-recorded_at", "-pk")
    return Found(n=records.count(), rows=list(ordered[first : first + size]))


def _unsigned(asked: Filter, today: date) -> QuerySet[DaySheet]:
    """Sheets know no main product, so that part of the filter narrows nothing."""
    sheets = DaySheet.objects.filter(**facts.who_and_where(asked), **facts.when(asked))
    sheets = sheets.filter(business_date__lt=today, closed_at=None)
    return sheets.select_related("branch", "employee").order_by("-business_date", "-pk")


def _at_hour(records: QuerySet[Consultation], hour: int, asked: Filter) -> QuerySet[Consultation]:
    """Each branch by its own clock; there are few different ones."""
    clocks: dict[str, list[int]] = {}
    for place in asked.places:
        clocks.setdefault(place.time_zone, []).append(place.pk)
    there = Q(pk__in=[])
    for number, (zone, branches) in enumerate(sorted(clocks.items())):
        name = f"hour_{number}"
        records = records.alias(**{name: ExtractHour("recorded_at", tzinfo=ZoneInfo(zone))})
        there |= Q(branch__in=branches, **{name: hour})
    return records.filter(there)


def _checked(records: QuerySet[Consultation], rows: Rows) -> Iterator[int]:
    """Row ids of the records that pass the second look, the newest first; read as far as somebody
    asks, because in a year of a bank there are very many."""
    ordered = records.order_by("-recorded_at", "-pk").values_list("pk", "recorded_at")
    older = ordered
    while found := list(older[:_AT_ONCE]):
        pks = [pk for pk, _at in found]
        talks = {
            talk.pk: talk for talk in facts.of_records(Consultation.objects.filter(pk__in=pks))
        }
        editions.load_many({talk.edition for talk in talks.values()})
        yield from (pk for pk in pks if rows.check(talks[pk]))
        pk, at = found[-1]
        older = ordered.filter(Q(recorded_at__lt=at) | Q(recorded_at=at, pk__lt=pk))
