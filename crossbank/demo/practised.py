"""Invented practice: who checked himself and when, a walker's days, and notes of his manager.

Six of B01 answered in the month before, so that its manager sees the mix of his branch; three of
B02, so that his colleague there sees nothing at all.
"""

from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import transaction

from crossbank.org.models import Branch, User
from crossbank.training import coaching, practising, services

_WALKER, _MANAGER = "seller", "manager"
_DAY = timedelta(days=1)
# who -> what he marked, in the month before
_MARKS = {
    "seller": ("imposing", "refusal", "method"),
    "anna.d": ("objections", "imposing"),
    "jonas.k": ("offering", "refusal", "imposing"),
    "tobias.r": ("knowledge", "effort"),
    "felix.m": ("offering", "knowledge", "method", "refusal"),
    "clara.f": ("imposing", "whim"),
    "seller2": ("objections",),
    "somchai.k": ("effort", "whim"),
    "pim.s": ("offering", "refusal"),
}
# days before today -> what the walker marked before and after it: it becomes less
_COURSE = {75: ("offering", "imposing", "refusal", "method"), 4: ("refusal", "method")}
_PRACTISED = (1, 2, 3, 6, 7, 9, 10, 14, 16, 17, 21, 23)  # days ago
# days ago, the note, what it is about, his answer a day later
_NOTES = (
    (
        9,
        (
            "Yesterday with the family you asked what the account was for, and the rest followed by "
            "itself. With the student before, the card came first, and he objected. Try the question "
            "first each time for a day; I gladly sit beside you on Tuesday."
        ),
        {"barrier": "objections"},  # in general: she marked others
        "I did it first today, and it was easier: I only named what he had told me. Tuesday is good.",
    ),
    (
        1,
        (
            "The salary account and the savings goal: have a look at the line to say before you open "
            "the desk. What would you change in it? You know better how people here speak."
        ),
        {"main": "ACC-SAL", "cross": "SAV-GOL"},
        "",
    ),
)


@transaction.atomic
def play(*, today: date) -> dict[str, int]:
    """This will write checks, days of practice and notes, in the order in which they came; once."""
    people = {user.username: user for user in User.objects.select_related("branch__region")}
    checks = sorted((day, who, marks) for who in _MARKS for day, marks in _checks(who, today))
    for day, who, marks in checks:
        user = people[who]
        services.answer(marks=marks, at=_morning(day, user.branch), by=user)
    return {
        "self-checks": len(checks),
        "days of practice": _practise(people[_WALKER], today),
        "coaching notes": _write(people[_MANAGER], people[_WALKER], today),
    }


def _checks(who: str, today: date) -> list[tuple[date, tuple[str, ...]]]:
    """In the middle of the month before, each on a day of his own; the walker's course beside it."""
    last_month = today.replace(day=1) - _DAY
    found = {last_month.replace(day=8 + list(_MARKS).index(who)): _MARKS[who]}
    if who == _WALKER:
        found = {today - ago * _DAY: marks for ago, marks in _COURSE.items()} | found
    return list(found.items())


def _morning(day: date, branch: Branch) -> datetime:
    return datetime.combine(day, time(9, 5), tzinfo=branch.zone)


def _practise(walker: User, today: date) -> int:
    for ago in _PRACTISED:
        at = _morning(today - ago * _DAY, walker.branch)
        pair = practising.drill(at=at, by=walker).pair
        services.practise(main=pair.main, cross=pair.cross, at=at, by=walker)
    return len(_PRACTISED)


def _write(manager: User, walker: User, today: date) -> int:
    for number, (ago, text, about, answer) in enumerate(_NOTES, start=1):
        at = _morning(today - ago * _DAY, manager.branch)
        note = coaching.write_note(
            uuid=UUID(int=number), to=walker, text=text, **about, at=at, by=manager
        )
        if answer:
            coaching.reply(note=note, uuid=UUID(int=number), text=answer, at=at + _DAY, by=walker)
    return len(_NOTES)
