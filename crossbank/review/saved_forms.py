"""A view is kept under a name, and renamed."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crossbank.review import periods, words
from crossbank.review.models import SavedView
from crossbank.review.terms import Filter
from crossbank.web.forms import HouseForm
from crossbank.web.text import clean_text


class _NameField(forms.CharField):
    """A name in one line: it also stands in the head of a mail."""

    def __init__(self) -> None:
        length = SavedView._meta.get_field("name").max_length
        super().__init__(label=_("Name"), max_length=length)

    def to_python(self, value: Any) -> str:
        return " ".join(clean_text(super().to_python(value)).split())


class ChangeForm(HouseForm):
    name = _NameField()
    opens_first = forms.BooleanField(
        label=_("Opens first"),
        required=False,
        help_text=_("Review begins with it. The usual one stays a click away."),
    )

    def __init__(self, view: SavedView, data: Any = None) -> None:
        initial = {name: getattr(view, name) for name in self.base_fields}
        super().__init__(data, auto_id=f"view-{view.pk}-%s", initial=initial)


class KeepForm(HouseForm):
    name = _NameField()
    period = forms.ChoiceField(
        label=_("Period"),
        help_text=_("The first ones move along with the calendar."),
        choices=[*periods.LABELS.items(), (SavedView.FIXED, _("Exactly these days"))],
    )

    def __init__(self, asked: Filter, *, today: date, data: Any = None) -> None:
        kind = periods.kind_of(asked.since, asked.last, today) or SavedView.FIXED
        super().__init__(data, initial={"period": kind})
        exactly = _("Exactly %(period)s") % {"period": words.period(asked.since, asked.last)}
        self.fields["period"].choices = [*periods.LABELS.items(), (SavedView.FIXED, exactly)]
