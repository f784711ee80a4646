"""Three questions after a conversation: a ticket to answer once, an answer that is only counted.

Nothing here takes a person: who served the customer is not known, so it cannot be kept.
"""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction

from crossbank.conduct.references import reference_hash
from crossbank.org.models import Branch
from crossbank.voice import counts
from crossbank.voice.models import Ticket

LASTS = timedelta(minutes=15)
KEPT = timedelta(days=2)  # so long a conversation is known to have been answered
_TOKEN_BYTES = 32
_NOTHING = {
    "expires_at": None,
    "branch_code": "",
    "main_code": "",
    "presented": [],
}


class NoSuchTicket(Exception):
    """Nobody gave out this token."""


class Answered(Exception):
    """These questions were answered already, by this customer or in his name."""


class TooLate(Exception):
    """The time to answer is over."""


@transaction.atomic
def issue(
    *,
    conversation: str,
    branch: Branch,
    main: str,
    presented: Iterable[str],
    day: date,
    at: datetime,
) -> str:
    """This will give out the token of one conversation; an unanswered one before it ends.

    `conversation`: whatever names it for good; only a keyed hash is kept. Raises Answered.
    """
    forget_old(day=day)
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    now = {
        "token_hash": _hash(token),
        "asked_on": day,
        "expires_at": at + LASTS,
        "branch_code": branch.code,
        "main_code": main,
        "presented": sorted(set(presented)),
    }
    ticket, is_new = Ticket.objects.select_for_update().get_or_create(
        about=reference_hash(f"conversation {conversation}"), defaults=now
    )
    if ticket.is_used:
        raise Answered
    if not is_new:
        Ticket.objects.filter(pk=ticket.pk).update(**now)
    return token


def check(*, token: str, at: datetime) -> Ticket:
    """This will find a ticket that may be answered. Raises NoSuchTicket, Answered, TooLate."""
    ticket = Ticket.objects.filter(token_hash=_hash(token)).first()
    if ticket is None:
        raise NoSuchTicket
    if ticket.is_used:
        raise Answered
    if ticket.expires_at <= at:
        raise TooLate
    return ticket


@transaction.atomic
def answer(*, token: str, useful: str, felt_pushed: str, next_need: str, at: datetime) -> None:
    """This will count one answer and make its ticket forget what it was about, or do nothing.

    Empty values: the customer would rather not say. Raises NoSuchTicket, Answered, TooLate.
    """
    ticket = check(token=token, at=at)
    spent = Ticket.objects.filter(pk=ticket.pk, token_hash=ticket.token_hash, is_used=False)
    if not spent.update(is_used=True, **_NOTHING):  # somebody was faster
        raise Answered
    counts.add(
        branch=ticket.branch_code,
        products={ticket.main_code, *ticket.presented},
        useful=useful,
        felt_pushed=felt_pushed,
        next_need=next_need,
        at=at,
    )


def forget_old(*, day: date) -> int:
    """This will delete the tickets of days that are over everywhere, and say how many."""
    gone, _by_model = Ticket.objects.filter(asked_on__lt=day - KEPT).delete()
    return gone


def _hash(token: str) -> str:
    """A token has 256 random bits: nobody finds it from a plain hash."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
