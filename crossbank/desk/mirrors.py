"""The private mirrors: one employee's last 28 days, as he alone reads them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils.formats import time_format

from crossbank.desk.days import HALF
from crossbank.desk.mirror_words import WORDS, Words
from crossbank.desk.models import (
    COUNTED_ONLY,
    Consultation,
    ConsultationItem,
    Response,
)
from crossbank.engine import mirrors as engine
from crossbank.engine import tally
from crossbank.engine.advice import advise
from crossbank.engine.mirrors import HOURS, Cause, Effort, Figure, Kind, Shown, Talk
from crossbank.engine.terms import CustomerKind, Picture, Snapshot
from crossbank.matrix import editions
from crossbank.matrix.editions import Loaded
from crossbank.org.models import User

DAYS = 28


@dataclass(frozen=True, kw_only=True)
class Line:
    """A figure and the name of what it is about, in the reader's language."""

    name: str
    figure: Figure


@dataclass(frozen=True, kw_only=True)
class Reflection:
    """One mirror with its words; no line means that there is nothing to see."""

    cause: Cause
    words: Words
    lines: tuple[Line, ...]

    @property
    def is_seen(self) -> bool:
        return any(line.figure.is_seen for line in self.lines)


@dataclass(frozen=True, kw_only=True)
class EffortRow:
    name: str
    effort: Effort

    @property
    def seconds(self) -> int | None:
        ms = self.effort.hands_on_ms
        return None if ms is None else round(ms / 1000)


@dataclass(frozen=True, kw_only=True)
class MirrorPage:
    """`since` and `until`: both included. `customers`: how many were at the desk."""

    since: date
    until: date
    customers: int
    mirrors: tuple[Reflection, ...]
    efforts: tuple[EffortRow, ...]


def mirror_page(employee: User, *, at: datetime) -> MirrorPage:
    """This will read one's own last 28 days up to today in two queries, editions aside.

    What was only counted, on paper or long ago, says nothing of products, and stays out.
    """
    until = employee.branch.local_day(at)
    since = until - timedelta(days=DAYS - 1)
    records = list(_records(employee, since, until))
    loaded = editions.load_many(record.edition_id for record in records)
    items = _items(employee, since, until)
    talks = [_talk(record, items[record.pk], loaded[record.edition_id]) for record in records]
    names = _names(loaded.values())
    return MirrorPage(
        since=since,
        until=until,
        customers=len(talks),
        mirrors=tuple(
            Reflection(
                cause=mirror.cause,
                words=WORDS[mirror.cause],
                lines=tuple(Line(name=_name(one, names), figure=one) for one in mirror.figures),
            )
            for mirror in engine.mirrors(talks)
        ),
        efforts=tuple(
            EffortRow(name=names[Kind.MAIN, effort.main], effort=effort)
            for effort in engine.efforts(talks)
        ),
    )


def _records(employee: User, since: date, until: date) -> Iterable[Consultation]:
    standing = Consultation.objects.standing().exclude(source__in=COUNTED_ONLY)
    return (
        standing.filter(employee=employee, business_date__range=(since, until))
        .select_related("branch", "need")
        .only(
            "main_code", "edition_id", "held", "bucket", "recorded_at", "hands_on_ms",
            "business_date", "customer_kind", "need__code", "branch__time_zone",
        )
    )  # fmt: skip


def _items(employee: User, since: date, until: date) -> Mapping[int, list[ConsultationItem]]:
    """What was presented, by the row id of its consultation."""
    rows: defaultdict[int, list[ConsultationItem]] = defaultdict(list)
    found = ConsultationItem.objects.filter(
        consultation__employee=employee, consultation__business_date__range=(since, until)
    )
    for item in found.only("consultation_id", "product_code", "family_code", "response"):
        rows[item.consultation_id].append(item)
    return rows


def _talk(record: Consultation, items: Sequence[ConsultationItem], loaded: Loaded) -> Talk:
    presented = {item.product_code for item in items}
    cards: tuple[str, ...] = ()
    if record.bucket in HALF:
        cards = _cards(loaded.snapshot, record, items)
    return Talk(
        main=record.main_code,
        hour=record.recorded_at.astimezone(record.branch.zone).hour,
        shown=tuple(Shown(code=item.product_code, family=item.family_code) for item in items),
        cards=cards,
        missed=tuple(code for code in cards if code not in presented),
        hands_on_ms=record.hands_on_ms,
    )


def _cards(
    snapshot: Snapshot, record: Consultation, items: Iterable[ConsultationItem]
) -> tuple[str, ...]:
    """The strong and good ones of the three cards that came first, without what he took instead.

    Cards are not kept; they are advised again, without offers, earlier refusals and earlier
    wishes: what stood at the desk for that one customer is not read once more for this.
    """
    advised = advise(
        snapshot,
        Picture(
            main=record.main_code,
            need=record.need.code if record.need else "",
            customer_kind=CustomerKind(record.customer_kind or CustomerKind.UNKNOWN),
            held=tuple(record.held),
            day=record.business_date,
        ),
    )
    taken = [item.product_code for item in items if item.response == Response.ACCEPTED]
    open_to_him = tally.missed(
        snapshot, main=record.main_code, presented=(), held=record.held, taken=taken
    )
    fitting = {*open_to_him, *taken}
    return tuple(c.code for c in advised.cards if c.code in fitting and not c.ask_first)


def _names(loaded: Iterable[Loaded]) -> dict[tuple[Kind, str], str]:
    """Products and families as the newest edition that was shown names them."""
    names: dict[tuple[Kind, str], str] = {}
    for edition in sorted(loaded, key=lambda one: one.number):
        for product in edition.for_reader.products:
            names[Kind.PRODUCT, product.code] = names[Kind.MAIN, product.code] = product.name
            names[Kind.FAMILY, product.family] = product.family_name or product.family
    return names


def _name(figure: Figure, names: Mapping[tuple[Kind, str], str]) -> str:
    if figure.kind is not Kind.HOURS:
        return names[figure.kind, figure.subject]
    first = int(figure.subject)
    ends = (time(first), time((first + HOURS) % 24))
    return " – ".join(time_format(end, "TIME_FORMAT") for end in ends)
