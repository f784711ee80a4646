"""The owners' and administrators' back office: one sign-in page, rights by role, calm defaults."""

from collections.abc import Callable, Iterable
from functools import update_wrapper
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import ChangeList
from django.contrib.admin.widgets import (
    RelatedFieldWidgetWrapper,
)
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import models
from django.forms.widgets import Script
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.decorators import method_decorator
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from crossbank.org.access import KEEPERS, View
from crossbank.org.admin_forms import FIELDS, BackOfficeForm, ManyBox, NamedFormSet, roomy
from crossbank.org.admin_pages import Page
from crossbank.org.admin_search import SafeAutocomplete, SafeChangeList, shortened
from crossbank.org.admin_ties import Tie, references
from crossbank.org.admin_watch import WatchedAdmin
from crossbank.org.context import areas_of
from crossbank.org.models import Role

_GROUPS = ("catalog", "matrix", "offers", "leads", "org", "conduct")


class CrossbankAdminSite(admin.AdminSite):
    site_header = _("Crossbank administration")
    site_title = _("Crossbank")
    index_title = _("What this bank sells, and how")
    enable_nav_sidebar = False

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self._pages: list[Page] = []
        self._ties: dict[type[models.Model], list[Callable[[Any], Iterable[Tie]]]] = {}

    def add_page(self, page: Page) -> None:
        """This will give a room its own page here; `admin.py` files call it while loading."""
        self._pages.append(page)

    def add_ties(self, model: type[models.Model], find: Callable[[Any], Iterable[Tie]]) -> None:
        """This will let an upper room say what ties a lower room's row, beside its foreign keys."""
        self._ties.setdefault(model, []).append(find)

    def ties(self, row: models.Model) -> list[Tie]:
        """What stands against deleting a row; an empty list when nothing does."""
        upstairs = (tie for find in self._ties.get(type(row), ()) for tie in find(row))
        return [tie for tie in (*references(row), *upstairs) if tie.count]

    def has_permission(self, request: HttpRequest) -> bool:
        return request.user.is_authenticated and request.user.role in KEEPERS

    def admin_view(self, view: View, *options: Any, **named: Any) -> View:
        """A signed-in person without the right gets 403; the middleware has sent the others off."""
        guarded = super().admin_view(view, *options, **named)

        def gate(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.user.is_authenticated and not self.has_permission(request):
                raise PermissionDenied
            return guarded(request, *args, **kwargs)

        return update_wrapper(gate, guarded)

    @method_decorator(never_cache)
    @login_not_required
    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The one sign-in page is the product's."""
        if self.has_permission(request):
            return redirect("admin:index")
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"))

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return redirect("password")

    def password_change_done(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return redirect("password")

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        return SafeAutocomplete.as_view(admin_site=self)(request)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        pages = [
            path(page.route, self.admin_view(page.view), name=page.name) for page in self._pages
        ]
        urls = [*pages, *super().get_urls()]
        _leave_sign_in_to_settings(urls)
        return urls

    def get_app_list(
        self, request: HttpRequest, app_label: str | None = None
    ) -> list[dict[str, Any]]:
        """The rooms in the order of work; Django's own log of changes stands beside the trail."""
        groups = {group["app_label"]: group for group in super().get_app_list(request, app_label)}
        if "conduct" in groups and "admin" in groups:
            groups["conduct"]["models"] += groups.pop("admin")["models"]
        for group in groups.values():
            for entry in group["models"]:
                entry["name"] = self._registry[entry["model"]].index_name or entry["name"]
            group["models"].sort(key=lambda entry: self._registry[entry["model"]].place)
        known = [groups.pop(label) for label in _GROUPS if label in groups]
        return [*known, *groups.values()]

    def app_index(
        self, request: HttpRequest, app_label: str, extra_context: Any = None
    ) -> HttpResponse:
        if not self.get_app_list(request, app_label):
            raise PermissionDenied  # Django says 404; the group exists, the right is missing
        return super().app_index(request, app_label, extra_context)

    def index(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        pages = [
            {"page": page, "news": page.news(request.user) if page.news else ""}
            for page in self._pages
            if page.is_shown(request)
        ]
        return super().index(request, {"pages": pages, **(extra_context or {})})


def _leave_sign_in_to_settings(urls: Iterable[URLPattern | URLResolver]) -> None:
    """Django points every view at `admin:login`; without that, LOGIN_URL holds here too."""
    for url in urls:
        if isinstance(url, URLResolver):
            _leave_sign_in_to_settings(url.url_patterns)
        elif hasattr(url.callback, "login_url"):
            url.callback.login_url = None


class RoleAdmin(WatchedAdmin):
    """A model in the back office that the roles in `keepers` may change."""

    keepers: tuple[Role, ...] = KEEPERS
    area = ""  # of `switches.AREAS`; while it is off, the history still leads to rows to read
    fixed_fields: tuple[str, ...] = ()  # part of addresses and editions: set once
    instead_of_deleting: Promise | str = ""
    index_name: Promise | str = ""
    place = 0  # among its neighbours on the first page
    actions = None  # no bulk deletion of rows that others refer to
    form = BackOfficeForm
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    formfield_overrides = FIELDS

    class Media:
        css = {"all": ["css/office.css"]}
        js = [Script("js/office.js", defer=True)]

    def _may(self, request: HttpRequest) -> bool:
        return request.user.role in self.keepers

    def _may_work(self, request: HttpRequest) -> bool:
        return self._may(request) and (not self.area or areas_of(request)[self.area])

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._may_work(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may_work(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may_work(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may_work(request)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        fixed = self.fixed_fields if obj else ()
        return (*super().get_readonly_fields(request, obj), *fixed)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return SafeChangeList

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet[Any], search_term: str
    ) -> tuple[models.QuerySet[Any], bool]:
        return super().get_search_results(request, queryset, shortened(search_term))

    def formfield_for_manytomany(
        self, db_field: models.ManyToManyField, request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = ManyBox(db_field, self.admin_site)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def formfield_for_dbfield(
        self, db_field: models.Field, request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        field = super().formfield_for_dbfield(db_field, request, **roomy(db_field, kwargs))
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget.can_delete_related = False  # deleting is done on the row's own page
        return field

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        title = {"title": capfirst(self.opts.verbose_name_plural)}
        return super().changelist_view(request, {**title, **(extra_context or {})})

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().changeform_view(request, *args, **kwargs)
        if request.method == "POST" and "errors" in (getattr(response, "context_data", None) or {}):
            response.status_code = 422
        return response

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        row = self.get_object(request, unquote(object_id))
        if not self.has_delete_permission(request, row):
            raise PermissionDenied
        if row is not None and (ties := self.ties(row)):
            return self._kept(request, row, ties)
        try:
            return super().delete_view(request, object_id, extra_context)
        except models.ProtectedError:  # somebody used it a moment ago
            return self._kept(request, row, self.ties(row))

    def ties(self, row: models.Model) -> list[Tie]:
        return self.admin_site.ties(row)

    def _kept(self, request: HttpRequest, row: models.Model, ties: list[Tie]) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": _("This cannot be deleted"),
            "opts": self.opts,
            "object": row,
            "ties": ties,
            "instead": self.instead_of_deleting,
        }
        status = 409 if request.method == "POST" else 200
        return TemplateResponse(request, "admin/delete_refused.html", context, status=status)

    def _get_obj_does_not_exist_redirect(
        self, request: HttpRequest, opts: Any, object_id: str
    ) -> HttpResponse:
        raise Http404


class ReadOnlyAdmin(RoleAdmin):
    """A model that the back office shows and never writes."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class RoleInline(admin.TabularInline):
    """Rows inside another row's page; the page's own rights hold for them."""

    form = BackOfficeForm
    formset = NamedFormSet
    formfield_overrides = FIELDS
    extra = 0

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.role in KEEPERS

    has_add_permission = has_view_permission
    has_change_permission = has_view_permission
    has_delete_permission = has_view_permission

    def formfield_for_dbfield(
        self, db_field: models.Field, request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        return super().formfield_for_dbfield(db_field, request, **roomy(db_field, kwargs))
