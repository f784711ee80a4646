"""Regions, branches and people in the back office."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm, UserCreationForm
from django.contrib.auth.models import Group
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from crossbank.org.access import FRONT
from crossbank.org.admin_forms import BackOfficeForm
from crossbank.org.admin_site import RoleAdmin, RoleInline
from crossbank.org.admin_ties import Tie
from crossbank.org.models import Branch, Holiday, OpeningHours, Region, Role, User

# roles are fixed words here; groups and single permissions would be a second truth beside them
admin.site.unregister(Group)


@lru_cache(maxsize=1)
def _time_zones() -> list[tuple[str, list[tuple[str, str]]]]:
    """Choices by continent: some six hundred names, read from disk once."""
    continents: dict[str, list[tuple[str, str]]] = {}
    for name in sorted(available_timezones()):
        continent = name.partition("/")[0] if "/" in name else "–"
        continents.setdefault(continent, []).append((name, name))
    return sorted(continents.items())


@admin.register(Region)
class RegionAdmin(RoleAdmin):
    place = 3
    fields = ("code", "name")
    fixed_fields = ("code",)
    list_display = ("code", "name")
    search_fields = ("code", "name")
    instead_of_deleting = _("Give its branches and managers another region first.")


class BranchForm(BackOfficeForm):
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=_time_zones,
        initial="UTC",
        help_text=_(
            "It decides what day it is in this branch: for the tally, for offers and for "
            "corrections. Days that are recorded already stay as they are."
        ),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        into = cleaned.get("merged_into")
        if into and into.merged_into_id:
            self.add_error("merged_into", _("That branch was merged itself: name its successor."))
        if not into or self.instance.pk is None:
            return cleaned
        if self.instance.predecessors.exists():
            self.add_error(
                "merged_into", _("Others were merged into this branch: move them first.")
            )
        elif self.instance.people.filter(is_active=True).exists():
            self.add_error("merged_into", _("People work here: give them another branch first."))
        return cleaned


class OpeningHoursInline(RoleInline):
    model = OpeningHours
    fields = ("weekday", "opens_at", "closes_at")
    max_num = 7


class HolidayInline(RoleInline):
    model = Holiday
    fields = ("on", "name")


@admin.register(Branch)
class BranchAdmin(RoleAdmin):
    place = 2
    form = BranchForm
    fields = ("code", "name", "region", "time_zone", "merged_into")
    fixed_fields = ("code",)
    autocomplete_fields = ("region", "merged_into")
    inlines = (OpeningHoursInline, HolidayInline)
    list_display = ("code", "name", "region", "time_zone")
    list_filter = ("region",)
    list_select_related = ("region",)
    search_fields = ("code", "name", "region__name")
    instead_of_deleting = _("A branch with history stays; give its people another branch.")


class PersonForm(BackOfficeForm):
    """What a role needs is asked beside the field that lacks it."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "role" not in self.fields:
            return cleaned
        role = cleaned.get("role")
        if role in FRONT and not cleaned.get("branch") and "branch" not in self.errors:
            self.add_error("branch", _("A seller or a branch manager needs a branch."))
        if role == Role.REGIONAL and not cleaned.get("region") and "region" not in self.errors:
            self.add_error("region", _("A regional manager needs a region."))
        return cleaned


class PersonAddForm(PersonForm, UserCreationForm):
    class Meta:
        model = User
        fields = ("username",)


class PersonPasswordForm(AdminPasswordChangeForm):
    """A new password, nothing else: who may not come in any more is made inactive."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("usable_password", None)
        for field in self.fields.values():
            field.required = True


@admin.register(User)
class PersonAdmin(RoleAdmin, UserAdmin):
    """Administrators only. Nobody changes what he himself may do."""

    place = 1
    keepers = (Role.ADMIN,)
    form = PersonForm
    add_form = PersonAddForm
    add_form_template = None
    change_password_form = PersonPasswordForm
    change_user_password_template = "admin/org/user/password.html"  # noqa: S105 - a template
    fixed_fields = ("username",)
    readonly_fields = ("last_login", "date_joined")
    filter_horizontal = ()
    autocomplete_fields = ("branch", "region")
    list_display = (
        "username",
        "first_name",
        "last_name",
        "role",
        "branch",
        "region",
        "is_active",
        "last_login",
    )
    list_filter = ("role", "is_active", "is_adviser", "branch", "region")
    list_select_related = ("branch", "region")
    search_fields = ("username", "first_name", "last_name", "branch__code", "branch__name")
    instead_of_deleting = _("Take away “active” instead: history keeps the name, the door closes.")
    fieldsets = (
        (
            None,
            {
                "fields": ("username", "first_name", "last_name", "email"),
                "description": _(
                    "To the e-mail address go only workbooks that the person asks for; nobody "
                    "enters it but an administrator."
                ),
            },
        ),
        (
            _("Role and place"),
            {
                "fields": ("role", "branch", "region", "is_adviser"),
                "description": _(
                    "The role decides which pages open. A seller or branch manager needs a "
                    "branch, a regional manager a region. Nobody changes his own."
                ),
            },
        ),
        (
            _("Access"),
            {
                "fields": ("is_active", "last_login", "date_joined"),
                "description": _(
                    "Who leaves becomes inactive: all sessions end with the next click."
                ),
            },
        ),
    )
    add_fieldsets = (
        fieldsets[0],
        (_("Password"), {"fields": ("password1", "password2")}),
        fieldsets[1],
        (_("Access"), {"fields": ("is_active",)}),
    )
    _own_rights = ("role", "branch", "region", "is_adviser", "is_active")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        own = self._own_rights if obj and obj.pk == request.user.pk else ()
        return (*super().get_readonly_fields(request, obj), *own)

    def ties(self, row: User) -> Iterable[Tie]:
        changes = LogEntry.objects.filter(user=row).count()
        here = [
            Tie(label=str(_("Changes made in the back office")), count=changes),
            Tie(label=str(_("Has signed in")), count=int(row.last_login is not None)),
        ]
        return [*super().ties(row), *(tie for tie in here if tie.count)]

    def user_change_password(
        self,
        request: HttpRequest,
        id: str,
        form_url: str = "",
    ) -> HttpResponse:
        if self.get_object(request, unquote(id)) == request.user:
            return redirect("password")  # one's own asks for the old one first
        response = super().user_change_password(request, id, form_url)
        if request.method == "POST" and response.status_code == 200:
            response.status_code = 422
        return response
