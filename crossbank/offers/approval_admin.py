"""The page *Personal approvals*: a list of customer numbers becomes rights; the numbers stay outside."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from crossbank.offers import approvals
from crossbank.offers.approval_report import left_out, report
from crossbank.offers.approvals import AllEnded, ApprovalPlan, Moved, NotForLists
from crossbank.offers.models import ApprovalList
from crossbank.org import switches, uploads
from crossbank.org.access import KEEPERS, requires
from crossbank.org.admin_pages import Page
from crossbank.org.admin_workbook import CONTENT_TYPE, UploadForm
from crossbank.org.context import while_on
from crossbank.web.text import validate_text
from crossbank.web.workbooks import Refused

KIND = "approvals"
AREAS = (switches.OFFERS, switches.CUSTOMER_REFERENCE)  # a list is numbers of customers
LISTED = 100  # rows that are named one by one


class ListForm(UploadForm):
    """The offer, the day of the approval and the list."""

    field_order = ("offer", "approved_on", "note", "file")

    offer = forms.ChoiceField(label=gettext_lazy("Offer"))
    approved_on = forms.DateField(
        label=gettext_lazy("Approved on"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=gettext_lazy("The days of the offer run from here."),
    )
    note = forms.CharField(
        label=gettext_lazy("Note"), max_length=100, required=False, validators=[validate_text]
    )

    def __init__(self, *given: Any, today: date, **more: Any) -> None:
        super().__init__(*given, most=approvals.LIMITS.size)
        self.today = today
        self.fields["approved_on"].initial = today
        self.fields["offer"].choices = [
            (code, f"{code} {release.terms['name']}")
            for code, release in approvals.offers_for_lists().items()
        ]

    def clean_approved_on(self) -> date:
        day: date = self.cleaned_data["approved_on"]
        if day > self.today:
            raise forms.ValidationError(_("This day has not come yet."))
        return day


class ConfirmForm(forms.Form):
    """What was shown, and a yes to what is left out; nothing is ticked beforehand."""

    seen = forms.CharField(max_length=64)
    note = forms.CharField(max_length=100, required=False, validators=[validate_text])
    without = forms.BooleanField(required=False)


@requires(*KEEPERS)
@while_on(*AREAS)
@require_http_methods(["GET", "HEAD", "POST"])
def approvals_page(request: HttpRequest) -> HttpResponse:
    """Look into the list, see what it gives and what it leaves out, then give it."""
    now = timezone.now()
    if "report" in request.GET:
        return _report(request, at=now)
    if request.method != "POST":
        return _page(request, ListForm(today=timezone.localdate(now)))
    return _confirm(request, at=now) if "seen" in request.POST else _look(request, at=now)


def _look(request: HttpRequest, *, at: datetime) -> HttpResponse:
    uploads.forget(kind=KIND, by=request.user)
    form = ListForm(request.POST, request.FILES, today=timezone.localdate(at))
    if not form.is_valid():
        return _page(request, form, status=422)
    typed = form.cleaned_data
    try:
        plan = approvals.plan(
            typed["file"], offer=typed["offer"], approved_on=typed["approved_on"], at=at
        )
    except Refused as why:
        form.add_error("file", str(why))
    except AllEnded as why:
        words = _("All rights of this approval have ended on %(day)s.")
        form.add_error(
            "approved_on", words % {"day": date_format(why.last_day, "SHORT_DATE_FORMAT")}
        )
    if not form.is_valid():
        return _page(request, form, status=422)
    uploads.keep(kind=KIND, content=plan.packed(), at=at, by=request.user)
    return _page(request, form, plan=plan)


def _report(request: HttpRequest, *, at: datetime) -> HttpResponse:
    """Every row of the list that waits which gives no right of its own, as a workbook."""
    upload = uploads.kept(kind=KIND, at=at, by=request.user)
    if upload is None or request.GET["report"] != "xlsx":
        raise Http404
    content = report(left_out(ApprovalPlan.unpacked(bytes(upload.content))))
    response = HttpResponse(content, content_type=CONTENT_TYPE)
    response.headers["Content-Disposition"] = 'attachment; filename="approvals_report.xlsx"'
    return response


def _confirm(request: HttpRequest, *, at: datetime) -> HttpResponse:
    form = ConfirmForm(request.POST)
    again = ListForm(today=timezone.localdate(at))
    upload = uploads.kept(kind=KIND, at=at, by=request.user)
    plan = ApprovalPlan.unpacked(bytes(upload.content)) if upload else None
    if plan is None or not plan.hashes or not form.is_valid():
        messages.warning(request, _("No list waits any more. Nothing was given; send it again."))
        return _page(request, again, status=409)
    typed = form.cleaned_data
    if plan.digest != typed["seen"]:
        messages.warning(request, _("Another list waits than the one you saw. Send it again."))
        return _page(request, again, status=409)
    if plan.unread and not typed["without"]:
        messages.warning(request, _("Say yes to the rows that are left out, or mend the list."))
        return _page(request, again, plan=plan, status=422)
    try:
        made = approvals.take_over(
            waiting=plan,
            note=typed["note"],
            at=at,
            by=request.user,
        )
    except (Moved, NotForLists, AllEnded):
        messages.warning(
            request, _("The offer or its rights changed meanwhile. Nothing was given; look again.")
        )
        return _page(request, again, status=409)
    uploads.forget(kind=KIND, by=request.user)
    words = ngettext("%d customer has his right.", "%d customers have their rights.", made.rows)
    messages.success(request, words % made.rows)
    return redirect("admin:offers_approvals")


def _page(
    request: HttpRequest,
    form: ListForm,
    *,
    plan: ApprovalPlan | None = None,
    status: int = 200,
) -> HttpResponse:
    troubles = left_out(plan) if plan else ()
    context = {
        **admin.site.each_context(request),
        "title": _("Personal approvals"),
        "opts": ApprovalList._meta,
        "form": form,
        "plan": plan,
        "note": request.POST.get("note", ""),
        "left_out": troubles[:LISTED],
        "more": max(0, len(troubles) - LISTED),
        "lists": ApprovalList.objects.with_used().select_related("release__offer", "by")[:20],
    }
    return TemplateResponse(request, "admin/offers/approvals.html", context, status=status)


APPROVALS_PAGE = Page(
    route="offers/approvals/",
    name="offers_approvals",
    view=approvals_page,
    title=gettext_lazy("Personal approvals"),
    about=gettext_lazy("A list of customer numbers becomes rights; the numbers are never kept."),
    areas=AREAS,
)
