"""The question: which customer, where and when, by which edition."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from crossbank.catalog.models import Need, Product
from crossbank.desk.explain import DRAFT, Asked
from crossbank.desk.models import CustomerKind
from crossbank.matrix.models import Edition
from crossbank.org.models import Branch
from crossbank.web.forms import FilterForm

NEWEST = 50  # editions that are listed
MOST_CODES = 40
_CODE = re.compile(r"[^\s,;]+")
_YEARS = range(2000, 2100)  # what lies outside is a slip of the finger


class MomentField(forms.Field):
    """A day and a time on the wall of the branch, as browsers send it; without zone."""

    widget = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})

    def to_python(self, value: Any) -> datetime | None:
        if value in self.empty_values:
            return None
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo or moment.year not in _YEARS:
            raise ValidationError(
                _("“%(value)s” is not a day and a time. Write it like %(example)s."),
                params={"value": str(value)[:40], "example": "2026-11-21T10:30"},
            )
        return moment


class CodesField(forms.CharField):
    """Product codes with spaces or commas between them."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=400, **kwargs)

    def clean(self, value: Any) -> tuple[str, ...]:
        codes = {code.upper() for code in _CODE.findall(super().clean(value))}
        if len(codes) > MOST_CODES:
            raise ValidationError(
                _("At most %(most)d products, please."), params={"most": MOST_CODES}
            )
        return tuple(sorted(codes))


class ExplainForm(FilterForm):
    """Nothing chosen but the main product means: now, by the edition in force, nothing known."""

    main = forms.ChoiceField(label=_("Main product"))
    need = forms.ChoiceField(label=_("Need"), required=False)
    kind = forms.ChoiceField(label=_("Customer"), required=False, choices=CustomerKind.choices)
    branch = forms.ChoiceField(label=_("Branch"), required=False)
    at = MomentField(
        label=_("Day and time there"), required=False, help_text=_("Empty: now. Past ones too.")
    )
    edition = forms.ChoiceField(label=_("By"), required=False)
    taken = CodesField(label=_("Takes in this conversation"), help_text=_("Product codes."))
    held = CodesField(label=_("Has already"), help_text=_("Product codes."))

    def __init__(
        self,
        data: Any,
        *,
        branches: QuerySet[Branch],
        own: Branch | None,
        with_draft: bool,
        now: datetime,
    ) -> None:
        super().__init__(data)
        self.now = now
        self.branches = {branch.code: branch for branch in branches}
        self.own = own or next(iter(self.branches.values()), None)
        self._list("main", _("Please choose"), _named(Product.objects.filter(is_main=True)))
        self._list("need", _("Not said"), _named(Need.objects.all()))
        self.fields["branch"].choices = [(code, str(b)) for code, b in self.branches.items()]
        if own is None and len(self.branches) > 1:
            self.fields["branch"].initial = self.own.code
        numbers = Edition.objects.order_by("-number").values_list("number", flat=True)[:NEWEST]
        editions = [(str(n), _("Edition %(number)d") % {"number": n}) for n in numbers]
        draft = [(DRAFT, _("The draft"))] if with_draft else []
        self._list("edition", _("The edition in force then"), [*draft, *editions])

    def _list(self, name: str, nothing: Any, choices: Iterable[tuple[str, Any]]) -> None:
        self.fields[name].choices = [("", nothing), *choices]

    @property
    def offered(self) -> list[forms.BoundField]:
        """The fields with something to choose: no list with a single entry."""
        return [f for f in self if f.name != "branch" or len(self.branches) > 1]

    def clean_branch(self) -> Branch | None:
        return self.branches.get(self.cleaned_data["branch"], self.own)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        asked_for = {*cleaned.get("taken", ()), *cleaned.get("held", ())}
        known = {*Product.objects.filter(code__in=asked_for).values_list("code", flat=True)}
        for name in ("taken", "held"):
            if unknown := sorted({*cleaned.get(name, ())} - known):
                words = {"codes": ", ".join(unknown)[:100]}
                self.add_error(name, _("There is no product %(codes)s.") % words)
        if cleaned.get("main") and cleaned["main"] in asked_for:
            self.add_error(
                "taken" if cleaned["main"] in cleaned.get("taken", ()) else "held",
                _("The main product itself cannot stand here."),
            )
        if both := {*cleaned.get("taken", ())} & {*cleaned.get("held", ())}:
            words = {"codes": ", ".join(sorted(both))}
            self.add_error("held", _("%(codes)s stands in both fields.") % words)
        if cleaned.get("branch") is None:
            self.add_error("branch", _("There is no branch yet."))
        if "at" in self.errors:  # a picker is empty when its value is no moment; a text keeps it
            self.fields["at"].widget.attrs["type"] = "text"
        return cleaned

    @property
    def asked(self) -> Asked:
        """Only of a valid form. A moment that clocks skip is taken an hour later, as they do."""
        cleaned, branch = self.cleaned_data, self.cleaned_data["branch"]
        typed = cleaned["at"]
        return Asked(
            main=cleaned["main"],
            need=cleaned["need"],
            customer_kind=cleaned["kind"],
            branch=branch,
            at=typed.replace(tzinfo=branch.zone) if typed else self.now,
            edition=cleaned["edition"],
            taken=cleaned["taken"],
            held=cleaned["held"],
        )


def _named(rows: QuerySet[Any]) -> list[tuple[str, str]]:
    pairs = rows.order_by("name", "code").values_list("code", "name")
    return [(code, f"{name} ({code})") for code, name in pairs]
