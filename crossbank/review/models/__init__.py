"""Rollups of what the desk recorded, exports on their way into a file, and goals of teams."""

from crossbank.review.models.exports import Export
from crossbank.review.models.goals import Goal
from crossbank.review.models.rollups import (
    BranchCurve,
    BranchDay,
    BranchMainDay,
    BranchPairDay,
    CountedDay,
    DayTogether,
    MainCurve,
    MainDay,
    PairDay,
    StaffDay,
)

__all__ = [
    "BranchCurve",
    "BranchDay",
    "BranchMainDay",
    "BranchPairDay",
    "CountedDay",
    "DayTogether",
    "Export",
    "Goal",
    "MainCurve",
    "MainDay",
    "PairDay",
    "StaffDay",
]
