"""One page of the back office for data that goes out and in as a workbook: look, then confirm."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django import forms
from django.contrib import admin, messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from crossbank.org import uploads
from crossbank.org.access import KEEPERS, View, requires
from crossbank.org.admin_watch import look_at
from crossbank.web.workbooks import Limits, Refused

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LISTED = 100  # troubles that are named one by one
_MOST = Limits().size


class Plan(Protocol):
    """What a workbook would change; nothing of it is written while there are troubles."""

    troubles: tuple[Any, ...]
    notes: tuple[str, ...]
    count: int
    digest: str

    def written(self) -> list[tuple[Any, list[forms.ModelForm]]]:
        """Rows and the forms that wrote them, for those who look at what is written."""


@dataclass(frozen=True, kw_only=True)
class Workbook:
    """One kind of data that goes out and in. `take_over` raises Moved, CannotTakeOver, Refused."""

    kind: str
    name: str  # of the page's address in the back office
    model: Any
    title: Promise
    about: Promise
    export: Callable[[datetime], tuple[str, bytes]]
    plan: Callable[[bytes], Plan]
    take_over: Callable[..., Plan]
    groups: Callable[[Plan], list[Any]]
    next_page: str
    next_words: Promise


class UploadForm(forms.Form):
    """The file itself; its name is not looked at."""

    file = forms.FileField(
        label=gettext_lazy("Workbook"),
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        error_messages={
            "required": gettext_lazy("Choose the workbook that you want to send."),
            "empty": gettext_lazy("This file is empty."),
        },
    )

    def clean_file(self) -> bytes:
        file = self.cleaned_data["file"]
        if file.size > _MOST:
            raise forms.ValidationError(
                _("This file has %(size).1f MB, at most %(most).1f MB are read."),
                params={"size": file.size / 2**20, "most": _MOST / 2**20},
            )
        return file.read()


def page(book: Workbook) -> View:
    """The view: a download, a form to send the file back, its differences, and taking over."""

    @requires(*KEEPERS)
    @require_http_methods(["GET", "HEAD", "POST"])
    def workbook_page(request: HttpRequest) -> HttpResponse:
        if request.method == "POST":
            return _confirm(request, book) if "seen" in request.POST else _send(request, book)
        if request.GET.get("export") == "xlsx":
            return _download(book)
        return _answer(request, book, UploadForm())

    return workbook_page


def _download(book: Workbook) -> HttpResponse:
    name, content = book.export(timezone.now())
    response = HttpResponse(content, content_type=CONTENT_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _send(request: HttpRequest, book: Workbook) -> HttpResponse:
    """Look into the file and show what it would change; it is kept until it is confirmed."""
    uploads.forget(kind=book.kind, by=request.user)
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _answer(request, book, form, status=422)
    try:
        plan = book.plan(form.cleaned_data["file"])
    except Refused as why:
        form.add_error("file", str(why))
        return _answer(request, book, form, status=422)
    if plan.troubles:
        return _answer(request, book, form, plan=plan, status=422)
    if plan.count:
        content = form.cleaned_data["file"]
        uploads.keep(kind=book.kind, content=content, at=timezone.now(), by=request.user)
    return _answer(request, book, UploadForm(), plan=plan)


def _confirm(request: HttpRequest, book: Workbook) -> HttpResponse:
    """What is written is what was shown; otherwise it is shown again and nothing is written."""
    now = timezone.now()
    upload = uploads.kept(kind=book.kind, at=now, by=request.user)
    if upload is None:
        messages.warning(
            request, _("There is no workbook waiting any more. Nothing was changed; send it again.")
        )
        return _answer(request, book, UploadForm(), status=409)
    try:
        plan = _take_over(request, book, bytes(upload.content), at=now)
    except uploads.Moved as moved:
        messages.warning(
            request, _("Somebody changed something meanwhile. Nothing was written; look again.")
        )
        return _answer(request, book, UploadForm(), plan=moved.plan, status=409)
    except uploads.CannotTakeOver as found:
        return _answer(request, book, UploadForm(), plan=found.plan, status=409)
    except Refused as why:
        messages.error(request, str(why))
        return _answer(request, book, UploadForm(), status=409)
    except IntegrityError:
        messages.warning(
            request, _("A colleague wrote at the same moment. Nothing was written; send it again.")
        )
        return _answer(request, book, UploadForm(), status=409)
    uploads.forget(kind=book.kind, by=request.user)
    messages.success(request, taken_over(plan.count))
    return redirect(f"admin:{book.name}")


def _take_over(request: HttpRequest, book: Workbook, content: bytes, *, at: datetime) -> Plan:
    with transaction.atomic():  # with who wrote what should not be said, or neither
        plan = book.take_over(content=content, seen=request.POST["seen"], at=at, by=request.user)
        for row, written in plan.written():
            look_at(request, row, written)
    return plan


def taken_over(count: int) -> str:
    return ngettext(
        "%(count)d difference was taken over.", "%(count)d differences were taken over.", count
    ) % {"count": count}


def _answer(
    request: HttpRequest,
    book: Workbook,
    form: UploadForm,
    *,
    plan: Plan | None = None,
    status: int = 200,
) -> HttpResponse:
    troubles = plan.troubles if plan else ()
    context = {
        **admin.site.each_context(request),
        "title": book.title,
        "about": book.about,
        "opts": book.model._meta,
        "form": form,
        "plan": plan,
        "groups": book.groups(plan) if plan and not troubles else [],
        "troubles": troubles[:LISTED],
        "more": max(0, len(troubles) - LISTED),
        "next_url": reverse(book.next_page),
        "next_words": book.next_words,
    }
    return TemplateResponse(request, "admin/workbook.html", context, status=status)
