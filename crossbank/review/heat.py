"""Figures -> the table of conversions: main products down, cross products across."""

from dataclasses import dataclass

from crossbank.review.charts import SMALL_N
from crossbank.review.results import Figures, PairRow
from crossbank.review.terms import Named
from crossbank.web.templatetags.house import share

LEVELS = 8


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One pair; without it nothing was presented. `level`: 0 to LEVELS - 1, the shade."""

    figure: str = ""
    text: str = ""
    share: float | None = None
    n: int = 0
    level: int = 0
    is_small: bool = False


@dataclass(frozen=True, kw_only=True)
class Heat:
    crosses: tuple[Named, ...]
    rows: tuple[tuple[Named, tuple[Cell, ...]], ...]


def heat(figures: Figures) -> Heat:
    """This will lay out every pair that was presented, by codes."""
    pairs = {(row.main, row.cross): row for row in figures.pairings}
    mains = sorted({main for main, _ in pairs}, key=lambda one: one.code)
    crosses = sorted({cross for _, cross in pairs}, key=lambda one: one.code)
    return Heat(
        crosses=tuple(crosses),
        rows=tuple(
            (main, tuple(_cell(pairs.get((main, cross))) for cross in crosses)) for main in mains
        ),
    )


def _cell(row: PairRow | None) -> Cell:
    if row is None or row.acceptance is None:
        return Cell()
    return Cell(
        figure=f"pair:{row.main.code}:{row.cross.code}",
        text=share(row.acceptance),
        share=row.acceptance,
        n=row.presented,
        level=min(int(row.acceptance * LEVELS), LEVELS - 1),
        is_small=row.presented < SMALL_N,
    )
