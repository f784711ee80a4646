"""Workbooks in the reader's language: every word of theirs, and nothing else, is translated."""

import ast
import gettext
import re
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from itertools import zip_longest
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from crossbank.desk.models import DeclineReason, NothingOffered, Response
from crossbank.matrix.models import Rating
from crossbank.review import excel, partner_excel
from crossbank.review import scope as scopes
from crossbank.review.figures import figures
from crossbank.review.partners import statement
from crossbank.review.results import DataRow
from crossbank.review.terms import SHEETS
from crossbank.web.cells import lines_in, wide
from tests.review import world
from tests.review.conftest import sheets_of
from tests.review.test_workbook import AT
from tests.review.world import MONDAY, TUESDAY

LANGUAGES = [code for code, _name in settings.LANGUAGES if code != "en"]
ROOM = Path(excel.__file__).parent
LOCALES = Path(settings.LOCALE_PATHS[0])
CODES = {"ACC", "LON", "CRD", "B01", "B02", "R-NORTH", "anna.zx", "strong", "good"}
NAMED = {"Strong", "Good", "Too expensive", "Not known", "Closed by itself, unsigned"}
# who writes the day before the month writes it as English does
SAME = {("format of a short date", "j M")}
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]")


def modules() -> set[str]:
    """What workbooks are made of: the makers and all that they need in this room."""
    found, ahead = set(), ["excel", "partner_excel"]
    while ahead:
        name = ahead.pop()
        if name not in found:
            found.add(name)
            for node in ast.walk(ast.parse((ROOM / f"{name}.py").read_text())):
                if isinstance(node, ast.ImportFrom) and node.module == "crossbank.review":
                    ahead += [alias.name for alias in node.names]
                elif isinstance(node, ast.ImportFrom) and "crossbank.review." in str(node.module):
                    ahead.append(node.module.rpartition(".")[2])
    return found


def said(name: str) -> Iterator[tuple[str, str]]:
    """Context and words of whatever a module says."""
    for node in ast.walk(ast.parse((ROOM / f"{name}.py").read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            known = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
            if node.func.id in ("_", "gettext", "gettext_lazy"):
                yield "", known[0]
            elif node.func.id in ("pgettext", "pgettext_lazy"):
                yield known[0], known[1]
            else:
                assert "gettext" not in node.func.id, "teach this test to read it"


WORDS = {words for name in {*modules(), "raw_book"} for words in said(name)} | {
    ("", str(label))
    for choices in (Rating, DeclineReason, NothingOffered, Response)
    for label in choices.labels
}


def catalogue(language: str) -> gettext.GNUTranslations:
    """What is shipped, without Django's own words."""
    path = LOCALES / translation.to_locale(language) / "LC_MESSAGES" / "django.mo"
    with path.open("rb") as file:
        return gettext.GNUTranslations(file)


def of_source(language: str) -> dict[str | tuple[str, int], str]:
    """The entries of the .po file, as a compiled catalogue holds them."""
    path = LOCALES / translation.to_locale(language) / "LC_MESSAGES" / "django.po"
    entries = {}
    for block in path.read_text().split("\n\n"):
        fields, name = {}, ""
        for line in block.splitlines():
            if not line.startswith("#"):
                start, _quote, words = line.partition('"')
                name = start.strip() or name
                fields[name] = fields.get(name, "") + ast.literal_eval(f'"{words}')
        key = "\x04".join(fields[part] for part in ("msgctxt", "msgid") if part in fields)
        for name, words in fields.items():
            if number := re.fullmatch(r"msgstr\[(\d)\]", name):
                entries[key, int(number[1])] = words
            elif name == "msgstr":
                entries[key] = words
    return entries


@pytest.fixture
def everything(people):
    """Records, a sale of 90 days before, partners: what every sheet needs."""
    shelf = world.Shelf(
        products=world.products(),
        edition=world.edition(author=people["olga"], partners={"APP": "PUMP", "TRV": "COVER"}),
        ratings={(main, cross): rating.value for main, cross, rating in world.PAIRS},
    )
    anna = people["anna.zx"]
    world.twelve_records(shelf, anna=anna, bruno=people["bruno.qv"], chai=people["chai.wj"])
    before = MONDAY - timedelta(days=90)
    world.consultation(shelf=shelf, employee=anna, day=before, answers={"CRD": "accepted"})
    return people


def written(language: str) -> bytes:
    asked = scopes.narrow(scopes.whole_bank(), since=MONDAY, last=TUESDAY)
    with translation.override(language):
        found = figures(asked, made_by="T", made_at=AT, with_data=True, with_kept=True, more=SHEETS)
        return excel.workbook(found, more=SHEETS)


def seen(cell):
    """What a reader sees: a format may show a name beside a code, or instead of it."""
    start, quote, name = cell.number_format.partition('"')
    if not quote or not isinstance(cell.value, str):
        return cell.value
    return ("" if start.startswith("General") else cell.value) + name.rstrip('"')


def for_partners(language: str) -> bytes:
    asked = scopes.narrow(scopes.whole_bank(), since=MONDAY, last=TUESDAY)
    with translation.override(language):
        found = statement(asked, partner=None, with_offers=True, made_by="T", made_at=AT)
        return partner_excel.workbook(found)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_of_it_is_translated(language):
    known = catalogue(language)

    assert len(WORDS) > 170
    for context, words in sorted(WORDS):
        told = known.pgettext(context, words) if context else known.gettext(words)
        assert told.strip()
        assert told != words or (context, words) in SAME, words
        assert set(PLACEHOLDER.findall(told)) == set(PLACEHOLDER.findall(words)), words


@pytest.mark.parametrize("language", LANGUAGES)
def test_compiled_words_are_those_of_the_source(language):
    assert catalogue(language)._catalog == of_source(language)


@pytest.mark.parametrize(("make", "sheets", "tables"), [(written, 11, 7), (for_partners, 5, 4)])
@pytest.mark.parametrize("language", ["en", *LANGUAGES])
def test_titles_and_headings_are_what_excel_takes(everything, language, make, sheets, tables):
    book = load_workbook(BytesIO(make(language)))

    titles = book.sheetnames
    assert len({title.casefold() for title in titles}) == sheets
    for title in titles:
        assert len(title) <= 31
        assert not set(title) & set("[]:*?/\\")
        assert title.strip("' ") == title
    found = [sheet for sheet in book if sheet.print_title_rows == "$1:$1"]
    assert len(found) == tables
    for sheet in found:
        headings = [cell.value.casefold() for cell in sheet[1]]
        assert len(set(headings)) == len(headings), sheet.title
        assert all(headings)


@pytest.mark.parametrize("language", LANGUAGES)
def test_headings_are_the_readers_and_codes_and_numbers_stay(everything, language):
    english, other = written("en"), written(language)

    known = catalogue(language)
    told = {words: {known.gettext(words)} for _context, words in WORDS}
    for context, words in WORDS:
        told[words].add(known.pgettext(context, words) if context else known.gettext(words))
    ours, theirs = sheets_of(english), sheets_of(other)
    assert list(theirs) == [known.gettext(title) for title in ours]
    tables = {sheet.title for sheet in load_workbook(BytesIO(english)) if sheet.tables}
    translated = 0
    for (title, rows), found in zip(ours.items(), theirs.values(), strict=True):
        if title in tables:
            assert found[1:] == rows[1:], title
        for row, line in zip(rows, found, strict=True):
            for cell, value in zip(row, line, strict=True):
                if cell in told:
                    assert value in told[cell]
                    translated += 1
                elif not isinstance(cell, str):
                    assert value == cell
    assert translated > 200
    assert theirs[known.gettext("Data")][0] == list(DataRow._fields)
    assert {cell for rows in theirs.values() for row in rows for cell in row} >= CODES
    looks = {seen(cell) for sheet in load_workbook(BytesIO(other)) for row in sheet for cell in row}
    assert looks >= {known.gettext(words) for words in NAMED}
    names = [list(load_workbook(BytesIO(book)).defined_names) for book in (english, other)]
    assert names[0] == names[1]
    with zipfile.ZipFile(BytesIO(other)) as parts:
        assert len([name for name in parts.namelist() if "charts/chart" in name]) == 3


@pytest.mark.parametrize("make", [written, for_partners])
@pytest.mark.parametrize("language", ["en", *LANGUAGES])
def test_nothing_is_cut(everything, language, make):
    book = load_workbook(BytesIO(make(language)))

    for sheet in book:
        ends = {(area.min_row, area.min_col): area.max_col for area in sheet.merged_cells.ranges}
        for row in sheet.iter_rows():
            for cell, after in zip_longest(row, row[1:]):
                if isinstance(cell.value, str) and not cell.alignment.text_rotation:
                    last = ends.get((cell.row, cell.column), cell.column)
                    assert fits(sheet, cell, last, after), (
                        sheet.title,
                        cell.coordinate,
                        cell.value,
                    )


def fits(sheet, cell, last: int, after) -> bool:
    """Room for the words: a row that is too low cuts them, and so does a value right of them."""
    letters = (get_column_letter(place) for place in range(cell.column, last + 1))
    width = sum(sheet.column_dimensions[letter].width for letter in letters)
    height = sheet.row_dimensions[cell.row].height
    if cell.alignment.wrap_text:
        room = int(width - 2 * cell.alignment.indent)
        return height is None or height >= 13 * lines_in(seen(cell), room)
    # letters of running text are narrower than the figures that columns are measured in
    return after is None or after.value is None or 0.9 * wide(seen(cell)) <= width
