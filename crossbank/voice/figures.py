"""What answers add up to, in the twelve months that are over: while one runs, a figure that is read
before and after one customer would tell what he said. Fewer than five say nothing here, and a
product's share needs twenty."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Max, Q, Sum

from crossbank.catalog.models import Need
from crossbank.org.models import Branch
from crossbank.voice.counts import bank_day
from crossbank.voice.models import AnswerCount, Felt, Useful

FEWEST = 5
FEWEST_ON_A_CARD = 20
_ASKED = AnswerCount.Question


@dataclass(frozen=True, kw_only=True)
class Share:
    """`yes` of `n` who answered; `month`: first day of the month of the newest of them."""

    n: int
    yes: int
    month: date

    @property
    def value(self) -> float:
        return self.yes / self.n


@dataclass(frozen=True, kw_only=True)
class Pushed:
    """One branch in one month: how many answered, how many of them felt pushed."""

    month: date
    branch: str
    name: str
    n: int
    yes: int

    @property
    def share(self) -> float:
        return self.yes / self.n


@dataclass(frozen=True, kw_only=True)
class Wish:
    name: str
    n: int


def _first(month: str) -> date:
    return date.fromisoformat(f"{month}-01")


def useful_share(code: str, *, at: datetime) -> Share | None:
    """This will tell how many found a conversation with this product useful, in one query.

    None under twenty answers.
    """
    given = AnswerCount.objects.past_year(bank_day(at)).filter(n__gt=0)
    found = given.filter(question=_ASKED.USEFUL, about=code).aggregate(
        all=Sum("n", default=0),
        yes=Sum("n", filter=Q(said=Useful.YES), default=0),
        month=Max("month"),
    )
    if found["all"] < FEWEST_ON_A_CARD:
        return None
    return Share(n=found["all"], yes=found["yes"], month=_first(found["month"]))


def pushed(at: datetime) -> tuple[Pushed, ...]:
    """This will count by month and branch who felt pushed, the newest month first.

    Cells of fewer than five are left out, and there is no total from which they could be told.
    """
    cells = (
        AnswerCount.objects.past_year(bank_day(at))
        .filter(question=_ASKED.FELT_PUSHED)
        .values("month", "about")
        .annotate(all=Sum("n"), yes=Sum("n", filter=Q(said=Felt.YES), default=0))
        .filter(all__gte=FEWEST)
        .order_by("-month", "about")
    )
    names = dict(Branch.objects.values_list("code", "name"))
    return tuple(
        Pushed(
            month=_first(cell["month"]),
            branch=cell["about"],
            name=names.get(cell["about"], ""),
            n=cell["all"],
            yes=cell["yes"],
        )
        for cell in cells
    )


def wishes(at: datetime) -> tuple[Wish, ...]:
    """This will count what customers of the whole bank plan next, the most wished first."""
    counts = (
        AnswerCount.objects.past_year(bank_day(at))
        .filter(question=_ASKED.NEXT_NEED)
        .values("said")
        .annotate(all=Sum("n"))
        .filter(all__gte=FEWEST)
        .order_by("-all", "said")
    )
    names = dict(Need.objects.values_list("code", "name"))
    return tuple(Wish(name=names.get(row["said"], row["said"]), n=row["all"]) for row in counts)
