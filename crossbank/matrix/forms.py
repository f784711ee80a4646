"""What of the heat-map a reader wants to see."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crossbank.engine.terms import ProductTerms, Snapshot
from crossbank.matrix.models import Rating
from crossbank.matrix.tables import Choice
from crossbank.web.forms import FilterForm


class ChoiceForm(FilterForm):
    """Families, providers and needs are those of the edition that is shown."""

    main_family = forms.ChoiceField(label=_("Main products of"), required=False)
    family = forms.ChoiceField(label=_("Cross products of"), required=False)
    provider = forms.ChoiceField(label=_("Provided by"), required=False)
    need = forms.ChoiceField(label=_("Need"), required=False)
    rating = forms.ChoiceField(label=_("Rating"), required=False)

    def __init__(self, *args: Any, snapshot: Snapshot, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mains = [product for product in snapshot.products if product.is_main]
        crosses = [product for product in snapshot.products if product.is_cross]
        choices = {
            "main_family": [("", _("Every family")), *_families(mains)],
            "family": [("", _("Every family")), *_families(crosses)],
            "provider": [("", _("Everybody")), *_providers(crosses)],
            "need": [("", _("Every need")), *((need.code, need.name) for need in snapshot.needs)],
            "rating": [("", _("Every rating")), *Rating.choices],
        }
        for name, listed in choices.items():
            self.fields[name].choices = listed
            self.fields[name].widget.attrs["class"] = "form-select"

    def choice(self) -> Choice:
        """What was asked for; a value that is not there asks for nothing."""
        self.is_valid()
        return Choice(**{name: self.cleaned_data.get(name, "") for name in self.fields})

    def words(self) -> list[str]:
        """What was asked for, as a print says it: “Need: Home”."""
        chosen = vars(self.choice()).items()
        return [
            f"{self.fields[name].label}: {dict(self.fields[name].choices)[value]}"
            for name, value in chosen
            if value
        ]


def _families(products: Iterable[ProductTerms]) -> list[tuple[str, str]]:
    found = {product.family: product.family_name for product in products}
    return sorted(found.items(), key=lambda pair: (pair[1], pair[0]))


def _providers(products: Iterable[ProductTerms]) -> list[tuple[str, Any]]:
    """The bank itself, any partner, then each by name; nobody who provides nothing."""
    listed = list(products)
    kinds = {product.provider for product in listed}
    partners = {product.partner: product.partner_name for product in listed if product.partner}
    own = [("bank", _("The bank")), ("partner", _("Any partner"))]
    by_name = sorted(partners.items(), key=lambda pair: (pair[1], pair[0]))
    return [*(pair for pair in own if pair[0] in kinds), *by_name]
