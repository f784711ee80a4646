"""The first numbers of a period with what they were before: one list for page and workbook."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from crossbank.review import words
from crossbank.review.numbers import Tally
from crossbank.review.results import Figures
from crossbank.web.templatetags.house import decimals, share


@dataclass(frozen=True, kw_only=True)
class Measure:
    """`figure` names it in addresses and tests. `kind`: number, rate, depth or seconds.

    Units: `value` and `before` are numbers, shares between 0 and 1, or None where nothing can be
    said; `of` is what a share is a share of.
    """

    figure: str
    label: str
    kind: str
    value: float | None
    before: float | None = None
    of: int | None = None
    has_before: bool = True

    @property
    def text(self) -> str:
        return _in_words(self.kind, self.value)

    @property
    def before_text(self) -> str:
        return _in_words(self.kind, self.before) if self.has_before else ""

    @property
    def change(self) -> float | None:
        known = self.has_before and None not in (self.value, self.before)
        return self.value - self.before if known else None


def _in_words(kind: str, value: float | None) -> str:
    if kind == "number":
        return str(value)
    if kind == "rate":
        return share(value)
    return decimals(value, 3 if kind == "depth" else 1)


def tally(figures: Figures) -> tuple[Measure, ...]:
    """The three columns and what they come to."""
    return (
        _measure(figures, "total", _("Total"), lambda n: n.counts.total),
        _measure(figures, "main_only", _("Main only"), lambda n: n.main_only),
        _measure(figures, "plus_one", _("Main + 1"), lambda n: n.plus_one),
        _measure(figures, "plus_two", _("Main + 2"), lambda n: n.plus_two),
        _measure(figures, "cross_rate", _("Cross rate"), lambda n: n.counts.cross_rate, "rate"),
        _measure(figures, "depth", _("Depth"), lambda n: n.counts.depth, "depth"),
        _measure(figures, "no_main", _("No main"), lambda n: n.no_main),
    )


def served(figures: Figures) -> tuple[Measure, ...]:
    """How customers were served: were they told, and what did they say."""
    now = figures.numbers
    return (
        _measure(figures, "live", str(words.LIVE), lambda n: n.live),
        _measure(figures, "offered", _("Something presented"), lambda n: n.offered),
        _measure(figures, "coverage", _("Coverage"), lambda n: n.coverage, "rate", now.live),
        _measure(figures, "presented", _("Products presented"), lambda n: n.presented),
        _measure(figures, "taken", _("Products accepted"), lambda n: n.taken),
        _measure(
            figures, "acceptance", _("Acceptance"), lambda n: n.acceptance, "rate", now.presented
        ),
        _measure(figures, "with_offer", str(words.WITH_OFFER), lambda n: n.with_offer),
        _measure(figures, "roomy", str(words.ROOMY), lambda n: n.roomy),
        _measure(
            figures, "three_rate", str(words.THREE_RATE), lambda n: n.three_rate, "rate", now.roomy
        ),
        _measure(
            figures,
            "silent_rate",
            str(words.SILENT_RATE),
            lambda n: n.silent_rate,
            "rate",
            now.roomy,
        ),
        Measure(
            figure="median_seconds",
            label=str(words.MEDIAN_SECONDS),
            kind="seconds",
            value=figures.median_seconds,
            of=figures.timed,
            has_before=False,
        ),
        Measure(
            figure="unsigned",
            label=str(words.UNSIGNED),
            kind="number",
            value=figures.unsigned,
            has_before=False,
        ),
        *kept(figures),
    )


def kept(figures: Figures) -> tuple[Measure, ...]:
    """What became of what was sold 90 days before, for those who use it."""
    now, before = figures.kept, figures.kept_before
    if now is None or before is None:
        return ()
    return (
        Measure(
            figure="known",
            label=str(words.KNOWN),
            kind="rate",
            value=now.known_share,
            before=before.known_share,
            of=now.sold,
        ),
        Measure(
            figure="kept_rate",
            label=str(words.KEPT_RATE),
            kind="rate",
            value=now.kept_rate,
            before=before.kept_rate,
            of=now.known,
        ),
    )


def _measure(
    figures: Figures,
    figure: str,
    label: str,
    value: Callable[[Tally], Any],
    kind: str = "number",
    of: int | None = None,
) -> Measure:
    return Measure(
        figure=figure,
        label=label,
        kind=kind,
        value=value(figures.numbers),
        before=value(figures.before),
        of=of,
    )
