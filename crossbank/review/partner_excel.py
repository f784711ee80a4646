"""Statement -> workbook. Values, not formulas; codes in the cells, names beside them."""

from collections.abc import Iterable
from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from crossbank.review import partner_words, words
from crossbank.review.excel import describe
from crossbank.review.partner_columns import (
    answer_columns,
    answer_values,
    partner_columns,
    partner_values,
)
from crossbank.review.partners import Statement
from crossbank.review.results import Answers
from crossbank.review.sheets import (
    MOMENT,
    Column,
    Shown,
    beside,
    prepare_print,
    put,
    styles,
    table_sheet,
)
from crossbank.web.cells import lines_in

_TERM, _MEANING = 30, 90  # signs across


def workbook(found: Statement) -> bytes:
    """This will make the sheets of one month, for one partner or for all of them.

    What the bank sold of its own stands in it only when it is for no single partner: that one
    gets his own figures and nobody else's.
    """
    book = Workbook()
    for style in styles():
        book.add_named_style(style)
    describe(
        book,
        title=f"Crossbank · {partner_words.title(found)} · {words.month(found.asked.since)}",
        subject=_("Partners"),
        made_by=found.made_by,
        made_at=found.made_at,
    )
    shown = Shown()
    _add_about(book.active, book, found)
    _add_products(book, found, shown)
    _add_mains(book, found, shown)
    _add_given(book, found, shown)
    if not found.partner:
        _add_totals(book, found)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def file_name(found: Statement) -> str:
    parts = (found.asked.scope, found.partner.code if found.partner else "all")
    return f"crossbank_partners_{'_'.join(parts)}_{found.asked.since:%Y-%m}.xlsx"


def _add_about(sheet: Worksheet, book: Workbook, found: Statement) -> None:
    sheet.title = _("Summary")
    sheet.column_dimensions["A"].width = _TERM
    sheet.column_dimensions["B"].width = _MEANING
    put(sheet["A1"], partner_words.title(found), "cb title")
    put(sheet["A2"], words.month(found.asked.since), "cb section")
    put(sheet["B2"], "", "cb section")
    sheet.row_dimensions[1].height = 32
    for row, (label, value) in enumerate(_lines(found), start=4):
        put(sheet.cell(row, 1), label, "cb prose")
        cell = sheet.cell(row, 2)
        put(cell, value, "cb prose")
        if hasattr(value, "hour"):
            cell.number_format = MOMENT
        elif isinstance(value, str):
            most = max(lines_in(label, _TERM), lines_in(value, _MEANING))
            sheet.row_dimensions[row].height = 16 * most
    prepare_print(sheet, book)


def _lines(found: Statement) -> Iterable[tuple[str, Any]]:
    yield from partner_words.filters(found)
    yield _("Made by"), found.made_by
    yield _("Made at"), found.made_at.replace(tzinfo=None, second=0, microsecond=0)
    yield _("Time zone"), str(found.made_at.tzinfo)
    for term, meaning in partner_words.definitions(found):
        yield str(term), str(meaning)


def _add_products(book: Workbook, found: Statement, shown: Shown) -> None:
    rows = [row for part in found.parts for row in part.rows]
    headings = (_("With an offer"), _("Withdrawn in time")) if found.with_offers else ()
    table_sheet(
        book,
        title=_("Statement"),
        name="Statement",
        columns=(
            *partner_columns(rows, shown),
            *(Column(heading=heading, style="cb number") for heading in headings),
        ),
        rows=((*partner_values(row), *_of_offers(row.answers)[: len(headings)]) for row in rows),
        freeze="C2",
    )


def _of_offers(answers: Answers) -> tuple[int | None, ...]:
    return answers.with_offer, answers.known_withdrawn


def _add_mains(book: Workbook, found: Statement, shown: Shown) -> None:
    rows = [row for part in found.parts for row in part.mains]
    table_sheet(
        book,
        title=_("Taken as main"),
        name="TakenAsMain",
        columns=(
            Column(heading=_("Partner"), shown=beside(shown, (row.partner for row in rows))),
            Column(heading=_("Main"), shown=beside(shown, (row.main for row in rows))),
            Column(heading=_("Times"), style="cb number", has_bars=True),
        ),
        rows=((row.partner.code, row.main.code, row.times) for row in rows),
        freeze="C2",
    )


def _add_given(book: Workbook, found: Statement, shown: Shown) -> None:
    rows = [row for part in found.parts for row in part.given]
    table_sheet(
        book,
        title=_("Came with it"),
        name="CameWithIt",
        columns=(
            Column(heading=_("Partner"), shown=beside(shown, (row.partner for row in rows))),
            Column(heading=_("Benefit"), shown=beside(shown, (row.benefit for row in rows))),
            Column(heading=_("Main"), shown=beside(shown, (row.main for row in rows))),
            Column(heading=_("Times"), style="cb number", has_bars=True),
        ),
        rows=((row.partner.code, row.benefit.code, row.main.code, row.times) for row in rows),
        freeze="D2",
    )


def _add_totals(book: Workbook, found: Statement) -> None:
    table_sheet(
        book,
        title=_("Own and partners"),
        name="OwnAndPartners",
        columns=(Column(heading=_("Products")), *answer_columns()),
        rows=(
            (label, *answer_values(answers)) for _key, label, answers in partner_words.totals(found)
        ),
        freeze="B2",
    )
