"""Coaching notes: written by a manager, answered by the one whom he wrote to."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crossbank.org import switches
from crossbank.org.access import FRONT, HEARERS, requires
from crossbank.org.context import while_on
from crossbank.org.models import Role
from crossbank.training import coaching
from crossbank.training.forms import NoteForm, ReplyForm
from crossbank.training.models import CoachingNote
from crossbank.training.note_lines import lines, listed
from crossbank.training.refusals import NotOfThread, Refused


@requires(Role.MANAGER, *HEARERS)
@while_on(switches.PRACTICE)
@require_safe
def notes(request: HttpRequest) -> HttpResponse:
    """A manager's own notes, by name; for the roles outside the line all of the bank's, the newest
    first."""
    user, every = request.user, CoachingNote.objects.with_thread()
    is_manager = user.role == Role.MANAGER
    found = every.filter(by=user).by_name() if is_manager else every.newest_first()
    page = request.GET.get("page", "")
    context = {
        "notes": listed(found, page=page, reader=user, at=timezone.now()),
        "is_manager": is_manager,
    }
    return render(request, "training/notes.html", context)


@requires(Role.MANAGER)
@while_on(switches.PRACTICE)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Write to one seller of the own branch; `?to=` names him, and nobody of another branch."""
    now, user = timezone.now(), request.user
    if request.method != "POST":
        form = NoteForm(at=now, by=user)
        if name := request.GET.get("to", ""):
            form.initial["to"] = _named(form, name)
        return _form(request, form)
    form = NoteForm(request.POST, at=now, by=user)
    if not form.is_valid():
        return _form(request, form, status=422)
    try:
        note = coaching.write_note(**form.entry, at=now, by=user)
    except Refused as refusal:
        form.add_error(refusal.field or None, str(refusal))
        return _form(request, form, status=refusal.status)
    messages.success(request, _("Sent. It stands on his practice page, and he can answer."))
    return HttpResponse(status=303, headers={"Location": note.get_absolute_url()})


def _named(form: NoteForm, name: str) -> str:
    """By the form's own field: it refuses what PostgreSQL cannot even look for."""
    try:
        return form.fields["to"].clean(name).username
    except ValidationError:
        raise Http404 from None


def _form(request: HttpRequest, form: NoteForm, *, status: int = 200) -> HttpResponse:
    return render(request, "training/note_new.html", {"form": form}, status=status)


@requires(*FRONT, *HEARERS)
@while_on(switches.PRACTICE)
@require_safe
def note(request: HttpRequest, pk: int) -> HttpResponse:
    """The note and all that followed; for others than the two and conduct it does not exist."""
    return _thread(request, _visible(request, pk), ReplyForm())


def _visible(request: HttpRequest, pk: int) -> CoachingNote:
    return get_object_or_404(CoachingNote.objects.visible_to(request.user), pk=pk)


def _thread(
    request: HttpRequest, row: CoachingNote, form: ReplyForm, *, status: int = 200
) -> HttpResponse:
    user = request.user
    (line,) = lines(
        CoachingNote.objects.with_thread().filter(pk=row.pk), reader=user, at=timezone.now()
    )
    context = {
        "line": line,
        "note": line.note,
        "form": form if user.pk in (row.by_id, row.to_id) else None,
        "is_reader": user.pk == row.to_id,
    }
    response = render(request, "training/note.html", context, status=status)
    response.headers["Cache-Control"] = "no-store"  # colleagues share the computer
    return response


@requires(*FRONT)
@while_on(switches.PRACTICE)
@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """One more line of the two; a refusal keeps what was typed."""
    row, form = _visible(request, pk), ReplyForm(request.POST)
    if not form.is_valid():
        return _thread(request, row, form, status=422)
    try:
        coaching.reply(note=row, **form.cleaned_data, at=timezone.now(), by=request.user)
    except NotOfThread:
        raise PermissionDenied from None
    except Refused as refusal:
        form.add_error(refusal.field or None, str(refusal))
        return _thread(request, row, form, status=refusal.status)
    return HttpResponse(status=303, headers={"Location": row.get_absolute_url()})
