"""The last sheet: definitions, time zones, who and what the codes are, the version."""

from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from openpyxl import Workbook

from crossbank.review import words
from crossbank.review.results import Figures
from crossbank.review.sheets import prepare_print, put
from crossbank.web.cells import lines_in

_TERM, _MEANING = 32, 100  # signs across


def add_about(book: Workbook, figures: Figures) -> None:
    """This will write what every number and every cell means."""
    sheet = book.create_sheet(_("About"))
    sheet.column_dimensions["A"].width = _TERM
    sheet.column_dimensions["B"].width = _MEANING
    put(sheet["A1"], _("About this workbook"), "cb title")
    sheet.row_dimensions[1].height = 32
    put(sheet["A2"], str(words.PURPOSE), "cb quiet")
    sheet.merge_cells("A2:B2")
    sheet.row_dimensions[2].height = 32
    row = 4
    for title, lines in _about(figures):
        put(sheet.cell(row, 1), title, "cb section")
        put(sheet.cell(row, 2), "", "cb section")
        for term, meaning in lines:
            row += 1
            put(sheet.cell(row, 1), term, "cb prose")
            put(sheet.cell(row, 2), meaning, "cb prose")
            most = max(lines_in(term, _TERM), lines_in(meaning, _MEANING))
            sheet.row_dimensions[row].height = 16 * most
        row += 2
    prepare_print(sheet, book)


def _about(figures: Figures) -> Iterable[tuple[str, list[tuple[str, str]]]]:
    places = figures.asked.places
    yield (
        _("What the numbers mean"),
        [
            (str(term), str(meaning))
            for term, meaning in words.definitions(with_kept=figures.kept is not None)
        ],
    )
    yield _("How to read the cells"), list(_cells(figures))
    yield _("Time zones"), [(str(place.named), place.time_zone) for place in places]
    if figures.products:
        yield _("Products"), [(product.code, product.name) for product in figures.products]
    if figures.people:
        staff = pgettext("everybody who is named", "Staff")  # above a column it is one of them
        yield staff, [(person.code, person.name) for person in figures.people]
    yield _("Program"), [(_("Version"), f"Crossbank {_version()}".strip())]


def _cells(figures: Figures) -> Iterable[tuple[str, str]]:
    yield (
        _("Codes and names"),
        _("Cells hold codes, the same in every language; the names are shown beside or on top."),
    )
    yield (
        _("Data"),
        _(
            "One row for each consultation and presented product, and one with an empty cross "
            "where nothing was presented. recorded_at is the clock of the branch, without zone."
        ),
    )
    if figures.days:
        yield (
            _("Days"),
            _(
                "Whole day sheets, whatever main product was chosen; signed by the clock of the "
                "branch. Without names: those of a branch together, signed when all of them are."
            ),
        )
    if figures.sales:
        yield (
            _("Sold and kept"),
            _(
                "The sales whose check day, 90 days later, lies in the period. Code: the one on the "
                "customer’s page. What nobody has said is not known, and never kept."
            ),
        )


def _version() -> str:
    try:
        return version("crossbank")
    except PackageNotFoundError:  # run from a checkout that was not installed
        return ""
