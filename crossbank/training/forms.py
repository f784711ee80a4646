"""From taps and lines to what the room keeps. What is allowed is the services' to say."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crossbank.org.access import visible_staff
from crossbank.org.models import Role, User
from crossbank.training import practising
from crossbank.training.barriers import BARRIERS
from crossbank.training.models.notes import LONGEST
from crossbank.web.forms import HouseForm, Words


class CheckForm(forms.Form):
    """Eight boxes, none of them ticked beforehand; nothing true today is an answer, too."""

    marks = forms.MultipleChoiceField(
        required=False,
        choices=[(barrier.code, barrier.sign) for barrier in BARRIERS],
        widget=forms.CheckboxSelectMultiple,
        label=gettext_lazy("What is true today?"),
    )


class ReplyForm(HouseForm):
    uuid = forms.UUIDField(widget=forms.HiddenInput)
    text = Words(label=gettext_lazy("Your answer"), rows=4, max_length=LONGEST)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"uuid": uuid4()}, **kwargs})


class NoteForm(HouseForm):
    """To whom, what, and perhaps what it is about: a pair or one of the barriers in general."""

    uuid = forms.UUIDField(widget=forms.HiddenInput)
    to = forms.ModelChoiceField(
        queryset=User.objects.none(),
        to_field_name="username",
        label=gettext_lazy("To"),
        empty_label=gettext_lazy("Choose a colleague"),
    )
    text = Words(
        label=gettext_lazy("Note"),
        rows=4,
        max_length=LONGEST,
        help_text=gettext_lazy(
            "What you saw, and one thing to try. No numbers to reach, no comparison with others. It "
            "stays as it is sent; conduct officers and auditors can read it."
        ),
    )
    pair = forms.ChoiceField(required=False, label=gettext_lazy("About a pair"))
    barrier = forms.ChoiceField(
        required=False,
        label=gettext_lazy("About a barrier, in general"),
        help_text=gettext_lazy("Nobody sees what a colleague marked in his self-check."),
    )

    def __init__(self, *args: Any, at: datetime, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"uuid": uuid4()}, **kwargs})
        self.fields["to"].queryset = colleagues(by)
        pairs = practising.pairs_to_name(at=at, day=by.branch.local_day(at))
        self.fields["pair"].choices = [("", _("None in particular")), *pairs]
        barriers = [(barrier.code, barrier.title) for barrier in BARRIERS]
        self.fields["barrier"].choices = [("", _("None in particular")), *barriers]

    @property
    def entry(self) -> dict[str, Any]:
        given = {name: self.cleaned_data[name] for name in ("uuid", "to", "text", "barrier")}
        main, _space, cross = self.cleaned_data["pair"].partition(" ")
        return {**given, "main": main, "cross": cross}


def colleagues(manager: User) -> QuerySet[User]:
    """Who may be written to: sellers of the manager's own branch, by name."""
    return visible_staff(manager).filter(role=Role.SELLER, is_active=True)
