"""Workbooks through LibreOffice: opened and saved there they lose nothing, edited they say what."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from crossbank.catalog.book import CATALOGUE
from crossbank.catalog.models import Attribute, Product
from crossbank.matrix import imports
from crossbank.matrix.models import Pairing
from crossbank.offers.book import OFFERS_BOOK
from crossbank.org import table_books
from tests import tables
from tests.matrix.workbooks import NASTY, column, edited, exported, place

REQUIRED = os.environ.get("CROSSBANK_OFFICE") == "require"
SOFFICE = shutil.which("soffice")
if not SOFFICE and not REQUIRED:
    pytest.skip("no LibreOffice on this machine", allow_module_level=True)

pytestmark = pytest.mark.django_db
XLSX = "xlsx:Calc MS Excel 2007 XML"
EDITED = {"catalog": "answer", "offers": "name"}  # a column of the last sheet


@pytest.fixture
def office(tmp_path_factory):
    """(file, format) -> the file as LibreOffice saves it in that format."""
    assert SOFFICE, "CROSSBANK_OFFICE=require, and there is no LibreOffice"
    home = tmp_path_factory.mktemp("office")

    def converted(file: Path, kind: str) -> Path:
        folder = home / f"out{len(list(home.iterdir()))}"
        command = [
            SOFFICE, f"-env:UserInstallation=file://{home}/profile", "--headless",
            "--convert-to", kind, "--outdir", str(folder), str(file),
        ]  # fmt: skip
        subprocess.run(command, check=True, capture_output=True, timeout=180)
        return folder / f"{file.stem}.{kind.partition(':')[0]}"

    return converted


@pytest.fixture
def file(bank, tmp_path) -> Path:
    """The sample matrix with names in other scripts and texts that a program might calculate."""
    Product.objects.filter(code="CRD-DEB").update(name="บัตรเดบิต")
    Product.objects.filter(code="ACC-BAS").update(name="Βασικός λογαριασμός")
    rows = list(Pairing.objects.filter(relation="cross_sell")[: len(NASTY)])
    for row, words in zip(rows, NASTY, strict=True):
        row.reason = row.say = words
    Pairing.objects.bulk_update(rows, ["reason", "say"])
    path = tmp_path / "matrix.xlsx"
    path.write_bytes(exported())
    return path


def test_saved_by_libreoffice_it_has_no_difference(office, file) -> None:
    plan = imports.look(office(file, XLSX).read_bytes())

    assert (plan.count, plan.troubles, plan.notes) == (0, (), ())


def test_five_cells_edited_there_are_exactly_five_changes(office, file) -> None:
    """As flat XML the document is LibreOffice's own; five of its cells are written anew there."""

    def edit(book):
        place(book, "Grid", "ACC-BAS", "CRD-DEB").value = "EDIT-1"
        place(book, "Say", "ACC-BAS", "DIG-APP").value = "EDIT-2"
        place(book, "Reason", "SAV-INS", "INV-FND").value = "EDIT-3"
        place(book, "Benefit", "ACC-BAS", "DIG-BIL").value = "EDIT-4"
        place(book, "Kind", "ACC-BAS", "DIG-ALR").value = "EDIT-5"

    marked = file.with_name("marked.xlsx")
    marked.write_bytes(edited(file.read_bytes(), edit))
    flat = office(marked, "fods")
    said = ["Good", "ลองใช้แอป", "Λόγος", "not calculated", "Wider range"]
    text = flat.read_text(encoding="utf-8")
    for number, words in enumerate(said, start=1):
        text, count = re.subn(f"<text:p>EDIT-{number}</text:p>", f"<text:p>{words}</text:p>", text)
        assert count == 1
    flat.write_text(text, encoding="utf-8")

    plan = imports.look(office(flat, XLSX).read_bytes())

    assert plan.troubles == ()
    assert {
        (change.name, field, getattr(change.after, field))
        for change in plan.pairs
        for field in change.fields
    } == {
        (("ACC-BAS", "CRD-DEB"), "rating", "good"),
        (("ACC-BAS", "DIG-APP"), "say", "ลองใช้แอป"),
        (("SAV-INS", "INV-FND"), "reason", "Λόγος"),
        (("ACC-BAS", "DIG-BIL"), "benefit", "not calculated"),
        (("ACC-BAS", "DIG-ALR"), "kind", "wider_range"),
    }
    assert plan.rules == ()


@pytest.mark.parametrize("book", [CATALOGUE, OFFERS_BOOK], ids=["catalogue", "offers"])
def test_tables_saved_by_libreoffice_have_exactly_their_changes(
    office, file, tmp_path, book
) -> None:
    """The same for workbooks of tables: what was edited there, and nothing else."""
    Attribute.objects.create(
        product=Product.objects.get(code="CRD-DEB"), key="brand", value="00123"
    )
    Product.objects.filter(code="ACC-BAS").update(say="=1+1", disclosure="1e5", price_minor=None)
    path = tmp_path / "tables.xlsx"
    sheet = next(str(table.title) for table in book.tables if EDITED[book.kind] in table.names)
    path.write_bytes(tables.exported(book))
    assert table_books.look(book, office(path, XLSX).read_bytes()).changes == ()

    path.write_bytes(
        edited(
            path.read_bytes(),
            lambda found: setattr(
                found[sheet].cell(3, column(found, sheet, EDITED[book.kind])), "value", "EDIT-1"
            ),
        )
    )
    flat = office(path, "fods")
    text = flat.read_text(encoding="utf-8")
    text, count = re.subn("<text:p>EDIT-1</text:p>", "<text:p>ลองใช้ Λόγος</text:p>", text)
    flat.write_text(text, encoding="utf-8")
    plan = table_books.look(book, office(flat, XLSX).read_bytes())

    assert count == 1
    assert plan.troubles == ()
    assert [change.fields for change in plan.changes] == [(EDITED[book.kind],)]
    assert dict(plan.changes[0].after)[EDITED[book.kind]] == "ลองใช้ Λόγος"
