"""One sheet of a workbook that somebody sent: its cells as plain values, by row and column."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext as _
from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

from crossbank.web.workbook_parts import Attributes, Damaged, Plain, unescaped

_ADDRESS = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_MOST_NUMBERS = 400  # signs of one number


@dataclass(frozen=True, kw_only=True)
class Formula:
    """A cell that calculates; what it last came to is not read."""


@dataclass(frozen=True, kw_only=True)
class CellError:
    """A cell that shows an error such as #N/A."""

    shown: str


Value = str | int | float | bool | date | Formula | CellError


@dataclass(kw_only=True)
class Sheet:
    """Row -> column -> value, both from 1, only cells that hold something; merged areas beside."""

    title: str
    rows: dict[int, dict[int, Value]] = field(default_factory=dict)
    merged: list[str] = field(default_factory=list)

    def at(self, row: int, column: int) -> Value | None:
        return self.rows.get(row, {}).get(column)


def address(row: int, column: int) -> str:
    return f"{get_column_letter(column)}{row}"


class SheetReader(Plain):
    """One sheet. Cells beyond `rows` and `columns` are refused by their address.

    `kept`: cells of the sheets before it and, once it is read, with its own; at most `cells`.
    """

    def __init__(
        self,
        *,
        title: str,
        strings: list[str],
        date_styles: set[int],
        is_1904: bool,
        rows: int,
        columns: int,
        cells: int,
        kept: int,
    ) -> None:
        super().__init__()
        self.sheet = Sheet(title=title)
        self._strings = strings
        self._date_styles = date_styles
        self._epoch = CALENDAR_MAC_1904 if is_1904 else CALENDAR_WINDOWS_1900
        self._most = (rows, columns)
        self._cells, self.kept = cells, kept
        self._row = self._column = 0
        self._cell: Attributes | None = None
        self._pieces: list[str] = []
        self._is_text = self._is_spoken = self._is_formula = False

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "c":
            self._open(attributes)
        elif name in {"v", "t"}:
            self._is_text = self._cell is not None and not self._is_spoken
        elif name == "row":
            self._row = _number(attributes["r"]) if "r" in attributes else self._row + 1
            self._column = 0
        elif name == "f":
            self._is_formula = self._cell is not None
        elif name == "rPh":
            self._is_spoken = True
        elif name == "mergeCell":
            self.sheet.merged.append(attributes.get("ref", ""))

    def _open(self, attributes: Attributes) -> None:
        self._cell, self._pieces, self._is_formula = attributes, [], False
        if place := attributes.get("r"):
            found = _ADDRESS.fullmatch(place)
            if not found:
                raise Damaged
            self._column = column_index_from_string(found[1])
            self._row = int(found[2])
        else:
            self._column += 1

    def end(self, name: str) -> None:
        if name in {"v", "t"}:
            self._is_text = False
        elif name == "rPh":
            self._is_spoken = False
        elif name == "c":
            value = self._value()
            self._cell = None
            if value is not None and value != "":
                self._keep(value)

    def text(self, data: str) -> None:
        if self._is_text:
            self._pieces.append(data)

    def _keep(self, value: Value) -> None:
        if self._row > self._most[0] or self._column > self._most[1]:
            place = f"{self.sheet.title}!{address(self._row, self._column)}"
            raise Damaged(
                _("%(cell)s lies outside: at most %(rows)d rows and %(columns)d columns are read.")
                % {"cell": place, "rows": self._most[0], "columns": self._most[1]}
            )
        self.kept += 1
        if self.kept > self._cells:
            raise Damaged(
                _("This workbook holds more than %(most)d cells.") % {"most": self._cells}
            )
        self.sheet.rows.setdefault(self._row, {})[self._column] = value

    def _value(self) -> Value | None:
        if self._is_formula:
            return Formula()
        cell, written = self._cell or {}, "".join(self._pieces)
        kind = cell.get("t", "n")
        if kind == "s" and written:
            return self._shared(_number(written))
        if kind in {"inlineStr", "str"}:
            return unescaped(written)
        if not written:
            return None
        if kind == "b":
            return written == "1"
        if kind == "e":
            return CellError(shown=written)
        if kind == "d":
            return _plain_day(datetime.fromisoformat(written))
        return self._counted(written, _number(cell.get("s", "0")))

    def _shared(self, place: int) -> str:
        if place >= len(self._strings):
            raise Damaged
        return self._strings[place]

    def _counted(self, written: str, style: int) -> Value:
        if len(written) > _MOST_NUMBERS:
            raise Damaged
        number = float(written)
        if style in self._date_styles:
            return _day(number, self._epoch)
        return int(number) if number.is_integer() and abs(number) < 1e15 else number


def _number(written: str) -> int:
    if not written.isdecimal() or len(written) > 9:
        raise Damaged
    return int(written)


def _day(number: float, epoch: datetime) -> Value:
    try:
        found = from_excel(number, epoch)
    except (ValueError, OverflowError):
        return number
    if isinstance(found, time | timedelta) or found is None:
        return number
    return _plain_day(found)


def _plain_day(found: date) -> date:
    """Programs keep a day as its midnight."""
    at_midnight = isinstance(found, datetime) and found.time() == time(0)
    return found.date() if at_midnight else found
