"""What writes coaching notes: append-only, with a line of the trail, and nothing that presses."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from crossbank.conduct import services as conduct
from crossbank.org.models import Role, User
from crossbank.training import pressing, refusals
from crossbank.training.models import CoachingNote, CoachingReply

_SAME = ("to_id", "text", "main_code", "cross_code", "barrier")  # makes a press the same press
_ROWS = {"by", "to", "branch", "note"}  # just read: no question whether they exist


def write_note(
    *,
    uuid: UUID,
    to: User,
    text: str,
    main: str = "",
    cross: str = "",
    barrier: str = "",
    at: datetime,
    by: User,
) -> CoachingNote:
    """This will write to one seller of the manager's branch. The same `uuid` again: the same note.

    Raises NotOfBranch, Presses; KeyReused for the same `uuid` with something else.
    """
    note = CoachingNote(
        uuid=uuid,
        by=by,
        to=to,
        branch=by.branch,
        at=at,
        text=text,
        main_code=main,
        cross_code=cross,
        barrier=barrier,
    )
    if known := _written_before(note):
        return known
    if by.role != Role.MANAGER or to.branch_id != by.branch_id or to.role != Role.SELLER:
        raise refusals.NotOfBranch
    _refuse_pressing(text)
    note.clean_fields(exclude=_ROWS)
    try:
        with transaction.atomic():
            note.save(force_insert=True)
            conduct.record(
                action="coaching_note_written",
                subject=str(note),
                detail={"to": to.username},
                at=at,
                by=by,
            )
    except IntegrityError:  # the same press twice: the other one was faster
        note = _written_before(note)
    return note


def _written_before(note: CoachingNote) -> CoachingNote | None:
    known = CoachingNote.objects.filter(by=note.by, uuid=note.uuid).first()
    if known and any(getattr(known, name) != getattr(note, name) for name in _SAME):
        raise refusals.KeyReused
    return known


def reply(*, note: CoachingNote, uuid: UUID, text: str, at: datetime, by: User) -> CoachingReply:
    """This will add one line of the employee's or the manager's; who reads it adds nothing.

    Raises NotOfThread, Presses (of the manager's words alone), KeyReused.
    """
    if by.pk not in (note.by_id, note.to_id):
        raise refusals.NotOfThread
    line = CoachingReply(uuid=uuid, note=note, by=by, at=at, text=text)
    if known := _replied_before(line):
        return known
    if by.pk == note.by_id:
        _refuse_pressing(text)
    line.clean_fields(exclude=_ROWS)
    try:
        with transaction.atomic():
            line.save(force_insert=True)
            conduct.record(action="coaching_note_answered", subject=str(note), at=at, by=by)
    except IntegrityError:
        line = _replied_before(line)
    return line


def _replied_before(line: CoachingReply) -> CoachingReply | None:
    known = CoachingReply.objects.filter(note=line.note, uuid=line.uuid).first()
    if known and (known.by_id, known.text) != (line.by_id, line.text):
        raise refusals.KeyReused
    return known


def _refuse_pressing(text: str) -> None:
    if finding := pressing.first_finding(text):
        raise refusals.Presses(finding)
