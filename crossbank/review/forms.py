"""The filter bar of review: one GET form, for the page, the workbook and the command."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from crossbank.review import periods
from crossbank.review import scope as scopes
from crossbank.review.scope import Scope
from crossbank.review.terms import Filter, Named
from crossbank.web.forms import FilterForm

DEFAULT_DAYS = 28
LONGEST_DAYS = 366
_PLACES = ("region", "branch", "staff", "main")


class DayField(forms.DateField):
    """A day as browsers send it, in every language."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    input_formats = ["%Y-%m-%d"]
    default_error_messages = {
        "min_value": _("Choose %(limit_value)s or a later day."),
        "max_value": _("Choose %(limit_value)s or an earlier day."),
    }
    default_validators = [
        # what lies outside is a slip of the finger, and the ends of time cannot be counted from
        MinValueValidator(date(2000, 1, 1)),
        MaxValueValidator(date(2099, 12, 31)),
    ]

    def to_python(self, value: Any) -> date | None:
        try:
            return super().to_python(value)
        except ValidationError:
            raise ValidationError(
                _("“%(value)s” is not a day. Write it like %(day)s."),
                code="invalid",
                params={"value": value, "day": "2026-11-21"},
            ) from None


class ReviewFilter(FilterForm):
    """Dates are inclusive at both ends. Empty dates mean the last 28 days up to `today`."""

    region = forms.CharField(label=_("Region"), required=False, widget=forms.Select)
    branch = forms.CharField(label=_("Branch"), required=False, widget=forms.Select)
    staff = forms.CharField(label=_("Employee"), required=False, widget=forms.Select)
    main = forms.CharField(label=_("Main product"), required=False, widget=forms.Select)

    field_order = ["from", "until", *_PLACES]
    default_days = DEFAULT_DAYS

    def __init__(self, data: Any, *, scope: Scope, today: date) -> None:
        super().__init__(data)
        self.scope = scope
        self.today = today
        for name, label in (("from", _("From")), ("until", _("Until"))):
            self.fields[name] = DayField(label=label, required=False)
        self.order_fields(self.field_order)
        self._offer("region", _("All regions"), scope.regions)
        self._offer("branch", _("All branches"), (place.named for place in scope.places))
        self._offer("staff", _("All employees"), self._colleagues())
        self._offer("main", _("All main products"), scope.mains)

    def _offer(self, name: str, everything: Any, named: Iterable[Named]) -> None:
        if name in self.fields:  # a filter that has none of it says `staff = None`
            choices = [(one.code, one.name if name == "staff" else str(one)) for one in named]
            self.fields[name].widget.choices = [("", everything), *choices]

    def _colleagues(self) -> tuple[Named, ...]:
        """Those of the branch in view; in a whole bank a list of everybody helps nobody."""
        if len({place.now for place in self.scope.places}) == 1:
            return tuple(colleague.named for colleague in self.scope.staff)
        chosen = self.data.get("branch")
        return tuple(
            colleague.named
            for colleague in self.scope.staff
            if colleague.branch == chosen or colleague.named.code == self.data.get("staff")
        )

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
        self._asked(self.today, self.today, cleaned)  # out of scope comes before badly written
        if self.errors:
            self._show_what_was_typed()
            return cleaned
        until = cleaned["until"] or max(self.today, cleaned["from"] or self.today)
        since = cleaned["from"] or until - timedelta(days=self.default_days - 1)
        if since > until:
            self.add_error("until", _("The last day lies before the first."))
        elif (until - since).days >= LONGEST_DAYS:
            self.add_error("from", _("Choose at most 366 days."))
        else:
            cleaned["asked"] = self._asked(since, until, cleaned)
            self.data = {**self.data.dict(), "from": since.isoformat(), "until": until.isoformat()}
        return cleaned

    def _show_what_was_typed(self) -> None:
        """A date input is empty when its value is no date; a text input keeps it for mending."""
        for name in ("from", "until"):
            if name in self.errors:
                self.fields[name].widget.attrs["type"] = "text"

    def _asked(self, since: date, last: date, cleaned: dict[str, Any]) -> Filter:
        places = {name: cleaned.get(name, "") for name in _PLACES}
        return scopes.narrow(self.scope, since=since, last=last, **places)

    @property
    def asked(self) -> Filter:
        """What is counted. Only of a valid form."""
        return self.cleaned_data["asked"]


def places(asked: Filter) -> dict[str, str]:
    """What a filter is narrowed to, as the codes of its fields."""
    return {name: getattr(asked, name).code for name in _PLACES if getattr(asked, name)}


def query(asked: Filter, **changes: str) -> str:
    """This will write a filter as the end of an address, with some of its values changed."""
    values = {
        "from": f"{asked.since:%Y-%m-%d}",
        "until": f"{asked.last:%Y-%m-%d}",
        **places(asked),
        **changes,
    }
    return urlencode({name: value for name, value in values.items() if value})


def quick_periods(today: date) -> tuple[tuple[Any, date, date], ...]:
    """Label, first and last day (inclusive) of the periods that people ask for most."""
    kinds = (periods.WEEK, periods.LAST_28, periods.LAST_MONTH)
    return tuple((periods.LABELS[kind], *periods.days(kind, today)) for kind in kinds)
