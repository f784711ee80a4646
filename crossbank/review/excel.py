"""Figures -> the manager's workbook. Values, not formulas; codes in the cells, names on top."""

from collections.abc import Callable, Iterable
from datetime import UTC
from importlib.metadata import PackageNotFoundError, version
from io import BytesIO

from django.utils.translation import gettext as _
from openpyxl import Workbook

from crossbank.review import words
from crossbank.review.sheets import (
    COUNT_STYLES,
    Column,
    Shown,
    count_values,
    prepare_print,
    put,
    styles,
    table_sheet,
    wide,
)
from crossbank.review.summary import add_summary
from crossbank.review.terms import DataRow, Figures, Named

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_RAW_STYLES = {
    "business_date": "cb raw day",
    "recorded_at": "cb raw moment",
    "edition": "cb raw number",
}

_Look = Callable[[str], tuple[str, int]]


def workbook(figures: Figures) -> bytes:
    """This will make the six sheets. `figures` must have been made with its data rows."""
    if len(figures.data) != figures.data_rows:
        raise ValueError("these figures came without their data rows")
    book = Workbook()
    for style in styles():
        book.add_named_style(style)
    _describe(book, figures)
    add_summary(book, figures)
    shown = Shown()
    _add_tally(book, figures, shown)
    _add_pairings(book, figures, shown)
    _add_missed(book, figures, shown)
    _add_data(book, figures)
    _add_about(book, figures)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def file_name(figures: Figures) -> str:
    asked = figures.asked
    return f"crossbank_{asked.scope}_{asked.since:%Y-%m-%d}_{asked.last:%Y-%m-%d}.xlsx"


def _describe(book: Workbook, figures: Figures) -> None:
    asked = figures.asked
    # the file's own properties hold no zone, so they are UTC by definition
    made = figures.made_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    period = words.period(asked.since, asked.last)
    book.properties.title = f"Crossbank · {words.place(asked)} · {period}"
    book.properties.subject = _("Review")
    book.properties.creator = figures.made_by
    book.properties.lastModifiedBy = figures.made_by
    book.properties.created = made
    book.properties.modified = made


def _beside(shown: Shown, named: Iterable[Named]) -> _Look:
    """What a reader sees of a code: the code and the name."""
    names = {one.code: one.name for one in named}

    def look(code: str) -> tuple[str, int]:
        name = names.get(code, "")
        return shown.beside(code, name), wide(f"{code} {name}")

    return look


def _instead(shown: Shown, name_of: Callable[[str], str]) -> _Look:
    """What a reader sees of a code: the name alone."""

    def look(code: str) -> tuple[str, int]:
        name = name_of(code)
        return shown.instead(code, name), wide(name)

    return look


def _add_tally(book: Workbook, figures: Figures, shown: Shown) -> None:
    table_sheet(
        book,
        title=_("Tally"),
        name="Tally",
        columns=(
            Column(heading=_("Date"), style="cb day"),
            Column(heading=_("Region"), shown=_beside(shown, (g.key for g in figures.by_region))),
            Column(heading=_("Branch"), shown=_beside(shown, (g.key for g in figures.by_branch))),
            Column(heading=_("Staff"), shown=_beside(shown, (g.key for g in figures.by_staff))),
            *_counted(),
        ),
        rows=(
            (row.day, row.region.code, row.branch.code, row.staff.code, *count_values(row.counts))
            for row in figures.tally
        ),
        freeze="E2",
    )


def _counted() -> Iterable[Column]:
    for heading, style in zip(words.count_headings(), COUNT_STYLES, strict=True):
        yield Column(heading=heading, style=f"cb {style}")


def _pair_columns(figures: Figures, shown: Shown) -> tuple[Column, ...]:
    product = _beside(shown, figures.products)
    return (
        Column(heading=_("Main"), shown=product),
        Column(heading=_("Cross"), shown=product),
        Column(heading=_("Rating"), shown=_instead(shown, words.rating)),
    )


def _add_pairings(book: Workbook, figures: Figures, shown: Shown) -> None:
    answers = (_("Presented"), _("Accepted"), _("Declined"), _("Interested"), _("Follow up"))
    table_sheet(
        book,
        title=_("Pairings"),
        name="Pairings",
        columns=(
            *_pair_columns(figures, shown),
            *(
                Column(heading=heading, style="cb number", has_bars=place == 0)
                for place, heading in enumerate(answers)
            ),
            Column(heading=_("Acceptance"), style="cb rate"),
        ),
        rows=(
            (
                row.main.code,
                row.cross.code,
                row.rating,
                row.presented,
                row.accepted,
                row.declined,
                row.interested,
                row.follow_up,
                row.acceptance,
            )
            for row in figures.pairings
        ),
        freeze="C2",
    )


def _add_missed(book: Workbook, figures: Figures, shown: Shown) -> None:
    table_sheet(
        book,
        title=_("Missed"),
        name="Missed",
        columns=(
            *_pair_columns(figures, shown),
            Column(heading=_("Not presented"), style="cb number", has_bars=True),
            Column(heading=_("Declined"), style="cb number"),
            Column(
                heading=_("Top reason"),
                style="cb after number",
                shown=_instead(shown, words.reason),
            ),
        ),
        rows=(
            (
                row.main.code,
                row.cross.code,
                row.rating,
                row.not_presented,
                row.declined,
                row.top_reason,
            )
            for row in figures.missed
        ),
        freeze="C2",
    )


def _add_data(book: Workbook, figures: Figures) -> None:
    """For pivots of one's own: column keys and values are codes in every language."""
    table_sheet(
        book,
        title=_("Data"),
        name="Data",
        columns=tuple(
            Column(heading=key, style=_RAW_STYLES.get(key, "")) for key in DataRow._fields
        ),
        rows=figures.data,
        freeze="B2",
    )


def _add_about(book: Workbook, figures: Figures) -> None:
    sheet = book.create_sheet(_("About"))
    sheet.column_dimensions["A"].width = 30
    sheet.column_dimensions["B"].width = 100
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
            sheet.row_dimensions[row].height = 16 * (1 + wide(meaning) // 115)
        row += 2
    prepare_print(sheet, book)


def _about(figures: Figures) -> Iterable[tuple[str, list[tuple[str, str]]]]:
    places = figures.asked.places
    yield (
        _("What the numbers mean"),
        [(str(term), str(meaning)) for term, meaning in words.DEFINITIONS],
    )
    yield _("How to read the cells"), list(_cells())
    yield _("Time zones"), [(str(place.named), place.time_zone) for place in places]
    if figures.products:
        yield _("Products"), [(product.code, product.name) for product in figures.products]
    if figures.by_staff:
        yield _("Staff"), [(group.key.code, group.key.name) for group in figures.by_staff]
    yield _("Program"), [(_("Version"), f"Crossbank {_version()}".strip())]


def _cells() -> Iterable[tuple[str, str]]:
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


def _version() -> str:
    try:
        return version("crossbank")
    except PackageNotFoundError:  # run from a checkout that was not installed
        return ""
