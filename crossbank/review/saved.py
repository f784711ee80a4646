"""Views that people keep: kept, changed, removed and opened again. A preference, so no trail."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext as _

from crossbank.org.models import User
from crossbank.review import periods, words
from crossbank.review import scope as scopes
from crossbank.review.forms import ReviewFilter, places
from crossbank.review.mail_readers import why_not
from crossbank.review.models import SavedView, WeeklyMail
from crossbank.review.scope import Scope
from crossbank.review.terms import Filter
from crossbank.review.week import last_day

State = WeeklyMail.State


class TooMany(Exception):
    """This person keeps as many as one keeps."""


class NameTaken(Exception):
    """He has one of this name."""


@transaction.atomic
def keep(*, name: str, period: str, asked: Filter, by: User) -> SavedView:
    """This will keep a filter. `period`: one of `periods.LABELS`, or FIXED for its own days.

    Raises: TooMany, NameTaken.
    """
    own = _own(by)
    if own.count() >= SavedView.MOST:
        raise TooMany
    if own.filter(name=name).exists():
        raise NameTaken
    is_fixed = period == SavedView.FIXED
    view = SavedView(
        by=by,
        name=name,
        filter=urlencode(places(asked)),
        period=period,
        first_day=asked.since if is_fixed else None,
        last_day=asked.last if is_fixed else None,
    )
    view.full_clean()
    view.save(force_insert=True)
    return view


@transaction.atomic
def change(
    *, view: SavedView, name: str, opens_first: bool, is_weekly: bool, by: User
) -> SavedView:
    """This will rename a view, and say whether it opens first, which at most one of all of his
    does, and whether it goes out every Monday.

    Raises: NameTaken, SavedView.DoesNotExist.
    """
    own = _own(by)
    view = own.get(pk=view.pk)
    if own.filter(name=name).exclude(pk=view.pk).exists():
        raise NameTaken
    if opens_first:
        own.exclude(pk=view.pk).filter(opens_first=True).update(opens_first=False)
    view.name, view.opens_first, view.is_weekly = name, opens_first, is_weekly
    view.full_clean()
    view.save(update_fields=["name", "opens_first", "is_weekly"])
    return view


def remove(*, view: SavedView, by: User) -> None:
    SavedView.objects.own(by).filter(pk=view.pk).delete()


def _own(by: User) -> Any:
    """One act of a person after the other: how many he keeps is counted before he keeps one more."""
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    return SavedView.objects.own(by)


def days(view: SavedView, today: date) -> tuple[date, date]:
    """First and last day, inclusive, as they are today."""
    if view.period == SavedView.FIXED:
        return view.first_day, view.last_day
    return periods.days(view.period, today)


def address(view: SavedView, since: date, last: date) -> QueryDict:
    """What the filter bar would have to hold for this view, with these days."""
    found = QueryDict(view.filter, mutable=True)
    found.update({"from": since.isoformat(), "until": last.isoformat()})
    return found


def seen(view: SavedView, scope: Scope, *, since: date, last: date) -> Filter | None:
    """What the view counts for a reader of this scope; None where it names what he does not see."""
    form = ReviewFilter(address(view, since, last), scope=scope, today=last)
    try:
        return form.asked if form.is_valid() else None
    except scopes.OutOfScope:
        return None


@dataclass(frozen=True, kw_only=True)
class Line:
    """A view in words. `what` is empty where it names what the reader does not see."""

    view: SavedView
    what: str
    mail: str = ""  # how the newest one went

    @property
    def is_lost(self) -> bool:
        return not self.what


def lines(views: Iterable[SavedView], scope: Scope, *, reader: User, today: date) -> list[Line]:
    """This will put the reader's own views into words. `scope`: what he sees."""
    views = list(views)
    mails = {one.view_id: one for one in WeeklyMail.objects.filter(view__in=views).newest()}
    gets_mail = settings.SENDS_MAIL and not why_not(reader)

    def line(view: SavedView) -> Line:
        what = _what(view, scope, today)
        goes_out = bool(gets_mail and view.is_weekly and what)
        return Line(view=view, what=what, mail=_went(mails.get(view.pk), goes_out=goes_out))

    return [line(view) for view in views]


def _went(mail: WeeklyMail | None, *, goes_out: bool) -> str:
    """The newest mail of a view in words. `goes_out`: the next run sends what is owed."""
    if mail is None or mail.state == State.SENDING:
        return ""
    days = words.period(mail.week, last_day(mail.week))
    if mail.state == State.SENT:
        return _("The newest mail: %(days)s.") % {"days": days}
    if mail.state == State.FAILED and mail.tries < WeeklyMail.MOST_TRIES and goes_out:
        return _("The mail of %(days)s could not be sent; it is tried again.") % {"days": days}
    if mail.state == State.FAILED:
        return _("The mail of %(days)s could not be sent.") % {"days": days}
    return _("Whether the mail of %(days)s was sent is not known; it is not sent twice.") % {
        "days": days
    }


def _what(view: SavedView, scope: Scope, today: date) -> str:
    since, last = days(view, today)
    asked = seen(view, scope, since=since, last=last)
    if asked is None:
        return ""
    is_fixed = view.period == SavedView.FIXED
    when = words.period(since, last) if is_fixed else str(periods.LABELS[view.period])
    narrowed = [str(one) for one in (asked.staff and asked.staff.name, asked.main) if one]
    everything = [] if asked.is_narrowed else [_("all that you see")]
    where = [words.place(asked)] if asked.is_one_place or asked.is_narrowed else everything
    return " · ".join((when, *where, *narrowed))
