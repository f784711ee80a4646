"""Workbooks that people send, opened as if an enemy had made them: bounded, values only.

Budgets (ASVS 5.2): counted while the file is inflated, because a directory may lie about sizes.
Nothing of the file is run, written to disk or fetched; nothing is opened that was not asked for.
"""

import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import TypeVar

from django.utils.translation import gettext as _

from crossbank.web.workbook_cells import Sheet, SheetReader
from crossbank.web.workbook_parts import (
    Damaged,
    DocumentType,
    Plain,
    Relations,
    SharedStrings,
    Styles,
    WorkbookPart,
    parse,
)

_OLD_OR_LOCKED = b"\xd0\xcf\x11\xe0"  # a compound file: .xls, or .xlsx behind a password
_ZIP = b"PK\x03\x04"
_CHUNK = 1 << 16
_MACROS = ("vbaproject", "macrosheets/", "activex/")
_OUTSIDE = ("externallinks/", "connections.xml", "embeddings/")
Reader = TypeVar("Reader", bound=Plain)
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What a workbook may cost: bytes of the file, entries, bytes inflated, ratio, cells that hold
    something (in all sheets together), and how far each sheet may reach."""

    size: int = 5 * 1024 * 1024
    entries: int = 200
    inflated: int = 50 * 1024 * 1024
    ratio: int = 100
    cells: int = 1_000_000
    sheets: int = 5
    rows: int = 5_000
    columns: int = 40


class Refused(Exception):
    """The file cannot be read; the text is one sentence for the person who sent it."""


@dataclass(frozen=True, kw_only=True)
class Book:
    """The values of a workbook by sheet title, in the order of its tabs."""

    sheets: dict[str, Sheet] = field(default_factory=dict)


def open_book(content: bytes, *, limits: Limits, hidden: Iterable[str] = ()) -> Book:
    """This will read all cells that hold something.

    `hidden`: titles of sheets that may be hidden. Raises Refused.
    """
    parts = _Parts(content, limits)
    try:
        return _read(parts, limits, frozenset(hidden))
    except DocumentType as found:
        raise Refused(
            _("The part %(part)s of this file declares a document type, which no workbook needs.")
            % {"part": found}
        ) from None
    except (Damaged, zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as found:
        if isinstance(found, Damaged) and found.words:
            raise Refused(found.words) from None
        raise Refused(
            _("This file is damaged. Open it in a spreadsheet program and save it as .xlsx again.")
        ) from None


def _read(parts: "_Parts", limits: Limits, hidden: frozenset[str]) -> Book:
    types = parts.parse("[Content_Types].xml", Plain())
    if any("macroenabled" in kind.casefold() for kind in types.content_types):
        raise Refused(_("This workbook holds macros. Save it as .xlsx, without macros."))
    top = parts.parse("_rels/.rels", Relations(""))
    place = top.of_kind("/officeDocument")
    if place is None or not parts.has(place):
        raise Refused(_("This file is no workbook. Save it as .xlsx and send that file."))
    relations = parts.parse(_relations_of(place), Relations(place))
    book = parts.parse(place, WorkbookPart())
    _check_sheets(book, limits, hidden)
    strings = SharedStrings()
    if (found := relations.of_kind("/sharedStrings")) and parts.has(found):
        parts.parse(found, strings)
    styles = Styles()
    if (found := relations.of_kind("/styles")) and parts.has(found):
        parts.parse(found, styles)
    sheets: dict[str, Sheet] = {}
    kept = 0
    for title, _state, key in book.sheets:
        kind, target = relations.by_key.get(key, ("", ""))
        if not kind.endswith("/worksheet") or not parts.has(target):
            raise Refused(_("The sheet “%(sheet)s” is no table of cells.") % {"sheet": title})
        reader = SheetReader(
            title=title,
            strings=strings.texts,
            date_styles=styles.dates,
            is_1904=book.is_1904,
            rows=limits.rows,
            columns=limits.columns,
            cells=limits.cells,
            kept=kept,
        )
        sheets[title] = parts.parse(target, reader).sheet
        kept = reader.kept
    parts.look_at_the_rest()
    return Book(sheets=sheets)


def _relations_of(place: str) -> str:
    folder, _slash, name = place.rpartition("/")
    return f"{folder}/_rels/{name}.rels"


def _check_sheets(book: WorkbookPart, limits: Limits, hidden: frozenset[str]) -> None:
    if not book.sheets:
        raise Refused(_("This workbook has no sheets."))
    if len(book.sheets) > limits.sheets:
        raise Refused(
            _("This workbook has %(count)d sheets, at most %(most)d are read.")
            % {"count": len(book.sheets), "most": limits.sheets}
        )
    titles = [title.casefold() for title, _state, _key in book.sheets]
    for title, state, _key in book.sheets:
        if state not in {"", "visible"} and title not in hidden:
            raise Refused(
                _("The sheet “%(sheet)s” is hidden. Show it or remove it.") % {"sheet": title}
            )
        if titles.count(title.casefold()) > 1:
            raise Refused(_("There are two sheets “%(sheet)s”.") % {"sheet": title})


class _Parts:
    """The entries of the zip file: checked before they are opened, counted while they are read."""

    def __init__(self, content: bytes, limits: Limits) -> None:
        self._limits = limits
        self._size = len(content)
        self._inflated = 0
        self._seen: set[str] = set()
        self._entries = {entry.filename: entry for entry in self._checked(content)}

    def _checked(self, content: bytes) -> list[zipfile.ZipInfo]:
        if not content:
            raise Refused(_("This file is empty."))
        if len(content) > self._limits.size:
            raise Refused(
                _("This file has %(size)s, at most %(most)s are read.")
                % {"size": _megabytes(len(content)), "most": _megabytes(self._limits.size)}
            )
        if content.startswith(_OLD_OR_LOCKED):
            raise Refused(
                _("This is an old .xls file or one with a password. Save it as .xlsx without one.")
            )
        self._zip = _unpacked(content)
        entries = self._zip.infolist()
        if len(entries) > self._limits.entries:
            raise Refused(
                _("This file holds %(count)d parts, at most %(most)d are read.")
                % {"count": len(entries), "most": self._limits.entries}
            )
        self._check_names([entry.filename for entry in entries])
        for entry in entries:
            if entry.flag_bits & 1 or entry.compress_type not in _METHODS:
                raise Refused(_("This file is locked with a password or packed in an unusual way."))
        return entries

    def _check_names(self, names: list[str]) -> None:
        plain = [name.casefold() for name in names]
        for name, known in zip(names, plain, strict=True):
            is_outside = name.startswith(("/", "\\")) or "\\" in name or ":" in name
            if is_outside or ".." in name.split("/") or plain.count(known) > 1:
                raise Refused(_("This file is no proper workbook: the names of its parts are not."))
        if any(mark in name for name in plain for mark in _MACROS):
            raise Refused(_("This workbook holds macros. Save it as .xlsx, without macros."))
        if any(mark in name for name in plain for mark in _OUTSIDE):
            raise Refused(
                _(
                    "This workbook is linked with other files or data. Break the links, so that "
                    "only values remain, and send it again."
                )
            )

    def has(self, name: str) -> bool:
        return name in self._entries

    def parse(self, name: str, reader: Reader) -> Reader:
        """This will feed one part to its reader. Raises Damaged when the part is missing."""
        if name not in self._entries:
            raise Damaged
        parse(name, self._chunks(name), reader)
        return reader

    def look_at_the_rest(self) -> None:
        """Parts that hold no values: they count, and none of them may declare entities."""
        for name in self._entries.keys() - self._seen:
            if name.endswith((".xml", ".rels", ".vml")):
                self.parse(name, Plain())
            else:
                for first in self._chunks(name):
                    if first.startswith(_ZIP):
                        raise Refused(_("There is another packed file inside this file."))

    def _chunks(self, name: str) -> Iterator[bytes]:
        self._seen.add(name)
        entry, read = self._entries[name], 0
        with self._zip.open(entry) as part:
            while chunk := part.read(_CHUNK):
                read += len(chunk)
                self._inflated += len(chunk)
                most = min(self._limits.inflated, max(self._limits.ratio * self._size, 16 * _CHUNK))
                if self._inflated > most:
                    raise Refused(
                        _("This file is packed too tightly: unpacked it is larger than %(most)s.")
                        % {"most": _megabytes(most)}
                    )
                yield chunk
        if read != entry.file_size:
            raise zipfile.BadZipFile


def _unpacked(content: bytes) -> zipfile.ZipFile:
    try:
        if not content.startswith(_ZIP):
            raise zipfile.BadZipFile
        return zipfile.ZipFile(BytesIO(content))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        raise Refused(_("This file is no workbook. Save it as .xlsx and send that file.")) from None


def _megabytes(count: int) -> str:
    return f"{count / (1024 * 1024):.1f} MB"
