"""Figures as the page prints them: every line, label and address worked out beforehand.

`figure` names a number (`branch:B01:total`), so that a test can hold each against the workbook.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from crossbank.engine.tally import Counts
from crossbank.review import charts, words
from crossbank.review.forms import query, quick_periods
from crossbank.review.terms import Figures, Filter, Group, MissedRow, Named, PairRow, Span
from crossbank.web.templatetags.house import decimals, share

TOP = 15  # pairs on the page; all of them stand in the workbook
_MOST_DAYS = 31  # side by side; a longer period is drawn by weeks


@dataclass(frozen=True, kw_only=True)
class Number:
    """One of the first numbers. `text` is ready to print."""

    figure: str
    label: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Line:
    """A row of counts; `href` leads to the same page, narrowed to it."""

    figure: str
    label: str
    counts: Counts
    href: str = ""


@dataclass(frozen=True, kw_only=True)
class Groups:
    """Bars and their table. Shape: `bars` and `lines` in the same order."""

    slug: str
    title: str
    heading: str
    lines: tuple[Line, ...]
    bars: tuple[charts.Bar, ...]

    @property
    def pairs(self) -> Iterable[tuple[Line, charts.Bar]]:
        return zip(self.lines, self.bars, strict=True)

    @property
    def has_small(self) -> bool:
        return any(bar.is_small and bar.blocks for bar in self.bars)


@dataclass(frozen=True, kw_only=True)
class Course:
    """The period day by day or week by week."""

    title: str
    heading: str
    lines: tuple[Line, ...]
    columns: charts.Columns
    trend: charts.Trend

    @property
    def has_small(self) -> bool:
        return any(point.is_small for point in self.trend.points)


@dataclass(frozen=True, kw_only=True)
class PairLine:
    """A pair with its rating and reason in words. `is_small`: too few to speak of a share."""

    figure: str
    pair: PairRow | MissedRow
    rating: str
    reason: str = ""
    is_small: bool = False


def page(figures: Figures) -> dict[str, Any]:
    """This will give all that the template needs beside the form."""
    asked = figures.asked
    return {
        "figures": figures,
        "place": words.place(asked),
        "period": words.period(asked.since, asked.last),
        "narrowed": [str(one) for one in (asked.staff and asked.staff.name, asked.main) if one],
        "export": query(asked, export="xlsx"),
        "numbers": _first_numbers(figures),
        "more_numbers": _second_numbers(figures),
        "groups": tuple(_groups(figures)),
        "course": _course(figures),
        "missed": tuple(_missed(row) for row in figures.missed[:TOP]),
        "pairings": tuple(_pairing(row) for row in figures.pairings[:TOP]),
        "nothing_offered": tuple(
            (code, words.nothing_offered(code), n) for code, n in figures.nothing_offered
        ),
        "definitions": words.DEFINITIONS,
        "purpose": words.PURPOSE,
        "short_day": words.SHORT_DAY,
    }


def periods(asked: Filter, today: date) -> list[dict[str, Any]]:
    """The periods people ask for most, as links that keep the rest of the filter; and all of it."""
    links = [
        {
            "label": label,
            "query": query(asked, **{"from": since.isoformat(), "until": last.isoformat()}),
            "is_current": (since, last) == (asked.since, asked.last),
        }
        for label, since, last in quick_periods(today)
    ]
    if asked.is_narrowed:
        everything = query(asked, region="", branch="", staff="", main="")
        links.append({"label": _("All places and products"), "query": everything})
    return links


def _first_numbers(figures: Figures) -> tuple[Number, ...]:
    totals = figures.totals
    return (
        Number(figure="total", label=_("Total"), text=str(totals.total)),
        Number(figure="main_only", label=_("Main only"), text=str(totals.main_only)),
        Number(figure="plus_one", label=_("Main + 1"), text=str(totals.plus_one)),
        Number(figure="plus_two", label=_("Main + 2"), text=str(totals.plus_two)),
        Number(figure="cross_rate", label=_("Cross rate"), text=share(totals.cross_rate)),
        Number(figure="depth", label=_("Depth"), text=decimals(totals.depth, 3)),
    )


def _second_numbers(figures: Figures) -> tuple[Number, ...]:
    totals = figures.totals
    return (
        Number(figure="live", label=words.LIVE, text=str(figures.live)),
        Number(figure="offered", label=_("Something presented"), text=str(figures.offered)),
        Number(figure="coverage", label=_("Coverage"), text=share(figures.coverage)),
        Number(figure="presented", label=_("Products presented"), text=str(totals.presented)),
        Number(figure="taken", label=_("Products accepted"), text=str(totals.taken)),
        Number(figure="acceptance", label=_("Acceptance"), text=share(figures.acceptance)),
        Number(figure="no_main", label=_("No main"), text=str(totals.no_main)),
    )


def _groups(figures: Figures) -> Iterable[Groups]:
    asked = figures.asked
    if asked.by_person:
        yield _block("staff", _("By employee"), _("Employee"), figures.by_staff, asked)
        return
    if len(figures.by_region) > 1:
        yield _block("region", _("By region"), _("Region"), figures.by_region, asked)
    yield _block("branch", _("By branch"), _("Branch"), figures.by_branch, asked)


def _block(slug: str, title: str, heading: str, groups: tuple[Group, ...], asked: Filter) -> Groups:
    return Groups(
        slug=slug,
        title=title,
        heading=heading,
        bars=charts.bars(groups),
        lines=tuple(
            Line(
                figure=f"{slug}:{group.key.code}",
                label=_label(slug, group.key),
                counts=group.counts,
                href=query(asked, **{slug: group.key.code}),
            )
            for group in groups
        ),
    )


def _label(slug: str, key: Named) -> str:
    return key.name if slug == "staff" else str(key)


def _course(figures: Figures) -> Course:
    by_day = len(figures.by_day) <= _MOST_DAYS
    spans = figures.by_day if by_day else figures.by_week
    return Course(
        title=_("By day") if by_day else _("By week"),
        heading=_("Day") if by_day else _("Week"),
        columns=charts.columns(spans),
        trend=charts.trend(spans),
        lines=tuple(_span_line(span, figures.asked) for span in spans if span.counts != Counts()),
    )


def _span_line(span: Span, asked: Filter) -> Line:
    since, last = span.since.isoformat(), span.last.isoformat()
    return Line(
        figure=f"span:{since}:{last}",
        label=words.period(span.since, span.last),
        counts=span.counts,
        href=query(asked, **{"from": since, "until": last}),
    )


def _missed(row: MissedRow) -> PairLine:
    return PairLine(
        figure=f"missed:{row.main.code}:{row.cross.code}",
        pair=row,
        rating=words.rating(row.rating),
        reason=words.reason(row.top_reason),
    )


def _pairing(row: PairRow) -> PairLine:
    return PairLine(
        figure=f"pair:{row.main.code}:{row.cross.code}",
        pair=row,
        rating=words.rating(row.rating),
        is_small=row.presented < charts.SMALL_N,
    )
