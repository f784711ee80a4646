"""Who stands at the desks of the demo: the sample bank's sellers, and made-up ones in bulk."""

from random import Random

from django.contrib.auth.hashers import make_password

from crossbank.demo import bank
from crossbank.demo.world import Clerk
from crossbank.org.models import Branch, Role, User

PREFIX = "sim-"
_HABITS = {"steady": 7, "eager": 3, "quiet": 4, "free_only": 2, "careful": 3, "starter": 1}


def of_the_bank() -> list[Clerk]:
    """The sample bank's sellers with their habits, in the order of the data file."""
    habits = bank.habits()
    people = User.objects.filter(username__in=habits, role=Role.SELLER).select_related("branch")
    by_name = {user.username: _clerk(user, habit=habits[user.username]) for user in people}
    return [by_name[name] for name in habits if name in by_name]


def made_up(n: int, *, per_day: float, seed: int) -> list[Clerk]:
    """This will give `sim-0001` to n, adding those that are missing; they cannot sign in."""
    names = [f"{PREFIX}{number:04}" for number in range(1, n + 1)]
    known = set(User.objects.filter(username__startswith=PREFIX).values_list("username", flat=True))
    branches = list(Branch.objects.order_by("code"))
    User.objects.bulk_create(
        User(
            username=name,
            first_name="Sim",
            last_name=name.removeprefix(PREFIX),
            role=Role.SELLER,
            branch=branches[place % len(branches)],
            password=make_password(None),
        )
        for place, name in enumerate(names)
        if name not in known
    )
    people = User.objects.filter(username__startswith=PREFIX).select_related("branch")
    by_name = {user.username: user for user in people}
    return [_clerk(by_name[name], habit=_habit(name, seed), pace=per_day) for name in names]


def _habit(name: str, seed: int) -> str:
    dice = Random(f"{seed}:{name}")  # noqa: S311 - invented life
    return dice.choices(list(_HABITS), weights=list(_HABITS.values()))[0]


def _clerk(user: User, *, habit: str, pace: float | None = None) -> Clerk:
    return Clerk(user=user, branch=user.branch, zone=user.branch.zone, habit=habit, pace=pace)
