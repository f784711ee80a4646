"""The sheet `Changes`: every first number beside what it was before."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from openpyxl import Workbook

from crossbank.review import measures, words
from crossbank.review.measures import Measure
from crossbank.review.results import Figures
from crossbank.review.sheets import prepare_print, put, wide

_WIDTHS = (44, 18, 18, 14, 14)


def add_changes(book: Workbook, figures: Figures) -> None:
    """This will write one line a number: now, as many days before, the difference, and how many a
    share is a share of."""
    sheet = book.create_sheet(_("Changes"))
    change = pgettext("the difference between two numbers", "Change")  # elsewhere it is a button
    headings = (_("Figure"), _("This period"), _("Before"), change, _("Counted"))
    for place, heading in enumerate(headings, start=1):
        put(sheet.cell(1, place), heading, "cb head" if place == 1 else "cb head end")
    sheet.row_dimensions[1].height = 22
    shown = (*measures.tally(figures), *measures.served(figures))
    labels = max(wide(measure.label) for measure in shown)
    for letter, heading, least in zip("ABCDE", headings, _WIDTHS, strict=True):
        seen = wide(heading) if letter != "A" else labels
        sheet.column_dimensions[letter].width = max(least, seen + 4)
    for row, measure in enumerate(shown, start=2):
        put(sheet.cell(row, 1), measure.label, "cb text")
        for place, value in enumerate(_values(measure), start=2):
            style = "number" if place == 5 else measure.kind
            put(sheet.cell(row, place), value, f"cb {style}")
    put(sheet.cell(row + 2, 1), _before(figures), "cb quiet")
    sheet.merge_cells(start_row=row + 2, end_row=row + 2, start_column=1, end_column=5)
    sheet.freeze_panes = "B2"
    prepare_print(sheet, book)


def _values(measure: Measure) -> tuple[float | None, ...]:
    return (measure.value, measure.before, measure.change, measure.of)


def _before(figures: Figures) -> str:
    asked = figures.asked
    return _("Before: %(period)s") % {"period": words.period(*asked.before)}
