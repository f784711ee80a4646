"""A view is kept under a name, and renamed."""

from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from crossbank.org.models import User
from crossbank.review import periods, words
from crossbank.review.models import SavedView
from crossbank.review.terms import Filter
from crossbank.web.forms import HouseForm, OneLine

_LONGEST = SavedView._meta.get_field("name").max_length


class ChangeForm(HouseForm):
    name = OneLine(label=_("Name"), max_length=_LONGEST)
    opens_first = forms.BooleanField(
        label=_("Opens first"),
        required=False,
        help_text=_("Review begins with it. The usual one stays a click away."),
    )

    is_weekly = forms.BooleanField(
        label=_("Send me this view as a workbook every Monday"), required=False
    )

    def __init__(self, view: SavedView, data: Any = None, *, person: User) -> None:
        initial = {name: getattr(view, name) for name in self.base_fields}
        super().__init__(data, auto_id=f"view-{view.pk}-%s", initial=initial)
        field, why_not = self.fields["is_weekly"], _no_mail(person)
        field.disabled = bool(why_not) and not view.is_weekly  # off is always possible
        field.help_text = why_not or _(
            "The week that is over, whatever the period of the view, to %(address)s. Only you can "
            "turn it on or off."
        ) % {"address": person.email}


def _no_mail(person: User) -> str:
    """Why nothing can be sent to a person, and who can change that."""
    if not settings.SENDS_MAIL:
        return _("This server sends no mail yet: whoever runs it names a mail server first.")
    if not person.email:
        return _("Your account has no e-mail address: an administrator enters it under People.")
    return ""


class KeepForm(HouseForm):
    name = OneLine(label=_("Name"), max_length=_LONGEST)
    period = forms.ChoiceField(
        label=_("Period"),
        help_text=_("The first ones move along with the calendar."),
    )

    def __init__(self, asked: Filter, *, today: date, data: Any = None) -> None:
        kind = periods.kind_of(asked.since, asked.last, today) or SavedView.FIXED
        super().__init__(data, initial={"period": kind})
        exactly = _("Exactly %(period)s") % {"period": words.period(asked.since, asked.last)}
        self.fields["period"].choices = [*periods.LABELS.items(), (SavedView.FIXED, exactly)]
