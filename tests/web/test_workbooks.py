"""Workbooks from outside: what is read, what is refused, and in which words. All files are made here."""

import struct
import zipfile
from datetime import date, datetime
from io import BytesIO

import pytest
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.xml import DEFUSEDXML

from crossbank.web.workbook_cells import CellError, Formula
from crossbank.web.workbooks import Limits, Refused, open_book

LIMITS = Limits(rows=50, columns=10)
SHEET = "xl/worksheets/sheet1.xml"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
DTD = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b SYSTEM "file:///etc/passwd">]>'


def made(*rows: list[object], title: str = "Sheet", **book_options) -> bytes:
    book = Workbook(**book_options)
    book.active.title = title
    for row in rows:
        book.active.append(row)
    return saved(book)


def saved(book: Workbook) -> bytes:
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def packed(parts: dict[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", method) as file:
        for name, part in parts.items():
            file.writestr(name, part)
    return out.getvalue()


def unpacked(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(content)) as file:
        return {name: file.read(name) for name in file.namelist()}


def shared() -> bytes:
    """[["text"]] as Excel and LibreOffice write it: texts in a part of their own."""
    parts = unpacked(made(["text"]))
    strings = b'<sst xmlns="x" count="1"><si><t>text</t></si></sst>'
    relation = b'<Relationship Id="rIdS" Type="x/sharedStrings" Target="sharedStrings.xml"/>'
    relations = "xl/_rels/workbook.xml.rels"
    inline = b't="inlineStr"><is><t>text</t></is></c>'
    assert inline in parts[SHEET]
    return packed(
        parts
        | {
            "xl/sharedStrings.xml": strings,
            relations: parts[relations].replace(
                b"</Relationships>", relation + b"</Relationships>"
            ),
            SHEET: parts[SHEET].replace(inline, b't="s"><v>0</v></c>'),
        }
    )


def changed(name: str, old: str, new: str) -> bytes:
    parts = unpacked(shared())
    assert old.encode() in parts[name], parts[name]
    return packed(parts | {name: parts[name].replace(old.encode(), new.encode(), 1)})


def with_part(name: str, part: bytes = b"x") -> bytes:
    return packed(unpacked(made(["text"])) | {name: part})


def refusal(content: bytes, *, limits: Limits = LIMITS, hidden: tuple[str, ...] = ()) -> str:
    with pytest.raises(Refused) as why:
        open_book(content, limits=limits, hidden=hidden)
    return str(why.value)


def test_texts_in_a_part_of_their_own_are_read() -> None:
    assert open_book(shared(), limits=LIMITS).sheets["Sheet"].rows == {1: {1: "text"}}


def test_values_are_what_they_were_written_as() -> None:
    book = Workbook()
    sheet = book.active
    moment = datetime(2026, 3, 1, 9, 30)  # noqa: DTZ001 - spreadsheets know no zones
    sheet.append(["ไทย Ελλ 中文 😀", "", None, 7, 7.5, True, date(2026, 3, 1), moment])
    sheet["A2"], sheet["B2"], sheet["C2"] = "=1+1", "#N/A", "00123"
    sheet["D2"] = "=text"
    sheet["D2"].data_type = "s"
    sheet["E2"] = " two  spaces "
    sheet["A3"].font = Font(bold=True)  # a look alone is no value
    sheet.merge_cells("B4:C5")
    book.create_sheet("Other")

    read = open_book(saved(book), limits=LIMITS).sheets

    assert read["Sheet"].rows == {
        1: {
            1: "ไทย Ελλ 中文 😀",
            4: 7,
            5: 7.5,
            6: True,
            7: date(2026, 3, 1),
            8: moment,
        },
        2: {1: Formula(), 2: CellError(shown="#N/A"), 3: "00123", 4: "=text", 5: " two  spaces "},
    }
    assert read["Sheet"].merged == ["B4:C5"]
    assert (read["Other"].title, read["Other"].rows) == ("Other", {})


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ('<c r="B1" t="inlineStr"><is><r><t>in</t></r><r><t>line</t></r></is></c>', "inline"),
        ('<c r="B1" t="inlineStr"><is><t>x</t><rPh><t>spoken</t></rPh></is></c>', "x"),
        ('<c r="B1" t="str"><v>a_x000D_b_x005F_c</v></c>', "a\rb_c"),
        ('<c r="B1" t="d"><v>2026-03-01T00:00:00</v></c>', date(2026, 3, 1)),
        ('<c t="b"><v>0</v></c>', False),  # without an address it stands beside the last one
        ('<c r="B1"><v>1e3</v></c>', 1000),
        ('<c r="B1" t="str"><f>1+1</f><v>2</v></c>', Formula()),
        ('<c r="B1"><f>1+1</f></c>', Formula()),
    ],
)
def test_cells_as_other_programs_write_them(cell, value) -> None:
    sheet = open_book(changed(SHEET, "</c></row>", f"</c>{cell}</row>"), limits=LIMITS)

    assert sheet.sheets["Sheet"].rows[1][2] == value


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "This file is empty."),
        (b"a;b;c\n1;2;3\n", "This file is no workbook."),
        (b"<html><table><tr><td>1</td></tr></table></html>", "This file is no workbook."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, "old .xls file or one with a password"),
        (b"PK\x03\x04 and then nothing", "This file is no workbook."),
        (b"PK\x05\x06" + b"\0" * 18, "This file is no workbook."),
        (packed({"word/document.xml": b"<x/>"}), "This file is damaged."),
        (b"\0" * (LIMITS.size + 1), "This file has 5.0 MB, at most 5.0 MB are read."),
        (made(["text"])[:-40], "This file is no workbook."),
        (with_part("xl/vbaProject.bin"), "This workbook holds macros."),
        (with_part("xl/macrosheets/sheet1.xml"), "This workbook holds macros."),
        (with_part("xl/externalLinks/externalLink1.xml"), "linked with other files"),
        (with_part("xl/connections.xml"), "linked with other files"),
        (with_part("xl/embeddings/oleObject1.bin"), "linked with other files"),
        (with_part("../../etc/evil.xml"), "the names of its parts are not"),
        (with_part("/etc/evil.xml"), "the names of its parts are not"),
        (with_part("C:\\evil.xml"), "the names of its parts are not"),
        (with_part("xl/WORKBOOK.xml"), "the names of its parts are not"),
        (with_part("xl/media/inside.xlsx", made(["text"])), "another packed file"),
        (with_part("docProps/extra.xml", f"{HEAD}{DTD}<x>&b;</x>".encode()), "document type"),
        (with_part("docProps/extra.xml", b"<not xml"), "This file is damaged."),
        (with_part("xl/worksheets/huge.bin", b"\0" * 3_000_000), "packed too tightly"),
    ],
)
def test_file_that_is_no_honest_workbook_is_refused(content, words) -> None:
    assert words in refusal(content)


@pytest.mark.parametrize(
    "part",
    [SHEET, "xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml", "docProps/core.xml",
     "[Content_Types].xml", "_rels/.rels", "xl/_rels/workbook.xml.rels"],
)  # fmt: skip
def test_document_type_is_refused_in_every_part(part) -> None:
    parts = unpacked(shared())
    text = parts[part].decode().removeprefix(HEAD)

    said = refusal(packed(parts | {part: f"{DTD}{text}".encode()}))

    assert (
        said == f"The part {part} of this file declares a document type, which no workbook needs."
    )
    bare = refusal(packed(parts | {part: f"<!DOCTYPE x>{text}".encode()}))
    assert bare == said  # even one that declares nothing
    assert DEFUSEDXML is True  # openpyxl, which reads no file of a stranger, would refuse too


@pytest.mark.parametrize(
    ("name", "old", "new", "words"),
    [
        ("[Content_Types].xml", "sheet.main+xml", "sheet.macroEnabled.main+xml", "holds macros"),
        ("xl/workbook.xml", 'state="visible"', 'state="hidden"', "The sheet “Sheet” is hidden."),
        ("xl/workbook.xml", 'state="visible"', 'state="veryHidden"', "“Sheet” is hidden."),
        ("xl/workbook.xml", "<sheets>", "<sheets><!--", "This file is damaged."),
        ("xl/_rels/workbook.xml.rels", "/worksheet", "/chartsheet", "is no table of cells"),
        ("xl/_rels/workbook.xml.rels", "worksheets/sheet1", "worksheets/none", "no table of cells"),
        (
            "_rels/.rels",
            "relationships/officeDocument",
            "relationships/other",
            "This file is no workbook.",
        ),
        (SHEET, "<v>0</v>", "<v>99</v>", "This file is damaged."),
        (SHEET, "<v>0</v>", "<v>-1</v>", "This file is damaged."),
        (SHEET, 'r="A1"', 'r="A0"', "This file is damaged."),
        (SHEET, 'r="A1"', 'r="ZZZZ1"', "This file is damaged."),
        (SHEET, "</sheetData>", "", "This file is damaged."),
        (SHEET, 'r="A1"', 'r="K1"', "Sheet!K1 lies outside: at most 50 rows and 10 columns"),
        (SHEET, 'r="A1"', 'r="A51"', "Sheet!A51 lies outside"),
        (SHEET, 'r="A1"', 'r="NTP1"', "Sheet!NTP1 lies outside"),
        (SHEET, 'r="A1"', 'r="XFD1048576"', "Sheet!XFD1048576 lies outside"),
    ],
)
def test_part_that_lies_is_refused(name, old, new, words) -> None:
    if new.endswith("<!--"):
        content = packed(
            unpacked(made(["text"])) | {name: b"<workbook><sheets></sheets></workbook>"}
        )
        assert refusal(content) == "This workbook has no sheets."
        return
    assert words in refusal(changed(name, old, new))


def test_number_that_is_none_is_refused() -> None:
    for written in ("abc", "1" * 500, "--1"):
        content = changed(SHEET, "</c></row>", f'</c><c r="B1"><v>{written}</v></c></row>')
        assert refusal(content).startswith("This file is damaged.")


def test_hidden_sheets_of_our_own_may_be_hidden() -> None:
    content = changed("xl/workbook.xml", 'state="visible"', 'state="hidden"')

    assert list(open_book(content, limits=LIMITS, hidden=["Sheet"]).sheets) == ["Sheet"]


def test_too_many_sheets_and_the_same_twice_are_refused() -> None:
    book = Workbook()
    for n in range(5):
        book.create_sheet(f"S{n}")
    again = '<sheet name="SHEET" sheetId="9"/></sheets>'

    assert refusal(saved(book)) == "This workbook has 6 sheets, at most 5 are read."
    twice = refusal(changed("xl/workbook.xml", "</sheets>", again))
    assert twice == "There are two sheets “Sheet”."


def test_ten_thousand_parts_are_not_opened() -> None:
    content = packed({f"p{n}": b"" for n in range(300)}, method=zipfile.ZIP_STORED)

    assert refusal(content) == "This file holds 300 parts, at most 200 are read."


def test_bomb_is_stopped_while_it_unpacks() -> None:
    """A sheet of 60 MB in 60 kB: it must not be unpacked to its end."""
    head, tail = unpacked(made(["text"]))[SHEET].split(b"<sheetData>")
    parts = unpacked(made(["text"])) | {SHEET: head + b"<sheetData>" + b" " * 60_000_000}
    assert sum(map(len, parts.values())) > 55_000_000
    assert tail

    content = packed(parts)

    assert len(content) < 1_000_000
    assert "packed too tightly" in refusal(content)
    loose = Limits(rows=50, columns=10, ratio=100_000)
    assert "larger than 50.0 MB" in refusal(content, limits=loose)


def test_cells_of_all_sheets_together_are_counted() -> None:
    book = Workbook()
    book.active.append(["one", "", "two"])
    book.create_sheet("Other").append(["three"])
    content = saved(book)

    assert len(open_book(content, limits=Limits(cells=3)).sheets) == 2
    said = "This workbook holds more than 2 cells."
    assert refusal(content, limits=Limits(cells=2)) == said


@pytest.mark.parametrize("claimed", [10, 1_000_000])
def test_directory_that_lies_about_a_size_is_refused(claimed) -> None:
    content = bytearray(made(["text"]))
    place = content.index(b"PK\x01\x02")
    while SHEET.encode() not in content[place : place + 80]:
        place = content.index(b"PK\x01\x02", place + 4)
    content[place + 24 : place + 28] = struct.pack("<I", claimed)

    assert refusal(bytes(content)).startswith("This file is damaged.")


def test_locked_and_oddly_packed_parts_are_refused() -> None:
    content = bytearray(made(["text"]))
    place = content.index(b"PK\x01\x02")
    content[place + 8] |= 1  # the mark of a part behind a password

    said = "This file is locked with a password or packed in an unusual way."
    assert refusal(bytes(content)) == said
    assert refusal(packed(unpacked(made(["x"])), method=zipfile.ZIP_BZIP2)) == said
