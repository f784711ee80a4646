"""Figures -> the manager's workbook. Values, not formulas; codes in the cells, names on top."""

from collections.abc import Callable, Collection, Iterable
from datetime import UTC, datetime
from io import BytesIO

from django.utils.translation import gettext as _
from openpyxl import Workbook

from crossbank.review import words
from crossbank.review.about_sheet import add_about
from crossbank.review.changes_sheet import add_changes
from crossbank.review.conversions_sheet import add_conversions
from crossbank.review.data_sheet import add_data
from crossbank.review.partner_columns import answer_columns, partner_columns, partner_values
from crossbank.review.results import Figures
from crossbank.review.sheets import (
    COUNT_STYLES,
    Column,
    Shown,
    beside,
    count_values,
    styles,
    table_sheet,
    wide,
)
from crossbank.review.summary import add_summary
from crossbank.review.terms import CONVERSIONS, DAYS, SALES

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_Look = Callable[[str], tuple[str, int]]


def workbook(figures: Figures, *, more: Collection[str] = ()) -> bytes:
    """This will make the contract's six sheets, one of changes, and one of partners where there are
    any. `more`: which of SHEETS too. `figures` must have been made with its data rows, and with the same
    sheets."""
    if len(figures.data) != figures.data_rows:
        raise ValueError("these figures came without their data rows")
    book = Workbook()
    for style in styles():
        book.add_named_style(style)
    period = words.period(figures.asked.since, figures.asked.last)
    describe(
        book,
        title=f"Crossbank · {words.place(figures.asked)} · {period}",
        subject=_("Review"),
        made_by=figures.made_by,
        made_at=figures.made_at,
    )
    add_summary(book, figures)
    shown = Shown()
    _add_tally(book, figures, shown)
    if DAYS in more:
        _add_days(book, figures, shown)
    _add_pairings(book, figures, shown)
    _add_missed(book, figures, shown)
    if CONVERSIONS in more:
        add_conversions(book, figures, shown)
    if SALES in more:
        _add_sales(book, figures, shown)
    add_changes(book, figures)
    if figures.partners:
        _add_partners(book, figures, shown)
    with_data = add_data(book, figures.data)
    add_about(book, figures)
    out = BytesIO()
    book.save(out)
    return with_data(out.getvalue())


def file_name(figures: Figures) -> str:
    asked = figures.asked
    return f"crossbank_{asked.scope}_{asked.since:%Y-%m-%d}_{asked.last:%Y-%m-%d}.xlsx"


def describe(book: Workbook, *, title: str, subject: str, made_by: str, made_at: datetime) -> None:
    """What the file says of itself."""
    # the file's own properties hold no zone, so they are UTC by definition
    made = made_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    book.properties.title = title
    book.properties.subject = subject
    book.properties.creator = made_by
    book.properties.lastModifiedBy = made_by
    book.properties.created = made
    book.properties.modified = made


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
            *_heads(figures, shown),
            *_counted(),
        ),
        rows=(
            (row.day, row.region.code, row.branch.code, row.staff.code, *count_values(row.counts))
            for row in figures.tally
        ),
        freeze="E2",
    )


def _heads(figures: Figures, shown: Shown) -> tuple[Column, ...]:
    places = figures.asked.places
    return (
        Column(heading=_("Date"), style="cb day"),
        Column(heading=_("Region"), shown=beside(shown, (place.region for place in places))),
        Column(heading=_("Branch"), shown=beside(shown, (place.named for place in places))),
        Column(heading=_("Staff"), shown=beside(shown, figures.people)),
    )


def _add_days(book: Workbook, figures: Figures, shown: Shown) -> None:
    counted = (*words.count_headings()[:4], _("Presented"), _("Taken"))
    table_sheet(
        book,
        title=_("Days"),
        name="Days",
        columns=(
            *_heads(figures, shown),
            Column(heading=_("State"), shown=_instead(shown, words.day_state)),
            Column(heading=_("Signed at"), style="cb moment"),
            *(Column(heading=heading, style="cb number") for heading in counted),
        ),
        rows=(
            (
                row.day,
                row.region.code,
                row.branch.code,
                row.staff.code,
                row.state,
                row.signed_at,
                row.counts.main_only,
                row.counts.plus_one,
                row.counts.plus_two,
                row.counts.no_main,
                row.counts.presented,
                row.counts.taken,
            )
            for row in figures.days
        ),
        freeze="E2",
    )


def _add_sales(book: Workbook, figures: Figures, shown: Shown) -> None:
    places, product = figures.asked.places, beside(shown, figures.products)
    table_sheet(
        book,
        title=_("Sold and kept"),
        name="SoldAndKept",
        columns=(
            Column(heading=_("Sold on"), style="cb day"),
            Column(heading=_("Region"), shown=beside(shown, (place.region for place in places))),
            Column(heading=_("Branch"), shown=beside(shown, (place.named for place in places))),
            Column(heading=_("Main"), shown=product),
            Column(heading=_("Product"), shown=product),
            Column(heading=_("Code"), shown=_capitals),
            Column(heading=_("Cancel by"), style="cb day"),
            Column(heading=_("Check day"), style="cb day"),
            Column(heading=_("What became of it"), shown=_instead(shown, words.kept_state)),
            Column(heading=_("As of"), style="cb day"),
        ),
        rows=(
            (
                row.day,
                row.region.code,
                row.branch.code,
                row.main.code,
                row.product.code,
                row.code,
                row.cancel_by,
                row.check_day,
                row.state,
                row.as_of,
            )
            for row in figures.sales
        ),
        freeze="D2",
    )


def _capitals(code: str) -> tuple[str, int]:
    """They take more room than other signs."""
    return "@", wide(code) + 3


def _counted() -> Iterable[Column]:
    for heading, style in zip(words.count_headings(), COUNT_STYLES, strict=True):
        yield Column(heading=heading, style=f"cb {style}")


def _pair_columns(figures: Figures, shown: Shown) -> tuple[Column, ...]:
    product = beside(shown, figures.products)
    return (
        Column(heading=_("Main"), shown=product),
        Column(heading=_("Cross"), shown=product),
        Column(heading=_("Rating"), shown=_instead(shown, words.rating)),
    )


def _add_pairings(book: Workbook, figures: Figures, shown: Shown) -> None:
    table_sheet(
        book,
        title=_("Pairings"),
        name="Pairings",
        columns=(
            *_pair_columns(figures, shown),
            *answer_columns(),
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


def _add_partners(book: Workbook, figures: Figures, shown: Shown) -> None:
    table_sheet(
        book,
        title=_("Partners"),
        name="Partners",
        columns=partner_columns(figures.partners, shown),
        rows=(partner_values(row) for row in figures.partners),
        freeze="C2",
    )
