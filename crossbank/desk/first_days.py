"""The two-day start: a new employee's first two sheets are the exercise of the paper sheet."""

from dataclasses import dataclass
from datetime import date

from crossbank.desk.models import DaySheet
from crossbank.desk.sheet_states import sheet_counts
from crossbank.engine.tally import Counts
from crossbank.org.models import User

_DAYS = 2  # "tomorrow and the day after": the change shows on the second


@dataclass(frozen=True, kw_only=True)
class FirstDays:
    """`number`: 1 or 2. On the second evening both days stand side by side."""

    number: int
    first_on: date
    first: Counts
    second_on: date
    second: Counts

    @property
    def columns(self) -> list[tuple[str, int, int, int]]:
        """(name of the figure, first day, second day, difference), in the order of the sheet."""
        names = ("main_only", "plus_one", "plus_two", "presented")
        pairs = [(n, getattr(self.first, n), getattr(self.second, n)) for n in names]
        return [(name, one, two, two - one) for name, one, two in pairs]


def first_days(employee: User, on: date) -> FirstDays | None:
    """The exercise of that day, in one query; None once two days are behind him."""
    sheets = list(
        DaySheet.objects.filter(employee=employee, business_date__lte=on).order_by("business_date")[
            : _DAYS + 1
        ]
    )
    days = {sheet.business_date: sheet_counts(sheet) for sheet in sheets}
    days.setdefault(on, Counts())
    if len(days) > _DAYS:
        return None
    (first_on, first), (second_on, second) = (*days.items(), (on, days[on]))[:_DAYS]
    return FirstDays(
        number=len(days), first_on=first_on, first=first, second_on=second_on, second=second
    )
