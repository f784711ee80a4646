"""Periods that move along with the calendar."""

from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from crossbank.review.terms import ONE_DAY

# the first that fits is what a period is taken for
LAST_28, WEEK, LAST_7, MONTH, LAST_MONTH = "days28", "week", "days7", "month", "last_month"
LABELS: dict[str, Any] = {
    LAST_28: _("Last 28 days"),
    WEEK: _("This week"),
    LAST_7: _("Last 7 days"),
    MONTH: _("This month"),
    LAST_MONTH: _("Last month"),
}


def days(kind: str, today: date) -> tuple[date, date]:
    """First and last day of a period, inclusive."""
    month = today.replace(day=1)
    return {
        LAST_28: (today - timedelta(days=27), today),
        WEEK: (today - timedelta(days=today.weekday()), today),
        LAST_7: (today - timedelta(days=6), today),
        MONTH: (month, today),
        LAST_MONTH: ((month - ONE_DAY).replace(day=1), month - ONE_DAY),
    }[kind]


def kind_of(since: date, last: date, today: date) -> str:
    """Which of them these two days are; empty: none."""
    return next((kind for kind in LABELS if days(kind, today) == (since, last)), "")
