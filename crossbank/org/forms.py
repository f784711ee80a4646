"""What a person sets for himself."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from crossbank.org.models import User
from crossbank.web.forms import house_helper


class PreferencesForm(forms.ModelForm):
    language = forms.ChoiceField(
        label=_("Language"),
        required=False,
        help_text=_("Dates and numbers follow it at once; texts as far as they are translated."),
    )

    class Meta:
        model = User
        fields = ["language", "theme", "single_keys", "show_tally"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = [
            ("", _("As the browser asks")),
            *settings.LANGUAGES,
        ]
        self.helper = house_helper()
