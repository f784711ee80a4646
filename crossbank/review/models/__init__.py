"""Rollups of what the desk recorded, and exports on their way into a file."""

from crossbank.review.models.exports import Export
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
    "MainCurve",
    "MainDay",
    "PairDay",
    "StaffDay",
]
