"""Phrase rules of the bank's own in the back office, and what was overridden, to read."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from crossbank.catalog.models import Bundle, Objection, PartnerBenefit, Product
from crossbank.conduct import phrases, services, shipped
from crossbank.conduct.models import PhraseOverride, PhraseRule
from crossbank.conduct.phrase_texts import (
    benefit_texts,
    bundle_texts,
    objection_texts,
    product_texts,
)
from crossbank.conduct.phrase_views import as_words, initial_of
from crossbank.conduct.phrase_watch import watch
from crossbank.engine.phrases import check
from crossbank.org.admin_forms import BackOfficeForm
from crossbank.org.admin_site import ReadOnlyAdmin, RoleAdmin
from crossbank.org.admin_watch import add_watch

TRY = "_try"  # the button that looks and saves nothing


class PhraseRuleForm(BackOfficeForm):
    line = forms.CharField(
        label=_("Line to try"),
        max_length=1000,
        required=False,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("What would this rule find in it? Nothing is saved by trying."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in {"patterns", "unless"} & set(self.fields):
            self.fields[name].widget.attrs["rows"] = 8

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if (cleaned.get("kind"), cleaned.get("severity")) == ("opener", "severe"):
            self.add_error("severity", _("What asks for a no only warns; it never blocks."))
        code = cleaned.get("code") or self.instance.code
        if delivered := shipped.rules().get(code):
            self._check_place(cleaned, delivered.language, delivered.kind)
        return cleaned

    def _check_place(self, cleaned: dict[str, Any], language: str, kind: str) -> None:
        """A row with a shipped code says the same thing in other words, and why."""
        for name, value in (("language", language), ("kind", kind)):
            if cleaned.get(name) and cleaned[name] != value:
                self.add_error(name, _("This code is delivered with another one; keep it."))
        if not cleaned.get("note"):
            self.add_error("note", _("Say why: this rule comes with the product."))

    def is_valid(self) -> bool:
        return super().is_valid() and TRY not in self.data

    @property
    def is_tried(self) -> bool:
        """Whether there is an answer to show: a line was given and the rule can be read."""
        return TRY in self.data and not self.errors and bool(self.cleaned_data.get("line"))

    def tried(self) -> list[tuple[SafeString, SafeString]]:
        """What this rule alone, as it stands on the page, finds in the line."""
        row = PhraseRule(**{name: self.cleaned_data[name] for name in _ENGINE_FIELDS})
        row.code = self.cleaned_data.get("code") or self.instance.code
        rule = phrases.as_rule(row)
        return as_words(check(self.cleaned_data["line"], rules=[rule] if rule else []))


_ENGINE_FIELDS = ("language", "kind", "severity", "patterns", "unless", "better")


@admin.register(PhraseRule)
class PhraseRuleAdmin(RoleAdmin):
    place = 3
    form = PhraseRuleForm
    fixed_fields = ("code",)
    list_display = ("code", "language", "kind", "severity", "better", "is_active", "changed_by")
    list_filter = ("language", "kind", "severity", "is_active")
    list_select_related = ("changed_by",)
    search_fields = ("code", "patterns", "unless", "better", "note")
    change_form_template = "admin/conduct/phraserule/change_form.html"
    fieldsets = (
        (
            None,
            {
                "fields": ("code", "language", "kind", "severity", "is_active", "note"),
                "description": _(
                    "A new code adds a rule; the code of a rule that comes with the product takes "
                    "its place. For a publisher his own loosening of a blocking rule does not count."
                ),
            },
        ),
        (_("What it finds"), {"fields": ("patterns", "unless", "better")}),
        (_("Try it"), {"fields": ("line",)}),
    )

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        given = super().get_changeform_initial_data(request)
        return {**given, **initial_of(request.GET.get("code", ""))}

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().changeform_view(request, *args, **kwargs)
        if TRY in request.POST and response.status_code == 422:
            errors = response.context_data["errors"]
            response.status_code = 422 if errors else 200
        return response

    def save_model(
        self,
        request: HttpRequest,
        obj: PhraseRule,
        form: forms.ModelForm,
        change: bool,  # noqa: FBT001 - Django's signature
    ) -> None:
        obj.changed_by = request.user
        with transaction.atomic():
            super().save_model(request, obj, form, change)
            fields = {name: str(form.cleaned_data[name]) for name in form.changed_data}
            self._record(request, obj, "phrase_rule_saved", fields)

    def delete_model(self, request: HttpRequest, obj: PhraseRule) -> None:
        with transaction.atomic():
            super().delete_model(request, obj)
            self._record(request, obj, "phrase_rule_deleted", {"patterns": obj.patterns})

    def _record(
        self, request: HttpRequest, rule: PhraseRule, action: str, detail: dict[str, str]
    ) -> None:
        now = timezone.now()
        services.record(action=action, subject=rule.code, detail=detail, at=now, by=request.user)


@admin.register(PhraseOverride)
class PhraseOverrideAdmin(ReadOnlyAdmin):
    place = 4
    list_display = ("at", "place", "rule_code", "reason", "author", "by")
    list_filter = ("at", "rule_code")
    list_select_related = ("author", "by")
    search_fields = ("place", "words", "reason", "rule_code", "by__username")
    fields = ("at", "place", "words", "rule_code", "reason", "written_by", "overridden_by")
    readonly_fields = ("written_by", "overridden_by")

    @admin.display(description=_("written by"), empty_value="–")
    def written_by(self, row: PhraseOverride) -> str:
        return str(row.author or "")  # as text: an owner may not open a person's page

    @admin.display(description=_("overridden by"))
    def overridden_by(self, row: PhraseOverride) -> str:
        return str(row.by)


add_watch(Product, watch(product_texts))
add_watch(Bundle, watch(bundle_texts))
add_watch(PartnerBenefit, watch(benefit_texts))
add_watch(Objection, watch(objection_texts))
