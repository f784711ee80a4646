"""The XML inside a workbook, read as a stream: sheets, texts, which styles are dates.

A reader of our own, because it must count, refuse document types and tell formulas and merged
cells by their address; and because a grid of 200 x 200 cells is read in one second, not in nine.
"""

import re
from collections.abc import Callable, Iterable
from posixpath import dirname, join, normpath
from xml.parsers import expat

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")

Attributes = dict[str, str]


class Damaged(Exception):
    """The part is not what it should be; `words` when that can be said better than so."""

    def __init__(self, words: str = "") -> None:
        super().__init__(words)
        self.words = words


class DocumentType(Exception):
    """The part declares a document type: the door to entities."""


class Plain:
    """A part that is only looked at; the readers below take what they need of it."""

    def __init__(self) -> None:
        self.content_types: list[str] = []

    def start(self, name: str, attributes: Attributes) -> None:
        if "ContentType" in attributes:
            self.content_types.append(attributes["ContentType"])

    def end(self, name: str) -> None:
        return

    def text(self, data: str) -> None:
        return


def parse(name: str, chunks: Iterable[bytes], reader: Plain) -> None:
    """This will stream one part through a reader. Raises Damaged, DocumentType."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True

    def document_type(*_args: object) -> None:
        raise DocumentType(name)

    parser.StartDoctypeDeclHandler = document_type
    parser.EntityDeclHandler = document_type
    parser.StartElementHandler = _local(reader.start)
    parser.EndElementHandler = _local(reader.end)
    parser.CharacterDataHandler = reader.text
    try:
        for chunk in chunks:
            parser.Parse(chunk)
        parser.Parse(b"", True)  # noqa: FBT003 - expat's signature
    except expat.ExpatError:
        raise Damaged from None


def _local(handle: Callable[..., None]) -> Callable[..., None]:
    """Names without their namespace: programs write two of them for the same things."""
    return lambda name, *rest: handle(name.rpartition(" ")[2], *rest)


class Relations(Plain):
    """Which part is meant by a key; places are names inside the zip file."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self._folder = dirname(source)
        self.by_key: dict[str, tuple[str, str]] = {}

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "")
            place = target[1:] if target.startswith("/") else join(self._folder, target)
            self.by_key[attributes.get("Id", "")] = (attributes.get("Type", ""), normpath(place))

    def of_kind(self, ending: str) -> str | None:
        return next((place for kind, place in self.by_key.values() if kind.endswith(ending)), None)


class WorkbookPart(Plain):
    """(title, state, key) of every sheet, and from which year days are counted."""

    def __init__(self) -> None:
        super().__init__()
        self.sheets: list[tuple[str, str, str]] = []
        self.is_1904 = False

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "sheet":
            keys = [value for key, value in attributes.items() if key.rpartition(" ")[2] == "id"]
            title, state = attributes.get("name", ""), attributes.get("state", "")
            self.sheets.append((title, state, keys[0] if keys else ""))
        elif name == "workbookPr":
            self.is_1904 = attributes.get("date1904") in {"1", "true"}


class SharedStrings(Plain):
    """Texts that cells name by number; how they are pronounced (`rPh`) is left out."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._pieces: list[str] = []
        self._is_text = False
        self._is_spoken = False

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "si":
            self._pieces = []
        elif name == "rPh":
            self._is_spoken = True
        elif name == "t":
            self._is_text = not self._is_spoken

    def end(self, name: str) -> None:
        if name == "t":
            self._is_text = False
        elif name == "rPh":
            self._is_spoken = False
        elif name == "si":
            self.texts.append(unescaped("".join(self._pieces)))

    def text(self, data: str) -> None:
        if self._is_text:
            self._pieces.append(data)


class Styles(Plain):
    """Numbers of the cell styles that show a number as a day."""

    def __init__(self) -> None:
        super().__init__()
        self.dates: set[int] = set()
        self._formats: dict[str, str] = {str(n): text for n, text in BUILTIN_FORMATS.items()}
        self._count = 0
        self._is_cells = False

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "numFmt":
            self._formats[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif name == "cellXfs":
            self._is_cells = True
        elif name == "xf" and self._is_cells:
            if is_date_format(self._formats.get(attributes.get("numFmtId", ""), "")):
                self.dates.add(self._count)
            self._count += 1

    def end(self, name: str) -> None:
        if name == "cellXfs":
            self._is_cells = False


def unescaped(written: str) -> str:
    """What programs write as _x000D_ because XML would not keep it."""
    if "_x" not in written:
        return written
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), written)
