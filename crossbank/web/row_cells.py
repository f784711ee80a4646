"""Rows as the XML of a sheet, one at a time: for sheets too long to make a cell at a time.

A cell is a few letters put together instead of an object that knows its sheet, its style and its
neighbours; that is the whole gain. What a cell may hold is said in `cells.py`, here as there.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from math import isfinite
from typing import Any
from xml.sax.saxutils import escape

from openpyxl.utils import get_column_letter

from crossbank.web.cells import STARTS_FORMULA, text

_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - Excel has no zones
_EPOCH_DAY = _EPOCH.toordinal()
# before this day the programs count differently: one of them knows a 29 February 1900
_FIRST_DAY = date(1900, 3, 1)
_DAY = timedelta(days=1)
_WHOLE = 2**53  # a larger number would lose its last digits
# needs no look at what a cell may hold: most codes, names and numbers of records
_PLAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 .:/-]{0,253}[A-Za-z0-9.])?", re.ASCII)
_KEPT = 4096  # texts and days of a column that are not put together again

_Make = Callable[[Any], str]


class Kind(Enum):
    """What a column holds; None is an empty cell in each of them."""

    TEXT = "text"
    INT = "int"
    DAY = "day"
    MOMENT = "moment"
    DECIMAL = "decimal"


@dataclass(frozen=True, kw_only=True)
class Look:
    """The numbers of the package's cell formats, a kind each.

    `guarded`: of texts that begin like a formula, so that they stay text when a person edits them.
    """

    text: int = 0
    guarded: int
    int: int
    day: int
    moment: int
    decimal: int = 0


def lines(
    kinds: Sequence[Kind], rows: Iterable[Sequence[Any]], *, first: int, look: Look
) -> Iterator[str]:
    """This will give each row as `<row …>…</row>`, numbered from `first`.

    Raises: ValueError for a row of another length, a moment with a zone, a number without end.
    """
    makers = [_maker(kind, look) for kind in kinds]
    letters = [get_column_letter(place) for place in range(1, len(kinds) + 1)]
    for number, row in enumerate(rows, start=first):
        cells = [
            f'<c r="{letter}{number}"{tail}'
            for letter, make, value in zip(letters, makers, row, strict=True)
            if value is not None and (tail := make(value))
        ]
        yield f'<row r="{number}">{"".join(cells)}</row>'


def _maker(kind: Kind, look: Look) -> _Make:
    """Value -> the cell after its address, or nothing for an empty one.

    Most texts, numbers and days stand in a column many times, so they are remembered.
    """
    if kind is Kind.TEXT:
        return lru_cache(_KEPT)(lambda value: _text(value, look))
    if kind is Kind.DAY:
        return lru_cache(_KEPT)(lambda value: _day(value, look))
    if kind is Kind.MOMENT:
        return lambda value: _moment(value, look)
    style = look.int if kind is Kind.INT else look.decimal
    # 1, 1.0 and True are the same key: told apart, or one would be written as the other
    return lru_cache(_KEPT, typed=True)(lambda value: _number(value, style, look))


def _text(value: str, look: Look) -> str:
    if _PLAIN.fullmatch(value):
        return f'{_style(look.text)} t="inlineStr"><is><t>{value}</t></is></c>'
    clean = text(value)
    if not clean:
        return ""
    style = look.guarded if clean.startswith(STARTS_FORMULA) else look.text
    # a reader may drop white space at the ends, and every one turns a bare \r into a \n
    space = ' xml:space="preserve"' if clean != clean.strip() or "\n" in clean else ""
    shown = escape(clean, {"\r": "&#13;"})
    return f'{_style(style)} t="inlineStr"><is><t{space}>{shown}</t></is></c>'


def _day(value: date, look: Look) -> str:
    if isinstance(value, datetime):
        raise ValueError("a moment stands in a column of days")
    if value < _FIRST_DAY:
        return _text(value.isoformat(), look)
    return f"{_style(look.day)}><v>{value.toordinal() - _EPOCH_DAY}</v></c>"


def _moment(value: datetime, look: Look) -> str:
    if value.tzinfo is not None:
        raise ValueError("a moment still has its zone; a cell has none")
    if value.date() < _FIRST_DAY:
        return _text(value.isoformat(" ", "seconds"), look)
    return f"{_style(look.moment)}><v>{(value - _EPOCH) / _DAY!r}</v></c>"


def _number(value: float | Decimal, style: int, look: Look) -> str:
    if not isfinite(value):
        raise ValueError("this number has no end")
    if isinstance(value, float):
        written = repr(value)
    else:
        written = f"{value:f}" if isinstance(value, Decimal) else str(int(value))
        if abs(value) > _WHOLE:
            return _text(written, look)
    return f"{_style(style)}><v>{written}</v></c>"


def _style(number: int) -> str:
    return f' s="{number}"' if number else ""
