"""Units in the back office: what they do, what to listen for, who accepts."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from crossbank.leads.models import Unit
from crossbank.org import switches
from crossbank.org.admin_site import RoleAdmin
from crossbank.org.models import User


@admin.register(Unit)
class UnitAdmin(RoleAdmin):
    """Kept by owners; a product that needs a licence is handed on only to a unit named here."""

    area = switches.LEADS
    fixed_fields = ("code",)
    autocomplete_fields = ("products", "branch")
    filter_horizontal = ("members",)
    list_display = ("name", "code", "is_coordination", "order", "is_active")
    list_filter = ("is_active",)
    search_fields = ("code", "name", "products__code", "products__name")
    instead_of_deleting = _("Take it out of use instead: its leads stay readable.")
    fieldsets = (
        (None, {"fields": ("code", "name", "order", "is_active")}),
        (
            _("Its page"),
            {
                "fields": ("about", "hints", "products", "next_step"),
                "description": _("What a colleague at the desk reads before handing a need on."),
            },
        ),
        (
            _("Who accepts"),
            {
                "fields": ("members", "branch", "is_coordination"),
                "description": _(
                    "A lead is to be accepted within a working day. Nobody hands on to a unit of "
                    "his own."
                ),
            },
        ),
    )

    def save_related(self, request: HttpRequest, form: Any, *rest: Any) -> None:
        super().save_related(request, form, *rest)
        if not Unit.objects.with_people().filter(pk=form.instance.pk).exists():
            words = _("Nobody accepts leads for %(unit)s: it is not offered until somebody does.")
            messages.warning(request, words % {"unit": form.instance})

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "members":
            kwargs["queryset"] = _people()
        return super().formfield_for_manytomany(db_field, request, **kwargs)


def _people() -> QuerySet[User]:
    return User.objects.filter(is_active=True).order_by("first_name", "username")
