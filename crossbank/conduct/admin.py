"""The trail and the log of changes, to read; and the page *What this bank uses*."""

from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.models import DELETION, LogEntry
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from crossbank.conduct import phrase_admin  # noqa: F401 - registers phrase rules and their page
from crossbank.conduct import services as conduct
from crossbank.conduct.models import AuditEntry
from crossbank.org import switches
from crossbank.org.access import requires
from crossbank.org.admin_site import Page, ReadOnlyAdmin
from crossbank.org.models import Role, Switch


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    place = 1
    keepers = (Role.ADMIN,)
    list_display = ("at", "actor", "role", "branch_code", "act", "subject", "short_detail")
    list_filter = ("at", "action", "actor_role")
    search_fields = ("actor", "action", "subject", "branch_code")
    show_full_result_count = False
    fields = ("at", "actor", "role", "branch_code", "act", "subject", "details")
    readonly_fields = ("role", "act", "details")

    @admin.display(description=gettext_lazy("role"), ordering="actor_role")
    def role(self, entry: AuditEntry) -> str:
        return dict(Role.choices).get(entry.actor_role, entry.actor_role)

    @admin.display(description=gettext_lazy("act"), ordering="action")
    def act(self, entry: AuditEntry) -> str:
        return capfirst(entry.action.replace("_", " "))

    @admin.display(description=gettext_lazy("details"))
    def short_detail(self, entry: AuditEntry) -> str:
        return ", ".join(f"{key}: {value}" for key, value in _plain(entry.detail))[:100]

    @admin.display(description=gettext_lazy("details"))
    def details(self, entry: AuditEntry) -> str:
        return format_html_join("", "<div>{}: {}</div>", _plain(entry.detail))


def _plain(detail: Any) -> list[tuple[str, Any]]:
    return list(detail.items()) if isinstance(detail, dict) else [("", detail)]


@admin.register(LogEntry)
class ChangeAdmin(ReadOnlyAdmin):
    """Who changed reference data; Django writes it, nobody edits it."""

    place = 2
    index_name = gettext_lazy("History of changes")
    keepers = (Role.ADMIN,)
    list_display = ("action_time", "user", "what", "row", "change")
    list_filter = (
        "action_time",
        "action_flag",
        ("content_type", admin.RelatedOnlyFieldListFilter),
        ("user", admin.RelatedOnlyFieldListFilter),
    )
    list_select_related = ("user", "content_type")
    search_fields = ("object_repr", "user__username", "change_message")
    show_full_result_count = False
    fields = ("action_time", "user", "what", "row", "change")
    readonly_fields = ("what", "row", "change")

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        title = {"title": self.index_name}
        return super().changelist_view(request, {**title, **(extra_context or {})})

    @admin.display(description=gettext_lazy("sort"), ordering="content_type")
    def what(self, entry: LogEntry) -> str:
        return capfirst(entry.content_type.name) if entry.content_type else ""

    @admin.display(description=gettext_lazy("which"), ordering="object_repr")
    def row(self, entry: LogEntry) -> str:
        try:
            url = "" if entry.action_flag == DELETION else entry.get_admin_url()
        except NoReverseMatch:
            url = ""
        return format_html('<a href="{}">{}</a>', url, entry) if url else entry.object_repr

    @admin.display(description=gettext_lazy("change"))
    def change(self, entry: LogEntry) -> str:
        return entry.get_change_message() or entry.get_action_flag_display()


@dataclass(frozen=True, kw_only=True)
class AreaRow:
    """One area on the page, with who changed it last."""

    area: switches.Area
    is_on: bool
    changed: Switch | None


def _rows() -> list[AreaRow]:
    stored = {switch.key: switch for switch in Switch.objects.all()}
    return [
        AreaRow(
            area=area,
            is_on=stored[area.key].is_on if area.key in stored else area.default,
            changed=stored.get(area.key),
        )
        for area in switches.AREAS
    ]


@requires(Role.ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def uses(request: HttpRequest) -> HttpResponse:
    """What this bank uses: each area with its state; a POST names the area and the wanted state."""
    rows = _rows()
    if request.method != "POST":
        return _uses_page(request, rows)
    wanted = {row.area.key: row for row in rows}.get(request.POST.get("key", ""))
    if wanted is None or request.POST.get("on") not in {"0", "1"}:
        messages.error(request, _("There is no such area. Nothing was changed."))
        return _uses_page(request, rows, status=422)
    turn_on = request.POST["on"] == "1"
    if turn_on != wanted.is_on:
        _turn(wanted.area, on=turn_on, request=request)
    words = _("“%(area)s” is on.") if turn_on else _("“%(area)s” is off.")
    messages.success(request, words % {"area": wanted.area.title})
    return redirect("admin:uses")


def _turn(area: switches.Area, *, on: bool, request: HttpRequest) -> None:
    now = timezone.now()
    with transaction.atomic():
        switches.turn(key=area.key, on=on, at=now, by=request.user.username)
        conduct.record(
            action="switch_turned", subject=area.key, detail={"on": on}, at=now, by=request.user
        )


def _uses_page(request: HttpRequest, rows: list[AreaRow], *, status: int = 200) -> HttpResponse:
    title = _("What this bank uses")
    context = {**admin.site.each_context(request), "title": title, "rows": rows}
    return TemplateResponse(request, "admin/switches.html", context, status=status)


admin.site.add_page(
    Page(
        route="uses/",
        name="uses",
        view=uses,
        title=gettext_lazy("What this bank uses"),
        about=gettext_lazy(
            "Whole areas on and off. What is off is in no menu and not used at the desk."
        ),
    )
)
