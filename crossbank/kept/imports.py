"""Outcomes out of a workbook: each row is matched with one sale of the branch, or is counted as not.

No customer's number in clear leaves `read_book`: what waits to be confirmed are sales and days, and a
report names rows, never what stood in them.
"""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.utils.translation import gettext as _

from crossbank.catalog.models import Product
from crossbank.conduct.references import reference_hash
from crossbank.engine import receipt_codes, right_codes
from crossbank.kept import services
from crossbank.kept.matching import matches
from crossbank.kept.refusals import fault_words
from crossbank.kept.sales import Sale, read, sold
from crossbank.kept.services import Told
from crossbank.kept.words import MARKS_OF_BOOK
from crossbank.org.models import User
from crossbank.web.batches import batches
from crossbank.web.workbook_cells import CellError, Formula, Value
from crossbank.web.workbooks import Limits, Refused, open_book

LIMITS = Limits(rows=5_001, columns=20, cells=60_000, size=2 * 1024 * 1024, sheets=3)
REFERENCE, RECEIPT, PRODUCT, STATE, DAY = "reference", "receipt", "product", "state", "day"
COLUMNS = (REFERENCE, RECEIPT, PRODUCT, STATE, DAY)  # the same in every language
WITHOUT_REFERENCE = COLUMNS[1:]  # where the bank keeps no customer number
_NUMBER = re.compile(r"[0-9A-Za-z][0-9A-Za-z ./-]{2,39}")


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """A row and what is the matter with it; never what stood in it."""

    row: int
    words: str


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row as it is understood. `reference`: the hash; at least one of the two is there."""

    row: int
    reference: str
    receipt: str
    product: str
    mark: str
    on: date


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a workbook would note.

    `troubles` stand against all of it; `unmatched` rows have no sale here, or several; `known`: how
    many rows say nothing new.
    """

    told: tuple[Told, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    unmatched: tuple[Trouble, ...] = ()
    known: int = 0

    @property
    def digest(self) -> str:
        lines = (f"{one.item} {one.mark} {one.on} {one.seen}" for one in self.told)
        return sha256("\n".join((*lines, str(len(self.unmatched)))).encode()).hexdigest()

    def packed(self) -> bytes:
        """What is kept until it is confirmed."""
        told = [(one.item, one.mark, one.on.isoformat(), one.seen) for one in self.told]
        unmatched = [(one.row, one.words) for one in self.unmatched]
        return json.dumps([told, unmatched, self.known]).encode()

    @classmethod
    def unpacked(cls, content: bytes) -> "Plan":
        told, unmatched, known = json.loads(content)
        return cls(
            told=tuple(
                Told(item=item, mark=mark, on=date.fromisoformat(on), seen=seen)
                for item, mark, on, seen in told
            ),
            unmatched=tuple(Trouble(row=row, words=words) for row, words in unmatched),
            known=known,
        )


def read_book(
    content: bytes, *, columns: tuple[str, ...] = COLUMNS
) -> tuple[list[Row], list[Trouble]]:
    """This will read the first sheet; the first row names its columns, others are not read.

    Raises Refused.
    """
    sheet = next(iter(open_book(content, limits=LIMITS).sheets.values()))
    places = _places(sheet.rows.get(1, {}), columns)
    rows, troubles = [], []
    for number in sorted(n for n in sheet.rows if n > 1):
        cells = {key: sheet.rows[number].get(column) for key, column in places.items()}
        if all(value is None for value in cells.values()):
            continue
        try:
            rows.append(_row(number, cells))
        except _Unread as why:
            troubles.append(Trouble(row=number, words=str(why)))
    if not rows and not troubles:
        raise Refused(_("There is no row below the heading."))
    return rows, troubles


def _places(heads: Mapping[int, Value], columns: tuple[str, ...]) -> dict[str, int]:
    named = {str(value).strip().lower(): column for column, value in heads.items()}
    found = {key: named[key] for key in columns if key in named}
    missing = [key for key in (PRODUCT, STATE, DAY) if key not in found]
    whose = [key for key in (REFERENCE, RECEIPT) if key in columns]
    if missing or not found.keys() & set(whose):
        raise Refused(
            _("The first row names the columns: %(columns)s. There is no column %(missing)s.")
            % {
                "columns": ", ".join(columns),
                "missing": ", ".join(missing or [" / ".join(whose)]),
            }
        )
    return found


class _Unread(Exception):
    """Why a row cannot be understood, in words."""


def _row(number: int, cells: Mapping[str, Value | None]) -> Row:
    texts = {key: _text(cells.get(key)) for key in (REFERENCE, RECEIPT, PRODUCT, STATE)}
    mark = MARKS_OF_BOOK.get(texts[STATE].lower())
    if mark is None:
        raise _Unread(_("The state is one of %(states)s.") % {"states": ", ".join(MARKS_OF_BOOK)})
    if not texts[PRODUCT]:
        raise _Unread(_("There is no product code."))
    if not texts[REFERENCE] and not texts[RECEIPT]:
        both = _("There is neither a customer number nor a code.")
        raise _Unread(both if REFERENCE in cells else _("There is no code."))
    if texts[REFERENCE] and not _NUMBER.fullmatch(texts[REFERENCE]):
        raise _Unread(_("This is no number of a customer."))
    if texts[RECEIPT] and receipt_codes.numbers_of(texts[RECEIPT]) is None:
        raise _Unread(_("The code has a typing mistake: read it once more."))
    return Row(
        row=number,
        reference=reference_hash(texts[REFERENCE]),
        receipt=right_codes.read(texts[RECEIPT]) or "",
        product=texts[PRODUCT],
        mark=mark.value,
        on=_day(cells.get(DAY)),
    )


def _text(value: Value | None) -> str:
    if value is None:
        return ""
    if isinstance(value, Formula):
        raise _Unread(_("A cell holds a formula: paste its value."))
    if isinstance(value, CellError):
        raise _Unread(_("A cell shows an error."))
    if isinstance(value, bool | date | float):
        raise _Unread(_("A cell holds a day or a rounded number where a text belongs."))
    return str(value).strip()


def _day(value: Value | None) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value.strip() if isinstance(value, str) else "")
    except ValueError:
        raise _Unread(_("There is no day: write it as 2026-03-31.")) from None


@dataclass(kw_only=True)
class _Sorted:
    """Rows as they fall into place."""

    told: list[Told] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    unmatched: list[Trouble] = field(default_factory=list)
    known: int = 0
    rows: dict[int, int] = field(default_factory=dict)  # sale -> its first row

    def add(self, row: Row, sale: Sale, *, at: datetime) -> None:
        if first := self.rows.get(sale.item.pk):
            words = _("This is the same sale as row %(row)d.") % {"row": first}
            self.troubles.append(Trouble(row=row.row, words=words))
            return
        self.rows[sale.item.pk] = row.row
        today = sale.record.branch.local_day(at)
        if fault := services.fault_of(sale, mark=row.mark, on=row.on, today=today):
            self.troubles.append(Trouble(row=row.row, words=fault_words(fault, sale)))
        elif services.is_news(sale, mark=row.mark, on=row.on):
            told = Told(item=sale.item.pk, mark=row.mark, on=row.on, seen=sale.seen)
            self.told.append(told)
        else:
            self.known += 1


def plan(content: bytes, *, columns: tuple[str, ...] = COLUMNS, at: datetime, by: User) -> Plan:
    """This will say what a workbook would note of the manager's sales; nothing is written.

    Raises Refused.
    """
    rows, unread = read_book(content, columns=columns)
    found = matches(rows, by=by)
    sales = _sales({pk for pks in found.values() for pk in pks if len(pks) == 1})
    ready = _Sorted(troubles=unread)
    known = set(Product.objects.values_list("code", flat=True))
    for row in rows:
        pks = found[row.row]
        if len(pks) == 1:
            ready.add(row, sales[next(iter(pks))], at=at)
        else:
            words = _unmatched(pks) if row.product in known else _unknown()
            ready.unmatched.append(Trouble(row=row.row, words=words))
    return Plan(
        told=tuple(ready.told),
        troubles=tuple(sorted(ready.troubles, key=lambda one: one.row)),
        unmatched=tuple(ready.unmatched),
        known=ready.known,
    )


def _unmatched(pks: Collection[Any]) -> str:
    if pks:
        return _("This fits several sales: give the code on the customer’s page.")
    return _("This fits no sale of this branch.")


def _unknown() -> str:
    return _("There is no product with this code.")


def _sales(pks: Collection[int]) -> dict[int, Sale]:
    return {sale.item.pk: sale for some in batches(sorted(pks), 1_000) for sale in _read(some)}


def _read(pks: Sequence[int]) -> tuple[Sale, ...]:
    return read(sold().filter(pk__in=pks))
