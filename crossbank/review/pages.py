"""Figures as the page prints them: every line, label and address worked out beforehand.

`figure` names a number (`branch:B01:total`), so that a test can hold each against the workbook.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import parse_qsl

from django.utils.translation import gettext as _

from crossbank.engine.tally import Counts
from crossbank.review import charts, measures, words
from crossbank.review.forms import query, quick_periods
from crossbank.review.links import Links
from crossbank.review.results import Figures, Group, MissedRow, PairRow, Span
from crossbank.review.terms import Filter, Named
from crossbank.web.templatetags.house import share

TOP = 15  # pairs on the page; all of them stand in the workbook
_MOST_DAYS = 31  # side by side; a longer period is drawn by weeks


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
        "here": query(asked),
        "export": query(asked, export="xlsx"),
        "export_fields": parse_qsl(query(asked, export="xlsx")),
        "more_sheets": words.more_sheets(with_kept=figures.kept is not None),
        "raw": query(asked, export="raw"),
        "links": Links(asked=asked),
        "numbers": measures.tally(figures),
        "more_numbers": measures.served(figures),
        "kept_numbers": measures.kept(figures) if figures.kept and figures.kept.sold else (),
        "groups": tuple(_groups(figures)),
        "weeks": _weeks(figures),
        "hours": charts.strip(figures.hours),
        "funnel": tuple(_funnel(figures)),
        "course": _course(figures),
        "missed": tuple(_missed(row) for row in figures.missed[:TOP]),
        "pairings": tuple(_pairing(row) for row in figures.pairings[:TOP]),
        "declined": tuple((code, words.reason(code), n) for code, n in figures.reasons),
        "nothing_offered": tuple(
            (code, words.nothing_offered(code), n) for code, n in figures.nothing_offered
        ),
        "definitions": words.definitions(with_kept=figures.kept is not None),
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


def _groups(figures: Figures) -> Iterable[Groups]:
    asked = figures.asked
    if asked.by_person:
        yield _block("staff", _("By employee"), _("Employee"), figures.by_staff, asked)
        yield _mains(figures)
        return
    if len(figures.by_region) > 1:
        yield _block("region", _("By region"), _("Region"), figures.by_region, asked)
    yield _block("branch", _("By branch"), _("Branch"), figures.by_branch, asked)
    yield _mains(figures)


def _mains(figures: Figures) -> Groups:
    return _block("main", _("By main product"), _("Main product"), figures.by_main, figures.asked)


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


def table(figures: Figures, of: str) -> dict[str, Any] | None:
    """This will give one chart's numbers as lines; None where the page has no such chart."""
    blocks = {block.slug: (block.title, block.heading, block.lines) for block in _groups(figures)}
    course, weeks = _course(figures), _weeks(figures)
    blocks["course"] = (course.title, course.heading, course.lines)
    blocks["weeks"] = (weeks.title, weeks.heading, weeks.lines)
    if of not in blocks:
        return None
    title, heading, lines = blocks[of]
    return {"title": title, "heading": heading, "lines": lines, "of": of}


def _weeks(figures: Figures) -> Course:
    """Eight weeks up to the last day, whatever the period."""
    return Course(
        title=_("Eight weeks"),
        heading=_("Week"),
        columns=charts.columns(figures.trend),
        trend=charts.trend(figures.trend),
        lines=tuple(_span_line(span, figures.asked) for span in figures.trend),
    )


@dataclass(frozen=True, kw_only=True)
class Stage:
    """A step of the way from meeting a customer to his yes. `rate`: of those of the step before."""

    figure: str
    label: str
    n: int
    rate: str
    width: str


def _funnel(figures: Figures) -> Iterable[Stage]:
    numbers, before = figures.numbers, None
    for figure, label in (
        ("live", _("Met at the desk")),
        ("offered", _("Heard of a cross product")),
        ("took", _("Took one")),
    ):
        n = getattr(numbers, figure)
        yield Stage(
            figure=figure,
            label=label,
            n=n,
            rate="" if before is None else share(n / before if before else None),
            width=charts.percent(100 * n / numbers.live if numbers.live else 0),
        )
        before = n


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
