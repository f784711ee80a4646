"""A branch's week on one sheet of paper."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from crossbank.matrix import editions
from crossbank.org.access import REVIEWERS, requires
from crossbank.org.calendars import calendar_of
from crossbank.org.models import Branch
from crossbank.review import scope as scopes
from crossbank.review import week as weeks
from crossbank.review import words
from crossbank.review.figures import figures
from crossbank.review.forms import query
from crossbank.review.links import Links
from crossbank.review.scope import Scope
from crossbank.review.terms import Filter
from crossbank.web.forms import FilterForm


class WeekField(forms.CharField):
    """A week as browsers send it; where they know no such field people write it."""

    widget = forms.TextInput(attrs={"type": "week", "placeholder": "2026-W48"})

    def clean(self, value: Any) -> date | None:
        text = super().clean(value)
        try:
            return weeks.monday_of(text) if text else None
        except weeks.NoWeek:
            raise ValidationError(
                _("“%(value)s” is not a week. Write it like %(week)s."),
                params={"value": text, "week": "2026-W48"},
            ) from None


class WeekFilter(FilterForm):
    """One branch and one week, by default the newest that is over."""

    branch = forms.CharField(label=_("Branch"), required=False, widget=forms.Select)
    week = WeekField(label=_("Week"), required=False, max_length=20)

    def __init__(self, data: Any, *, scope: Scope, today: date) -> None:
        super().__init__(data)
        self.scope, self.today = scope, today
        places = [(place.code, str(place.named)) for place in scope.places]
        self.fields["branch"].widget.choices = [("", "–"), *places]
        self.fields["week"].widget.attrs["max"] = weeks.written(today)
        if weeks.is_one_place(scope):
            self.fields["branch"].widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        branch = cleaned.get("branch", "")
        scopes.narrow(self.scope, since=self.today, last=self.today, branch=branch)  # 404 first
        if self.errors:
            self.fields["week"].widget.attrs["type"] = "text"  # or it would come back empty
            return cleaned
        monday = cleaned["week"] or weeks.last_full(self.today)
        if monday > self.today:
            self.add_error("week", _("This week has not begun yet."))
        elif branch or weeks.is_one_place(self.scope):
            asked = scopes.narrow(
                self.scope, since=monday, last=weeks.last_day(monday), branch=branch
            )
            cleaned["asked"] = weeks.nameless(asked)
            self.data = {**self.data.dict(), "week": weeks.written(monday)}
        return cleaned

    @property
    def asked(self) -> Filter | None:
        """None while no branch is chosen. Only of a valid form."""
        return self.cleaned_data.get("asked")


@requires(*REVIEWERS)
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    at = timezone.localtime()
    form = WeekFilter(request.GET, scope=scopes.of(request.user), today=at.date())
    if not form.is_valid():
        return render(request, "review/week.html", {"form": form}, status=422)
    asked = form.asked
    if asked is None:
        return render(request, "review/week.html", {"form": form})
    found = figures(asked, made_by=request.user.display_name, made_at=at)
    try:
        shown = editions.current(at).for_reader
    except editions.NoEdition:
        shown = None
    calendar = calendar_of(Branch.objects.get(pk=asked.one_place.pk))
    before, after = weeks.neighbours(form.cleaned_data["branch"], asked.since, today=at.date())
    context = {
        "form": form,
        "place": words.place(asked),
        "figures": found,
        "links": Links(asked=asked),
        "week": weeks.week(found, calendar=calendar, today=at.date(), shown=shown),
        "before": before,
        "after": after,
        "back": query(asked),
        "purpose": words.PURPOSE,
    }
    return render(request, "review/week.html", context)
