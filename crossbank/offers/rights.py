"""Rights: given with a consultation, found by code or customer number, used once, given back."""

import secrets
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime

from django.db import IntegrityError, transaction

from crossbank.engine import right_codes
from crossbank.engine.eligibility import local_day, right_until
from crossbank.engine.terms import OfferTerms
from crossbank.offers.models import Grant
from crossbank.org.models import Branch

_ATTEMPTS = 3  # to draw codes that nobody has, before the database's refusal is believed


class NotUsable(Exception):
    """This right cannot be used; `why`: used, ended or withdrawn. Where it was used is not told."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def issue(
    releases: Mapping[int, OfferTerms], *, branch: Branch, customer_ref: str, at: datetime
) -> list[Grant]:
    """This will give the rights to these releases (row id -> terms) that begin now in this branch.

    Shape: in the order of the releases. They are rows of the caller's transaction.
    """
    return insert(
        [
            Grant(
                release_id=release,
                customer_ref=customer_ref,
                branch=branch,
                issued_on=local_day(at, branch.zone),
                issued_at=at,
                until=right_until(terms, at=at, zone=branch.zone),
            )
            for release, terms in releases.items()
        ]
    )


def insert(grants: list[Grant]) -> list[Grant]:
    """This will give new rights their codes and keep them, or none; a code that is taken is drawn again."""
    for _attempt in range(_ATTEMPTS):
        with suppress(IntegrityError), transaction.atomic():
            return _insert(grants)
    return _insert(grants)


def _insert(grants: list[Grant]) -> list[Grant]:
    for grant in grants:
        grant.code = new_code()
    return Grant.objects.bulk_create(grants)


def new_code() -> str:
    """About 40 bits that nobody guesses: codes are only looked up by people who signed in."""
    return right_codes.code_of(
        [secrets.randbelow(len(right_codes.SIGNS)) for _ in range(right_codes.LENGTH)]
    )


def use(grant: Grant, *, at: datetime) -> None:
    """This will use a right up by one conditional update. Raises NotUsable; of two at once one wins."""
    if Grant.objects.open(at).filter(pk=grant.pk).update(used_at=at):
        return
    grant.refresh_from_db()
    raise NotUsable(standing(grant, at=at))


def standing(grant: Grant, *, at: datetime) -> str:
    """open, used, withdrawn or ended."""
    if grant.used_at:
        return "used"
    if grant.withdrawn_at:
        return "withdrawn"
    return "open" if at < grant.until else "ended"


def give_back(grants: Iterable[int]) -> None:
    """This will open rights again whose use did not stand; their end stays where it was."""
    Grant.objects.filter(pk__in=list(grants)).update(used_at=None)


def withdraw(grants: Iterable[int], *, at: datetime) -> int:
    """This will take back rights that nobody used yet; how many. Used ones stay used."""
    rows = Grant.objects.filter(pk__in=list(grants), used_at=None, withdrawn_at=None)
    return rows.update(withdrawn_at=at)


def belong_to(reference: str, grants: Iterable[int]) -> None:
    """This will let rights be found by this customer's number; `reference`: its hash."""
    Grant.objects.filter(pk__in=list(grants)).update(customer_ref=reference)


def bring_back(grants: Iterable[int]) -> None:
    """This will undo `withdraw`."""
    Grant.objects.filter(pk__in=list(grants), used_at=None).update(withdrawn_at=None)
