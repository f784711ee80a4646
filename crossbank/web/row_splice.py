"""Rows put into a sheet that openpyxl made: its styles, table and frozen heading, without its cells."""

import re
import zipfile
from collections.abc import Iterable
from io import BytesIO

from openpyxl.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from crossbank.web.row_cells import Look

_END = b"</sheetData>"
_SIZE = re.compile(rb'<dimension ref="[^"]*"')  # readers that stream believe it


def look(sheet: Worksheet, *, number: str, day: str, moment: str) -> Look:
    """This will give the numbers that the workbook keeps its named styles under."""

    def place(style: str = "Normal", *, guarded: bool = False) -> int:
        cell = Cell(sheet, row=1, column=1)  # in no sheet: only its style is asked for
        cell.style = style
        if guarded:
            cell.quotePrefix = True
        return cell.style_id

    return Look(
        guarded=place(guarded=True), int=place(number), day=place(day), moment=place(moment)
    )


def spliced(content: bytes, *, part: str, area: str, rows: Iterable[bytes]) -> bytes:
    """This will give the workbook with `rows` after the last row of one sheet.

    `part`: of the package, `xl/worksheets/sheet1.xml`; `area`: what the sheet then holds, `A1:C9`.
    The other parts keep their content.
    """
    out = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(content)) as before,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for info in before.infolist():
            if info.filename != part:
                after.writestr(info, before.read(info))
                continue
            head, end, tail = before.read(info).partition(_END)
            if not end:
                raise ValueError(f"{part} has no place for rows")
            with after.open(info.filename, "w") as sheet:
                sheet.write(_SIZE.sub(f'<dimension ref="{area}"'.encode(), head, count=1))
                for piece in rows:
                    sheet.write(piece)
                sheet.write(end + tail)
    return out.getvalue()
