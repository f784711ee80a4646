"""Sellers of the sample bank who check themselves, and a manager who writes to one of them."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from crossbank.org.models import User
from crossbank.training import coaching, services
from crossbank.training.models import BarrierCheck, CoachingNote, MixCount

MARCH = datetime(2026, 3, 18, 11, 0, tzinfo=UTC)
APRIL = datetime(2026, 4, 15, 11, 0, tzinfo=UTC)
TEXT = "With the family you asked first. Try it with the next student, too."


def month_before(at: datetime) -> datetime:
    """A moment in the middle of the month before, whatever day it is anywhere."""
    return (at.replace(day=1) - timedelta(days=14)).replace(hour=11)


@pytest.fixture
def last_month() -> datetime:
    return month_before(timezone.now())


@pytest.fixture
def sellers(bank):
    """code of a branch -> its sellers, by name."""

    def of(branch: str, n: int | None = None) -> list[User]:
        rows = User.objects.select_related("branch__region").filter(
            role="seller", branch__code=branch
        )
        return list(rows.order_by("username")[:n])

    return of


@pytest.fixture
def checked(sellers):
    """This will let the first n sellers of a branch mark something."""

    def mark(branch: str, n: int, *marks: str, at: datetime = MARCH) -> None:
        for seller in sellers(branch, n):
            services.answer(marks=marks, at=at, by=seller)

    return mark


@pytest.fixture
def counted(db):
    """(branch, barrier) -> people of a month; zeros left out."""

    def read(month: str = "2026-03") -> dict[tuple[str, str], int]:
        rows = MixCount.objects.filter(month=month, n__gt=0).select_related("branch")
        return {(row.branch.code, row.barrier): row.n for row in rows}

    return read


@pytest.fixture
def write(person):
    """This will write a note as somebody."""

    def written(by: str = "manager", to: str = "seller", *, at=MARCH, **fields) -> CoachingNote:
        data = {"uuid": uuid4(), "text": TEXT, **fields}
        return coaching.write_note(**data, to=person(to), at=at, by=person(by))

    return written


def marks_of(username: str) -> list[list[str]]:
    rows = BarrierCheck.objects.filter(employee__username=username).order_by("on")
    return list(rows.values_list("marks", flat=True))
