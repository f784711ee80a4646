"""What of the heat-map a reader wants to see."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crossbank.engine.terms import Snapshot
from crossbank.matrix.models import Rating
from crossbank.matrix.tables import Choice
from crossbank.web.forms import FilterForm


class ChoiceForm(FilterForm):
    """Families and needs are those of the edition that is shown."""

    need = forms.ChoiceField(label=_("Need"), required=False)
    family = forms.ChoiceField(label=_("Family"), required=False)
    rating = forms.ChoiceField(label=_("Rating"), required=False)

    def __init__(self, *args: Any, snapshot: Snapshot, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        families = {p.family: p.family_name for p in snapshot.products if p.is_cross}
        by_name = sorted(families.items(), key=lambda pair: (pair[1], pair[0]))
        needs = [(need.code, need.name) for need in snapshot.needs]
        self.fields["need"].choices = [("", _("Every need")), *needs]
        self.fields["family"].choices = [("", _("Every family")), *by_name]
        self.fields["rating"].choices = [("", _("Every rating")), *Rating.choices]
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-select"

    def choice(self) -> Choice:
        """What was asked for; a value that is not there asks for nothing."""
        self.is_valid()
        return Choice(**{name: self.cleaned_data.get(name, "") for name in self.fields})
