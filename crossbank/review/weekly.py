"""Workbooks by mail: each view of each person once a week, by what he may see at that moment."""

from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from enum import Enum

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone, translation

from crossbank.conduct.services import record
from crossbank.org import switches
from crossbank.org.models import User
from crossbank.review import excel, saved
from crossbank.review import scope as scopes
from crossbank.review.figures import figures
from crossbank.review.forms import query
from crossbank.review.mail_readers import why_not
from crossbank.review.models import SavedView, WeeklyMail
from crossbank.review.terms import Filter
from crossbank.review.week import last_day, last_full
from crossbank.review.weekly_letter import is_too_long, letter

State = WeeklyMail.State


class Outcome(Enum):
    SENT = "sent"
    READY = "would be sent"  # a dry run
    ALREADY = "was sent or tried before"
    SKIPPED = "skipped"
    FAILED = "not sent"


@dataclass(frozen=True, kw_only=True)
class Job:
    """`view`: its row id; `week`: its Monday."""

    view: int
    week: date


@dataclass(frozen=True, kw_only=True)
class Result:
    who: str
    view: str
    week: date
    outcome: Outcome
    why: str = ""


def jobs(*, on: date | None, at: datetime) -> list[Job]:
    """This will list what is asked for and what earlier runs could not send, each once. `on`: a day
    of the week in which they go out, of the week before where that day has not come for somebody;
    None: today, on the clock of each person's branch."""
    views = SavedView.objects.filter(is_weekly=True).select_related("by__branch")
    again = WeeklyMail.objects.to_try_again().order_by("week", "pk")
    found = []
    for view in views.order_by("by__username", "name", "pk"):
        today = at.astimezone(_zone(view.by)).date()
        found.append(Job(view=view.pk, week=last_full(min(on or today, today))))
    found += [Job(view=mail.view_id, week=mail.week) for mail in again]
    return list(dict.fromkeys(found))


def _zone(reader: User) -> tzinfo:
    return reader.branch.zone if reader.branch else timezone.get_default_timezone()


def bury(*, at: datetime) -> list[WeeklyMail]:
    """This will give up what a run left half done: nobody knows whether it left."""
    why = "The run that sent it ended before it was known whether it left."
    silent = WeeklyMail.objects.silent(at).select_related("view__by")
    return [
        mail
        for mail in silent
        if WeeklyMail.objects.silent(at).filter(pk=mail.pk).update(state=State.UNCLEAR, reason=why)
    ]


def send(job: Job, *, at: datetime, is_dry: bool = False) -> Result | None:
    """This will send one mail, unless somebody did. None: the view is gone or not wanted any more.

    Person, place and rights are read now, not when he asked for it.
    """
    views = SavedView.objects.select_related("by__branch", "by__region")
    view = views.filter(pk=job.view, is_weekly=True).first()
    if view is None:
        return None
    language = view.by.language or settings.LANGUAGE_CODE
    with translation.override(language), timezone.override(_zone(view.by)):
        outcome, why = _send(view, job.week, at=timezone.localtime(at), is_dry=is_dry)
    return Result(who=view.by.username, view=view.name, week=job.week, outcome=outcome, why=why)


def _send(view: SavedView, week: date, *, at: datetime, is_dry: bool) -> tuple[Outcome, str]:
    if why := why_not(view.by):
        return Outcome.SKIPPED, why
    asked = saved.seen(view, scopes.of(view.by), since=week, last=last_day(week))
    if asked is None:
        return (
            Outcome.SKIPPED,
            "the view names a place, a colleague or a product that is out of sight",
        )
    if is_dry:
        mails = WeeklyMail.objects.filter(view=view, week=week)
        is_free = not mails.exists() or mails.to_try_again().exists()
        return (Outcome.READY if is_free else Outcome.ALREADY), ""
    mail = claim(view, week, at=at)
    if mail is None:
        return Outcome.ALREADY, ""
    try:
        _post(view, asked, tries=mail.tries, at=at)
    except Exception as trouble:
        why = " ".join(f"{type(trouble).__name__}: {trouble}".split())[:200]
        WeeklyMail.objects.filter(pk=mail.pk).update(state=State.FAILED, reason=why)
        return Outcome.FAILED, why
    WeeklyMail.objects.filter(pk=mail.pk).update(state=State.SENT, reason="")
    return Outcome.SENT, ""


def claim(view: SavedView, week: date, *, at: datetime) -> WeeklyMail | None:
    """This will insert the row that says who sends it; None where somebody else did."""
    try:
        with transaction.atomic():
            return WeeklyMail.objects.create(view=view, week=week, tried_at=at)
    except IntegrityError:
        again = WeeklyMail.objects.to_try_again().filter(view=view, week=week)
        taken = again.update(state=State.SENDING, tries=F("tries") + 1, tried_at=at)
        return WeeklyMail.objects.get(view=view, week=week) if taken else None


def _post(view: SavedView, asked: Filter, *, tries: int, at: datetime) -> None:
    """The trail is written before anything leaves: no line, no file."""
    found = figures(
        asked,
        made_by=view.by.display_name,
        made_at=at,
        with_data=True,
        with_kept=switches.is_on(switches.KEPT),
    )
    message = letter(found, view=view, to=view.by)
    detail = {"filter": query(asked), "rows": found.data_rows, "mail": True, "try": tries}
    if is_too_long(found):
        detail["too_long"] = True
    record(action="export", subject=excel.file_name(found), detail=detail, at=at, by=view.by)
    message.send()
