"""Personal approvals out of a list: the bank's customer numbers become hashes while the file is read.

No number in clear leaves `read_list`: not into the database, a log, an address or a message. What
waits to be confirmed are the hashes.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from crossbank.conduct import services as conduct
from crossbank.conduct.references import reference_hash
from crossbank.engine.eligibility import day_starts, local_day, right_until
from crossbank.engine.terms import OfferTerms, Trigger, WindowKind
from crossbank.offers.models import ApprovalList, Grant, Offer, OfferRelease
from crossbank.offers.rights import insert
from crossbank.offers.services import thawed
from crossbank.org.models import Branch, User
from crossbank.web.batches import batches
from crossbank.web.workbook_cells import CellError, Formula, Value
from crossbank.web.workbooks import Limits, Refused, open_book

# one column of numbers; a file that is kept in memory only (settings.FILE_UPLOAD_MAX_MEMORY_SIZE)
LIMITS = Limits(rows=100_001, columns=10, cells=300_000, size=5 * 1024 * 1024, sheets=3)
_NUMBER = re.compile(r"[0-9A-Za-z][0-9A-Za-z ./-]{2,39}")
_BATCH = 2_000


class NotForLists(Exception):
    """This offer gives no personal approvals, or does not hold."""


class AllEnded(Exception):
    """Rights of such an old approval have ended; `last_day`: their last one."""

    def __init__(self, last_day: date) -> None:
        super().__init__(last_day.isoformat())
        self.last_day = last_day


class Moved(Exception):
    """The offer, its terms or the open rights are not what was shown."""


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """A row that gives no right, and why; never what stood in it."""

    row: int
    words: str


@dataclass(frozen=True, kw_only=True)
class ReadList:
    """What stood in a file: hashes in its order, and the rows that give nothing of their own."""

    hashes: tuple[str, ...]
    doubles: tuple[Trouble, ...]
    unread: tuple[Trouble, ...]


@dataclass(frozen=True, kw_only=True)
class ApprovalPlan:
    """What a list would give. `hashes`: one for each right, in the order of the file.

    `version`: the release whose terms were shown.
    `doubles`: rows whose number stood in an earlier row. `unread`: rows that are no number.
    `known`: how many of its customers hold an open right to this offer already.
    """

    offer: str
    version: int
    approved_on: date
    hashes: tuple[str, ...]
    doubles: tuple[Trouble, ...] = ()
    unread: tuple[Trouble, ...] = ()
    known: int = 0

    @property
    def digest(self) -> str:
        told = (self.offer, str(self.version), self.approved_on.isoformat(), *self.hashes)
        return sha256("\n".join(told).encode()).hexdigest()

    def packed(self) -> bytes:
        """What is kept until it is confirmed: hashes and row numbers."""
        report = [[(one.row, one.words) for one in part] for part in (self.doubles, self.unread)]
        what = [self.offer, self.version, self.approved_on.isoformat()]
        return json.dumps([self.hashes, *report, self.known, *what]).encode()

    @classmethod
    def unpacked(cls, content: bytes) -> "ApprovalPlan":
        hashes, doubles, unread, known, offer, version, day = json.loads(content)
        return cls(
            offer=offer,
            version=version,
            approved_on=date.fromisoformat(day),
            hashes=tuple(hashes),
            doubles=tuple(Trouble(row=row, words=words) for row, words in doubles),
            unread=tuple(Trouble(row=row, words=words) for row, words in unread),
            known=known,
        )


def read_list(content: bytes) -> ReadList:
    """This will read the first column of the first sheet below its heading. Raises Refused.

    A number that stands twice gives one right; a row that cannot be a number gives none and is
    named by its row, and so is a heading that could be a customer.
    """
    book = open_book(content, limits=LIMITS)
    sheet = next(iter(book.sheets.values()))
    seen: dict[str, int] = {}
    doubles, unread = [], []
    for row, cells in sorted(sheet.rows.items()):
        value = cells.get(1)
        if value is None:
            continue
        number, why = _number(value) if row > 1 else _heading(value)
        if row == 1 and not why:
            continue
        if why:
            unread.append(Trouble(row=row, words=why))
        elif (hashed := reference_hash(number)) in seen:
            doubles.append(
                Trouble(row=row, words=_("stands in row %(row)d already") % {"row": seen[hashed]})
            )
        else:
            seen[hashed] = row
    if not seen and not unread:
        raise Refused(_("There is no number below the heading in the first column."))
    return ReadList(hashes=tuple(seen), doubles=tuple(doubles), unread=tuple(unread))


def _heading(value: Value) -> tuple[str, str]:
    """A list without a heading would lose its first customer in silence."""
    number, why = _number(value)
    if why or not any(sign.isdigit() for sign in number):
        return "", ""
    return "", _("stands where the heading belongs: put one above it")


def _number(value: Value) -> tuple[str, str]:
    """The number as text, or why it is none."""
    if isinstance(value, Formula):
        return "", _("is a formula: paste the value")
    if isinstance(value, CellError):
        return "", _("shows an error")
    if isinstance(value, bool | date):
        return "", _("is no number of a customer")
    if isinstance(value, float):
        return "", _("was rounded by the spreadsheet: format the column as text")
    text = str(value).strip()
    if not _NUMBER.fullmatch(text):
        return "", _("is no number of a customer")
    return text, ""


def offers_for_lists() -> dict[str, OfferRelease]:
    """code -> the release of every offer that holds and gives a right with a personal approval."""
    offers = Offer.objects.kept().filter(release__isnull=False, is_paused=False)
    return {
        offer.code: offer.release
        for offer in offers.select_related("release").order_by("code")
        if offer.release.terms["trigger"] == Trigger.APPROVAL
        and offer.release.terms["window"] == WindowKind.RELATIVE
    }


def plan(content: bytes, *, offer: str, approved_on: date, at: datetime) -> ApprovalPlan:
    """This will say what a list would give for an offer; nothing is written.

    Raises Refused, NotForLists, AllEnded.
    """
    release = _release(offer)
    _require_open(release, approved_on, at=at)
    read = read_list(content)
    fresh = tuple(_without_known(read.hashes, release, at=at))
    return ApprovalPlan(
        offer=offer,
        version=release.number,
        approved_on=approved_on,
        hashes=fresh,
        doubles=read.doubles,
        unread=read.unread,
        known=len(read.hashes) - len(fresh),
    )


def _release(offer: str) -> OfferRelease:
    found = offers_for_lists().get(offer)
    if found is None:
        raise NotForLists
    return found


def _require_open(release: OfferRelease, approved_on: date, *, at: datetime) -> None:
    last_day = approved_on + timedelta(days=release.terms["days_after"])
    if last_day < local_day(at, _zone()):
        raise AllEnded(last_day)


def _zone() -> ZoneInfo:
    """The bank's own: a list has no branch."""
    return ZoneInfo(settings.TIME_ZONE)


def _without_known(hashes: Sequence[str], release: OfferRelease, *, at: datetime) -> Iterator[str]:
    """Customers without an open right to this offer, whatever its version."""
    for some in batches(hashes, _BATCH):
        rights = Grant.objects.open(at).filter(
            customer_ref__in=some, release__offer=release.offer_id
        )
        known = set(rights.order_by().values_list("customer_ref", flat=True))
        yield from (one for one in some if one not in known)


@transaction.atomic
def take_over(*, waiting: ApprovalPlan, note: str, at: datetime, by: User) -> ApprovalList:
    """This will give every customer of a list his right, all or none.

    The rights end with the Nth day after the approval, where that day ends last: a list has no
    branch, and no branch may refuse a day that was promised. Raises NotForLists, AllEnded, and Moved
    when other terms hold than those that were shown or somebody gave some of the rights meanwhile.
    """
    list(
        Offer.objects.select_for_update(of=("self",)).filter(code=waiting.offer)
    )  # one list at a time
    release = _release(waiting.offer)
    _require_open(release, waiting.approved_on, at=at)
    is_fresh = tuple(_without_known(waiting.hashes, release, at=at)) == waiting.hashes
    if release.number != waiting.version or not is_fresh:
        raise Moved
    made = ApprovalList.objects.create(
        release=release,
        note=note,
        digest=waiting.digest,
        rows=len(waiting.hashes),
        at=at,
        by=by,
    )
    _give(waiting, made, at=at)
    conduct.record(
        action="approvals_taken_over",
        subject=f"offer {waiting.offer}",
        detail={
            "rights": made.rows,
            "doubles": len(waiting.doubles),
            "left_out": len(waiting.unread),
            "approved_on": waiting.approved_on.isoformat(),
        },
        at=at,
        by=by,
    )
    return made


def _give(waiting: ApprovalPlan, made: ApprovalList, *, at: datetime) -> None:
    given: dict[str, Any] = {
        "release": made.release,
        "from_list": made,
        "issued_on": waiting.approved_on,
        "issued_at": at,
        "until": _last_end(thawed(made.release.terms), waiting.approved_on),
    }
    for some in batches(waiting.hashes, _BATCH):
        insert([Grant(customer_ref=hashed, **given) for hashed in some])


def _last_end(terms: OfferTerms, approved_on: date) -> datetime:
    names = set(Branch.objects.values_list("time_zone", flat=True)) or {settings.TIME_ZONE}
    zones = [ZoneInfo(name) for name in sorted(names)]
    return max(right_until(terms, at=day_starts(approved_on, zone), zone=zone) for zone in zones)
