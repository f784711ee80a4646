"""Forms of the back office: pairings, basket rules, publishing."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crossbank.matrix.models import BasketRule, Pairing
from crossbank.org.admin_forms import BackOfficeForm
from crossbank.org.models import Role, User
from crossbank.web.text import validate_text


class PairingForm(BackOfficeForm):
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        relation, rating = cleaned.get("relation"), cleaned.get("rating")
        if relation == Pairing.Relation.CROSS_SELL and not rating and "rating" not in self.errors:
            self.add_error("rating", _("Say how well the two fit: a pair needs a rating."))
        if relation == Pairing.Relation.UP_SELL:
            if rating:
                self.add_error("rating", _("A better main product has no rating; leave it empty."))
            better = cleaned.get("cross") or getattr(self.instance, "cross", None)
            if better is not None and not better.is_main:
                self._add_pair_error(_("%(product)s is no main product.") % {"product": better})
        return cleaned

    def _add_pair_error(self, words: str) -> None:
        self.add_error("cross" if "cross" in self.fields else None, words)


class BasketRuleForm(BackOfficeForm):
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        kind, subjects, others = (cleaned.get(name) for name in ("kind", "subjects", "others"))
        if kind is None or subjects is None or others is None:
            return cleaned
        if kind == BasketRule.Kind.AT_MOST_ONE:
            if len(subjects) == 1:
                self.add_error("subjects", _("“At most one of” needs two products or more."))
            if others:
                self.add_error("others", _("“At most one of” has no other side; leave it empty."))
        elif not others:
            self.add_error("others", _("Name the products on the other side."))
        if both := set(subjects) & set(others):
            names = ", ".join(sorted(product.code for product in both))
            self.add_error("others", _("%(names)s stands on both sides.") % {"names": names})
        return cleaned


class PublishForm(forms.Form):
    """`seen` is the digest of the draft that was shown: what is confirmed is what was read."""

    note = forms.CharField(
        label=_("Note"),
        max_length=200,
        required=False,
        validators=[validate_text],
        help_text=_("Why: employees read it beside the edition’s number."),
    )
    approver = forms.ModelChoiceField(
        label=_("Seen by"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("nobody else"),
        help_text=_("Another product owner who has read the changes."),
    )
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owners = User.objects.filter(role=Role.OWNER, is_active=True).exclude(pk=by.pk)
        self.fields["approver"].queryset = owners.order_by("username")
