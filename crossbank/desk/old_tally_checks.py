"""What stands against rows of old tallies: codes that nothing has, days that have records here."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils.translation import gettext as _

from crossbank.catalog.models import Product
from crossbank.desk.models import DaySheet, LateEntry
from crossbank.desk.old_tally_rows import OldRow
from crossbank.matrix.models import Edition
from crossbank.org.access import FRONT
from crossbank.org.models import Branch, User
from crossbank.web.workbook_lists import Trouble, unknown_code
from crossbank.web.workbooks import Refused

_MIDDAY = time(12)  # which hour it was, nobody wrote down

Day = tuple[int, date]  # (employee's row id, day)


@dataclass(frozen=True, kw_only=True)
class Known:
    """What the rows of a file may point at, each by its code, and days that are recorded already.

    `editions`: (start, number, row id), by number.
    """

    people: dict[str, User]
    branches: dict[str, Branch]
    mains: dict[str, Product]
    editions: tuple[tuple[datetime, int, int], ...]
    recorded: frozenset[Day]

    def edition_at(self, moment: datetime) -> int:
        """The edition in force then; before the first one, the first."""
        started = [pk for start, _number, pk in self.editions if start <= moment]
        return started[-1] if started else min(self.editions)[2]

    def told(self, row: OldRow) -> str:
        """What a row would copy and point at: other facts, another plan."""
        person, branch, main = (
            self.people[row.employee], self.branches[row.branch], self.mains[row.main]
        )  # fmt: skip
        edition = self.edition_at(noon(row.day, branch))
        return f"{person.pk} {branch.pk} {branch.time_zone} {main.pk} {main.name} {edition}"


def noon(day: date, branch: Branch) -> datetime:
    return datetime.combine(day, _MIDDAY, tzinfo=branch.zone)


def known(rows: Sequence[OldRow]) -> Known:
    """This will read what rows may point at, in a fixed number of queries. Raises Refused."""
    editions = Edition.objects.order_by("number").values_list("effective_from", "number", "pk")
    if not editions:
        raise Refused(_("Publish the matrix first: every customer points at an edition of it."))
    mains = Product.objects.filter(is_main=True).order_by("code")
    days = [row.day for row in rows] or [date.min]
    period = {"business_date__gte": min(days), "business_date__lte": max(days)}
    keys = ("employee_id", "business_date")
    sheets = DaySheet.objects.filter(**period).values_list(*keys)
    late = LateEntry.objects.waiting().filter(**period).values_list(*keys)
    return Known(
        people={user.username: user for user in User.objects.filter(role__in=FRONT)},
        branches={branch.code: branch for branch in Branch.objects.order_by("code")},
        mains={product.code: product for product in mains},
        editions=tuple(editions),
        recorded=frozenset((*sheets, *late)),
    )


def check(rows: Sequence[OldRow], found: Known, *, at: datetime) -> list[Trouble]:
    """This will say of every row what stands against it, by the cell to mend; of cells that could
    not be read, nothing more."""
    return [
        Trouble(where=row.line.where(key), words=words)
        for row, others in _with_earlier(rows)
        for key, words in _against(row, others, found, at=at)
        if key not in row.unread
    ]


def _with_earlier(rows: Sequence[OldRow]) -> Iterator[tuple[OldRow, list[OldRow]]]:
    """Each row beside the earlier ones of the same person and day."""
    days: dict[tuple[str, date], list[OldRow]] = {}
    for row in rows:
        if row.unread & {"employee", "branch", "day", "main"}:
            yield row, []
            continue
        earlier = days.setdefault((row.employee, row.day), [])
        yield row, list(earlier)
        earlier.append(row)


def _against(
    row: OldRow, earlier: Sequence[OldRow], found: Known, *, at: datetime
) -> Iterator[tuple[str, str]]:
    """Column of the cell and what to say of it."""
    person = found.people.get(row.employee)
    branch = found.branches.get(row.branch)
    if person is None:
        yield "employee", unknown_code(row.employee, found.people, what=_("seller or manager"))
    elif (person.pk, row.day) in found.recorded:
        words = _("%(person)s has records of this day here already.")
        yield "day", words % {"person": row.employee}
    if branch is None:
        yield "branch", unknown_code(row.branch, found.branches, what=_("branch"))
    elif row.day >= branch.local_day(at):
        yield "day", _("Only days before today are taken over.")
    if row.main not in found.mains:
        yield "main", unknown_code(row.main, found.mains, what=_("main product"))
    yield from _against_earlier(row, earlier)


def _against_earlier(row: OldRow, earlier: Sequence[OldRow]) -> Iterator[tuple[str, str]]:
    """A day has one sheet, of one branch; the first of the earlier rows that differs is named."""
    elsewhere = next((other for other in earlier if other.branch != row.branch), None)
    same = next((other for other in earlier if other.main == row.main), None)
    if elsewhere:
        words = _("Row %(row)d has this person’s day in another branch.")
        yield "branch", words % {"row": elsewhere.line.row}
    elif same:
        words = _("The same person, day and main product stand in row %(row)d.")
        yield "main", words % {"row": same.line.row}
