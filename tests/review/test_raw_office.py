"""The two workbooks through LibreOffice: a third reader reads the same rows."""

import csv
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from crossbank.review import excel, raw_book, raw_rows
from crossbank.review.results import DataRow
from tests.review import world
from tests.review.test_raw import asked
from tests.review.test_workbook import AT, count
from tests.review.world import MONDAY

REQUIRED = os.environ.get("CROSSBANK_OFFICE") == "require"
SOFFICE = shutil.which("soffice")
if not SOFFICE and not REQUIRED:
    pytest.skip("no LibreOffice on this machine", allow_module_level=True)

# comma, quote, UTF-8, from line 1, no formats, any language, quotes no, as stored, as numbers,
# spaces kept, every sheet: a file each
CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1"
NASTY = (
    "=1+1",
    "-1",
    "@A1",
    " both ends ",
    "007",
    "1e5",
    "2026-03-04",
    "TRUE",
    "ไทย 中文",
    'a "b", c',
)


@pytest.fixture
def read(tmp_path):
    """bytes -> the rows of the sheet `Data`, as LibreOffice writes them."""
    assert SOFFICE, "CROSSBANK_OFFICE=require, and there is no LibreOffice"

    def rows(content: bytes) -> list[list[str]]:
        (tmp_path / "book.xlsx").write_bytes(content)
        command = [
            SOFFICE, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless",
            "--convert-to", CSV, "--outdir", str(tmp_path), str(tmp_path / "book.xlsx"),
        ]  # fmt: skip
        subprocess.run(command, check=True, capture_output=True, timeout=180)
        with Path(tmp_path / "book-Data.csv").open(newline="", encoding="utf-8") as file:
            return list(csv.reader(file))

    return rows


def told(row: DataRow) -> list[str]:
    return [f"{value:%Y-%m-%d %H:%M:%S}" if hasattr(value, "hour") else str(value) for value in row]


def test_raw_data_and_the_sheet_data_read_back_equal(twelve, shelf, read):
    for price in NASTY:
        world.consultation(
            shelf=shelf,
            employee=twelve["anna.zx"],
            day=MONDAY,
            answers={"CRD": "declined"},
            price_shown=price,
        )
    found, figures = asked(), count()
    pieces = raw_book.raw_book(found, months=raw_rows.count(found), made_by="Test", made_at=AT)

    raw, styled = read(b"".join(pieces)), read(excel.workbook(figures))

    assert raw[0] == list(DataRow._fields)
    assert raw == styled
    assert raw[1:] == [told(row) for row in figures.data]
