"""What a workbook of rows has beside its rows: what every reader looks for, and no more.

A heading in bold that stays in sight and is printed on each page, a filter, widths, five formats.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from openpyxl.utils import get_column_letter

from crossbank.web.cells import ACCENT, text
from crossbank.web.row_cells import Kind, Look

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"

# places in `cellXfs` below
BOLD = 6
LOOK = Look(guarded=1, int=2, day=3, moment=4, decimal=5)


@dataclass(frozen=True, kw_only=True)
class RowColumn:
    heading: str
    kind: Kind = Kind.TEXT
    width: float = 14


@dataclass(frozen=True, kw_only=True)
class RowSheet:
    """`rows` is walked once, when its turn has come. `title`: at most 31 signs, no []:*?/\\."""

    title: str
    columns: Sequence[RowColumn]
    rows: Iterable[Sequence[Any]]


@dataclass(frozen=True, kw_only=True)
class Properties:
    """What the file says of itself."""

    title: str
    subject: str
    made_by: str
    made_at: datetime


def area(sheet: RowSheet, last: int, *, fixed: str = "") -> str:
    column = get_column_letter(len(sheet.columns))
    return f"{fixed}A{fixed}1:{fixed}{column}{fixed}{last}"


def parts(sheets: Sequence[RowSheet], properties: Properties) -> Iterator[tuple[str, str]]:
    """Every part but the sheets and the book itself; whoever looks at the first bytes of a file
    finds what it is."""
    numbers = range(1, len(sheets) + 1)
    yield "[Content_Types].xml", _types(numbers)
    yield (
        "_rels/.rels",
        _relations(
            (f"{_DOCUMENT}/officeDocument", "xl/workbook.xml"),
            (f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
        ),
    )
    yield (
        "xl/_rels/workbook.xml.rels",
        _relations(
            *((f"{_DOCUMENT}/worksheet", f"worksheets/sheet{n}.xml") for n in numbers),
            (f"{_DOCUMENT}/styles", "styles.xml"),
        ),
    )
    yield "xl/styles.xml", _styles()
    yield "docProps/core.xml", _core(properties)


def _types(numbers: Iterable[int]) -> str:
    package = "application/vnd.openxmlformats-package"
    kinds = {
        "/xl/workbook.xml": f"{_TYPES}.sheet.main+xml",
        "/xl/styles.xml": f"{_TYPES}.styles+xml",
        "/docProps/core.xml": f"{package}.core-properties+xml",
        **{f"/xl/worksheets/sheet{n}.xml": f"{_TYPES}.worksheet+xml" for n in numbers},
    }
    told = "".join(
        f'<Override PartName="{part}" ContentType="{kind}"/>' for part, kind in kinds.items()
    )
    return (
        f'{HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        f'<Default Extension="rels" ContentType="{package}.relationships+xml"/>{told}</Types>'
    )


def _relations(*found: tuple[str, str]) -> str:
    told = "".join(
        f'<Relationship Id="rId{n}" Type="{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(found, start=1)
    )
    return f'{HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{told}</Relationships>'


def _format(*, number: int = 0, font: int = 0, fill: int = 0, more: str = "/>") -> str:
    return (
        f'<xf numFmtId="{number}" fontId="{font}" fillId="{fill}" borderId="0" xfId="0" '
        f'applyNumberFormat="1" applyFont="1" applyFill="1"{more}'
    )


def _styles() -> str:
    left = ' applyAlignment="1"><alignment horizontal="left"/></xf>'
    formats = (
        _format(),
        _format(more=' quotePrefix="1"/>'),
        *(_format(number=number, more=left) for number in (1, 164, 165)),  # 0, and the two below
        _format(),
        _format(font=1, fill=2, more=left),
    )
    plain = '<sz val="11"/><name val="Calibri"/><family val="2"/>'
    return (
        f'{HEAD}<styleSheet xmlns="{MAIN}"><numFmts count="2">'
        '<numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>'
        '<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm"/></numFmts>'
        f'<fonts count="2"><font>{plain}</font>'
        '<font><b/><sz val="11"/><color rgb="FFFFFFFF"/><name val="Calibri"/>'
        '<family val="2"/></font></fonts>'
        '<fills count="3"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill>'
        f'<fill><patternFill patternType="solid"><fgColor rgb="FF{ACCENT}"/></patternFill></fill></fills>'
        '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        f'<cellXfs count="{len(formats)}">{"".join(formats)}</cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
        "</styleSheet>"
    )


def _core(properties: Properties) -> str:
    # the file's own properties hold no zone, so they are UTC by definition
    made = f"{properties.made_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    title, subject, who = (
        escape(text(one)) for one in (properties.title, properties.subject, properties.made_by)
    )
    return (
        f'{HEAD}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{title}</dc:title><dc:subject>{subject}</dc:subject>"
        f"<dc:creator>{who}</dc:creator><cp:lastModifiedBy>{who}</cp:lastModifiedBy>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{made}</dcterms:created>'
        f'<dcterms:modified xsi:type="dcterms:W3CDTF">{made}</dcterms:modified>'
        "</cp:coreProperties>"
    )


def book(sheets: Sequence[RowSheet], ends: Sequence[int]) -> str:
    told = "".join(
        f'<sheet name={quoteattr(sheet.title)} sheetId="{n}" r:id="rId{n}"/>'
        for n, sheet in enumerate(sheets, start=1)
    )
    names = "".join(
        _names(n, sheet, end) for n, (sheet, end) in enumerate(zip(sheets, ends, strict=True))
    )
    return (
        f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{_DOCUMENT}"><bookViews><workbookView/></bookViews>'
        f"<sheets>{told}</sheets><definedNames>{names}</definedNames></workbook>"
    )


def _names(place: int, sheet: RowSheet, end: int) -> str:
    """The heading on each sheet of paper; and the filter once more, as Excel keeps it."""
    title = escape("'" + sheet.title.replace("'", "''") + "'")
    printed = (
        f'<definedName name="_xlnm.Print_Titles" localSheetId="{place}">{title}!$1:$1</definedName>'
    )
    if end == 1:
        return printed
    whole = area(sheet, end, fixed="$")
    return (
        f'<definedName name="_xlnm._FilterDatabase" localSheetId="{place}" hidden="1">'
        f"{title}!{whole}</definedName>{printed}"
    )
