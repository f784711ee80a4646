"""Seasonal picks in the back office: they order what is equal, and say so where nothing is."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crossbank.catalog.forms import LastDayField
from crossbank.engine.seasons import equals_of
from crossbank.matrix import services
from crossbank.matrix.models import SeasonalPick
from crossbank.org.admin_forms import BackOfficeForm
from crossbank.org.admin_site import RoleAdmin


class SeasonForm(BackOfficeForm):
    until_on = LastDayField(
        label=gettext_lazy("Last day"), help_text=gettext_lazy("The last day on which it counts.")
    )


class SeasonalPickAdmin(RoleAdmin):
    place = 4
    form = SeasonForm
    autocomplete_fields = ("cross",)
    list_display = ("cross", "from_on", "last_day", "reason")
    list_filter = ("from_on",)
    list_select_related = ("cross",)
    search_fields = ("cross__code", "cross__name", "reason")
    fieldsets = (
        (
            None,
            {
                "fields": ("cross", "from_on", "until_on", "reason"),
                "description": gettext_lazy(
                    "On these days it comes first among products that are equal in need, rating, "
                    "offer and rank; it never passes a better one. Desks see it after publishing."
                ),
            },
        ),
    )

    def get_form(self, *args: Any, **kwargs: Any) -> type[SeasonForm]:
        form = super().get_form(*args, **kwargs)
        if "cross" in form.base_fields:
            crosses = form.base_fields["cross"].queryset.filter(is_cross=True)
            form.base_fields["cross"].queryset = crosses
        return form

    def save_related(self, request: HttpRequest, form: SeasonForm, *args: Any) -> None:
        super().save_related(request, form, *args)
        pick = form.instance
        snapshot = services.compile_draft(at=timezone.now()).snapshot
        rows = [snapshot.product[main].name for main in equals_of(snapshot, pick.cross.code)]
        if rows:
            words = _("It comes before its equals beside: %(rows)s.") % {"rows": ", ".join(rows)}
            messages.info(request, words)
        else:
            messages.warning(
                request,
                _(
                    "It changes nothing yet: nowhere another product has the same rating and rank "
                    "as it has. Give them the same rank to let the season decide."
                ),
            )

    @admin.display(description=gettext_lazy("last day"), ordering="until_on")
    def last_day(self, pick: SeasonalPick) -> str:
        return date_format(LastDayField().prepare_value(pick.until_on))
