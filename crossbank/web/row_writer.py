"""A workbook of rows, written while it is read: the first bytes at once, memory flat at any length.

Texts stand in their cells, so nothing is gathered for the end; and the archive goes out through a
sink that cannot go back, so the size of each part follows it.
"""

import zipfile
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from crossbank.web.row_cells import Kind, Look, lines
from crossbank.web.row_package import (
    BOLD,
    HEAD,
    LOOK,
    MAIN,
    Properties,
    RowSheet,
    area,
    book,
    parts,
)

MOST_ROWS = 1_048_575  # of a sheet, beside the heading
_MOST_BYTES = 2**31 - 2**20  # of a sheet as XML: beyond it readers need an archive of another kind
_BATCH = 128  # rows that are packed together
_PIECE = 64 * 1024  # bytes that are handed on together


class TooLong(ValueError):
    """A sheet has more rows, or more text, than a program can open."""


class _Sink:
    """What `zipfile` writes to: it takes bytes, and cannot tell where it stands or go back."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._size = 0

    def write(self, data: bytes) -> int:
        self._pieces.append(bytes(data))
        self._size += len(data)
        return len(data)

    def flush(self) -> None:
        """Bytes leave by `taken`."""

    def taken(self, *, least: int = 1) -> Iterator[bytes]:
        """What was written since, if it is at least so much."""
        if self._size >= least:
            pieces, self._pieces, self._size = self._pieces, [], 0
            yield b"".join(pieces)


def workbook(sheets: Sequence[RowSheet], *, properties: Properties) -> Iterator[bytes]:
    """This will give the file piece by piece.

    Raises: TooLong in the middle, so whoever sends it straight out knows the length beforehand.
    """
    sink, ends = _Sink(), []
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        for name, content in parts(sheets, properties):
            package.writestr(name, content)
        yield from sink.taken()
        for number, sheet in enumerate(sheets, start=1):
            rows = _Counted(sheet.rows)
            with package.open(f"xl/worksheets/sheet{number}.xml", "w") as part:
                for piece in _sheet(sheet, rows):
                    part.write(piece)
                    yield from sink.taken(least=_PIECE)
            ends.append(rows.number + 1)
        # last, because only now is known how far each filter reaches
        package.writestr("xl/workbook.xml", book(sheets, ends))
    yield from sink.taken()


class _Counted:
    """Rows that count themselves, and stop where a sheet ends."""

    def __init__(self, rows: Iterable[Sequence[Any]]) -> None:
        self._rows = rows
        self.number = 0

    def __iter__(self) -> Iterator[Sequence[Any]]:
        for row in self._rows:
            self.number += 1
            if self.number > MOST_ROWS:
                raise TooLong(f"a sheet holds {MOST_ROWS} rows")
            yield row


def _sheet(sheet: RowSheet, rows: _Counted) -> Iterator[bytes]:
    headings = [column.heading for column in sheet.columns]
    widths = "".join(
        f'<col min="{place}" max="{place}" width="{column.width}" customWidth="1"/>'
        for place, column in enumerate(sheet.columns, start=1)
    )
    yield (
        f'{HEAD}<worksheet xmlns="{MAIN}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
        '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" '
        'activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f"<cols>{widths}</cols><sheetData>{_heading(headings)}"
    ).encode()
    yield from packed(lines([column.kind for column in sheet.columns], rows, first=2, look=LOOK))
    # an empty sheet has nothing to filter
    found = f'<autoFilter ref="{area(sheet, rows.number + 1)}"/>' if rows.number else ""
    yield (
        f'</sheetData>{found}<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/>'
        "</worksheet>"
    ).encode()


def _heading(headings: Sequence[str]) -> str:
    bold = Look(text=BOLD, guarded=BOLD, int=BOLD, day=BOLD, moment=BOLD)
    return next(lines([Kind.TEXT] * len(headings), [headings], first=1, look=bold))


def packed(found: Iterable[str]) -> Iterator[bytes]:
    """Rows as bytes, many together: packing each alone would cost more than making it."""
    batch: list[str] = []
    written = 0
    for line in found:
        batch.append(line)
        if len(batch) == _BATCH:
            piece = "".join(batch).encode()
            batch.clear()
            written += len(piece)
            if written > _MOST_BYTES:
                raise TooLong("a sheet holds less than two gigabytes")
            yield piece
    yield "".join(batch).encode()
