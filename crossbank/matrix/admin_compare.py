"""Any two editions side by side: what differs, since when, by whom and why."""

from itertools import pairwise

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from crossbank.engine import snapshot as snapshots
from crossbank.matrix import editions
from crossbank.matrix.admin_forms import CompareForm
from crossbank.matrix.edition_changes import Entry, change_groups, entry_of
from crossbank.matrix.models import Edition
from crossbank.org.access import KEEPERS, requires

SPAN = 60  # editions between the two that are read one by one to say which of them did what


@requires(*KEEPERS)
@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """Without a choice the last two; either may be the newer one."""
    newest = list(Edition.objects.order_by("-number").values_list("number", flat=True)[:2])
    form = CompareForm(request.GET or _last_two(newest))
    context = {
        **admin.site.each_context(request),
        "title": _("Compare two editions"),
        "opts": Edition._meta,
        "form": form,
        "has_two": len(newest) == 2,
        "groups": [],
        "between": [],
    }
    status = 200
    if len(newest) == 2:
        if form.is_valid():
            context |= _differences(form.cleaned_data["old"], form.cleaned_data["new"])
        else:
            status = 422
    return TemplateResponse(request, "admin/compare.html", context, status=status)


def _last_two(newest: list[int]) -> dict[str, int]:
    return {"old": newest[-1], "new": newest[0]} if newest else {}


def _differences(old: Edition, new: Edition) -> dict[str, object]:
    first, last = sorted((old.number, new.number))
    between = _steps(first, last)
    is_told = len(between) <= SPAN
    sources = _sources(first, last, between) if is_told else {}
    loaded = editions.load_many((old.pk, new.pk))
    groups = change_groups(loaded[old.pk].snapshot, loaded[new.pk].snapshot, sources=sources)
    return {
        "old": old,
        "new": new,
        "groups": groups,
        "is_same": not any(group.count for group in groups),
        "between": between,
        "is_told": is_told,
        "span": SPAN,
    }


def _steps(first: int, last: int) -> QuerySet[Edition]:
    """The editions after the first one up to the last: those that made the difference."""
    rows = Edition.objects.filter(number__gt=first, number__lte=last)
    return rows.defer("snapshot").select_related("author", "approver").order_by("-number")


def _sources(first: int, last: int, between: QuerySet[Edition]) -> dict[Entry, Edition]:
    """Which edition touched an entry last, for every entry that any of them touched."""
    by_number = {edition.number: edition for edition in between}
    found: dict[Entry, Edition] = {}
    for before, after in pairwise(editions.each(first=first, last=last)):
        for change in snapshots.diff(before.snapshot, after.snapshot):
            found[entry_of(change)] = by_number[after.number]
    return found
