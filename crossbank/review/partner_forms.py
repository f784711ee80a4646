"""The filter of the partners' statement: a month, a partner, a place."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext_lazy as _

from crossbank.catalog.models import Partner
from crossbank.review import scope as scopes
from crossbank.review.partners import Statement
from crossbank.review.scope import OutOfScope, Scope
from crossbank.review.terms import ONE_DAY, Filter, Named
from crossbank.web.forms import FilterForm

_MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")
_PLACES = ("region", "branch")


class MonthField(forms.CharField):
    """A month as browsers send it: 2026-11. Cleaned: its first day, or None."""

    widget = forms.TextInput(attrs={"type": "month", "placeholder": "2026-11"})

    def clean(self, value: Any) -> date | None:
        written = super().clean(value)
        if not written:
            return None
        found = _MONTH.fullmatch(written)
        if not found:
            raise forms.ValidationError(
                _("“%(value)s” is not a month. Write it like %(month)s."),
                code="invalid",
                params={"value": written[:20], "month": "2026-11"},
            )
        return date(int(found[1]), int(found[2]), 1)


def partners() -> tuple[Named, ...]:
    """Every partner by code; the same for all readers, because a partner has no branch."""
    rows = Partner.objects.order_by("code").values_list("code", "name")
    return tuple(Named(code=code, name=name) for code, name in rows)


class PartnerFilter(FilterForm):
    """No month means the last whole one before `today`."""

    month = MonthField(label=_("Month"), required=False)
    partner = forms.CharField(label=_("Partner"), required=False, widget=forms.Select)
    region = forms.CharField(label=_("Region"), required=False, widget=forms.Select)
    branch = forms.CharField(label=_("Branch"), required=False, widget=forms.Select)

    def __init__(self, data: Any, *, scope: Scope, today: date) -> None:
        super().__init__(data)
        self.scope, self.today, self.partners = scope, today, partners()
        self._offer("partner", _("All partners"), self.partners)
        self._offer("region", _("All regions"), scope.regions)
        self._offer("branch", _("All branches"), (place.named for place in scope.places))

    def _offer(self, name: str, everything: Any, named: Iterable[Named]) -> None:
        choices = [(one.code, str(one)) for one in named]
        self.fields[name].widget.choices = [("", everything), *choices]

    @property
    def offered(self) -> list[forms.BoundField]:
        """The fields with something to choose: no list with a single entry."""
        return [
            field
            for field in self
            if field.name not in _PLACES or len(field.field.widget.choices) > 2 or field.value()
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        this_month = self.today.replace(day=1)
        self._asked(this_month, cleaned)  # out of scope comes before badly written
        cleaned["partner"] = self._partner(cleaned.get("partner", ""))
        if "month" in self.errors:
            self.fields["month"].widget.attrs["type"] = "text"  # what was typed, to be mended
            return cleaned
        month = cleaned["month"] or (this_month - ONE_DAY).replace(day=1)
        if month > this_month:
            self.add_error("month", _("This month has not begun."))
        else:
            cleaned["asked"] = self._asked(month, cleaned)
            self.data = {**self.data.dict(), "month": f"{month:%Y-%m}"}
        return cleaned

    def _asked(self, month: date, cleaned: dict[str, Any]) -> Filter:
        places = {name: cleaned.get(name, "") for name in _PLACES}
        return scopes.narrow(self.scope, since=month, last=_last_day(month), **places)

    def _partner(self, code: str) -> Named | None:
        found = next((partner for partner in self.partners if partner.code == code), None)
        if code and not found:
            raise OutOfScope
        return found


def _next(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def _last_day(month: date) -> date:
    return _next(month) - ONE_DAY


def query(found: Statement, **changes: str) -> str:
    """This will write the filter of a statement as the end of an address, with some changes."""
    asked = found.asked
    values = {
        "month": f"{asked.since:%Y-%m}",
        "partner": found.partner.code if found.partner else "",
        "region": asked.region.code if asked.region else "",
        "branch": asked.branch.code if asked.branch else "",
        **changes,
    }
    return urlencode({name: value for name, value in values.items() if value})


def months(found: Statement, today: date) -> list[dict[str, str]]:
    """The month before and the month after as links; no month that has not begun."""
    month = found.asked.since
    beside = [(month - ONE_DAY).replace(day=1), _next(month)]
    return [
        {"month": one, "query": query(found, month=f"{one:%Y-%m}")}
        for one in beside
        if date(2000, 1, 1) <= one <= today
    ]
