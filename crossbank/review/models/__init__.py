"""Rollups of what the desk recorded, exports on their way, views that people keep, goals of teams."""

from crossbank.review.models.exports import Export
from crossbank.review.models.goals import Goal
from crossbank.review.models.mails import WeeklyMail
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
from crossbank.review.models.views import SavedView

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
    "SavedView",
    "StaffDay",
    "WeeklyMail",
]
