"""The page *Phrases*: what waits for mending, a line to try, and every rule."""

from collections.abc import Iterable
from dataclasses import dataclass

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from crossbank.conduct import phrases, shipped
from crossbank.conduct.models import PhraseOverride, PhraseRule, lines
from crossbank.conduct.phrase_watch import better_words, finding_words
from crossbank.conduct.phrases import Found, Text
from crossbank.engine import phrases as engine
from crossbank.org.access import KEEPERS, requires
from crossbank.org.admin_site import Page
from crossbank.org.models import User
from crossbank.web.text import validate_text

NEXT = {
    "publish": "admin:matrix_edition_publish",
    "reviews": "admin:matrix_editionreview_changelist",
}


@dataclass(frozen=True, kw_only=True)
class SevereLine:
    """What one rule finds in one text, as the pages show it: it is mended or overridden at once."""

    found: Found  # the first of them
    words: SafeString
    better: SafeString
    is_own: bool  # whoever wrote it does not override it
    is_done: bool  # overridden by this person; nobody knows the writer, so another one publishes


@dataclass(frozen=True, kw_only=True)
class RuleLine:
    code: str
    language: str
    kind: str
    effect: str
    patterns: tuple[str, ...]
    better: str
    state: str
    url: str


class OverrideForm(forms.Form):
    digest = forms.CharField(max_length=64)
    rule = forms.CharField(max_length=20)
    reason = forms.CharField(
        max_length=PhraseOverride._meta.get_field("reason").max_length,
        validators=[validate_text],
        error_messages={"required": gettext_lazy("Say why this line may be published.")},
    )


class TryForm(forms.Form):
    line = forms.CharField(
        label=gettext_lazy("Line"), max_length=1000, validators=[validate_text], required=False
    )
    is_free = forms.BooleanField(label=gettext_lazy("The product costs nothing"), required=False)


def severe_lines(by: User) -> list[SevereLine]:
    """What the words of the house hold against publishing by this person."""
    return _severe(phrases.standing(at=timezone.now()), by)


def _severe(texts: Iterable[Text], by: User) -> list[SevereLine]:
    found: dict[tuple[str, str], list[Found]] = {}
    for one in phrases.blocking(texts, by=by):
        found.setdefault((one.text.digest, one.finding.rule.code), []).append(one)
    done = phrases.overridden_by(by) if found else set()
    return [
        SevereLine(
            found=first,
            words=format_html_join(" ", "{}", ((finding_words(one.finding),) for one in same)),
            better=better_words(first.finding),
            is_own=by.username in phrases.writers(first.text.digest),
            is_done=key in done,
        )
        for key, same in found.items()
        for first in same[:1]
    ]


@requires(*KEEPERS)
@require_http_methods(["GET", "HEAD", "POST"])
def phrase_page(request: HttpRequest) -> HttpResponse:
    """To read and to try; a POST overrides one severe finding with a reason."""
    if request.method != "POST":
        return _page(request)
    form = OverrideForm(request.POST)
    if not form.is_valid():
        for problem in (error for errors in form.errors.values() for error in errors):
            messages.error(request, problem)
        return _page(request, typed=form, status=422)
    try:
        row = phrases.override(
            digest=form.cleaned_data["digest"],
            rule_code=form.cleaned_data["rule"],
            reason=form.cleaned_data["reason"],
            at=timezone.now(),
            by=request.user,
        )
    except phrases.OwnWords:
        messages.error(request, _("You wrote this line. Another person may override it."))
        return _page(request, typed=form, status=422)
    except phrases.NothingFound:
        messages.warning(request, _("Somebody changed or overrode this line meanwhile."))
        return _page(request, typed=form, status=409)
    words = _("The line is overridden; the reason is in the audit trail.")
    if row.author is None:
        words = _("The line is overridden. Nobody knows who wrote it, so another person publishes.")
    messages.success(request, words)
    return redirect(NEXT.get(request.POST.get("next", ""), "admin:phrases"))


def _page(
    request: HttpRequest, *, typed: OverrideForm | None = None, status: int = 200
) -> HttpResponse:
    is_trying = request.method != "POST" and "line" in request.GET
    trial = TryForm(request.GET if is_trying else None)
    tried = None
    if is_trying and trial.is_valid() and trial.cleaned_data["line"]:
        book = phrases.in_force()
        found = book.check(trial.cleaned_data["line"], is_free=trial.cleaned_data["is_free"])
        tried = as_words(found)
    context = {
        **admin.site.each_context(request),
        "title": _("Phrases"),
        "severe": severe_lines(request.user),
        "waiting": _severe(phrases.waiting(at=timezone.now()), request.user),
        "typed": typed.data if typed else {},
        "trial": trial,
        "tried": tried,
        "rules": _rules(),
        "language": _language(get_language()),
    }
    return TemplateResponse(request, "admin/phrases.html", context, status=status)


def _rules() -> list[RuleLine]:
    """Language by language, in the order of their codes."""
    rules = (_rule_line(rule, row) for rule, row in phrases.rules_for_people())
    return sorted(rules, key=lambda rule: (rule.language, rule.code))


def _rule_line(rule: engine.PhraseRule | None, row: PhraseRule | None) -> RuleLine:
    code = row.code if row else rule.code
    severity = row.severity if row else rule.severity
    if row:
        url = reverse("admin:conduct_phraserule_change", args=[row.pk])
    else:
        url = f"{reverse('admin:conduct_phraserule_add')}?{urlencode({'code': code})}"
    return RuleLine(
        code=code,
        language=_language(row.language if row else rule.language),
        kind=str(PhraseRule.Kind(row.kind if row else rule.kind).label),
        effect=str(PhraseRule.Severity(severity).label),
        patterns=lines(row.patterns) if row else rule.patterns,
        better=row.better if row else rule.better,
        state=_state(code, row),
        url=url,
    )


def _language(code: str) -> str:
    return str(dict(settings.LANGUAGES).get(code, ""))


def _state(code: str, row: PhraseRule | None) -> str:
    if row is None:
        return _("as delivered")
    if not row.is_active:
        return _("paused")
    return _("re-worded") if code in shipped.rules() else _("our own")


def initial_of(code: str) -> dict[str, object]:
    """What the form of a new row starts with when it takes the place of a shipped rule."""
    rule = shipped.rules().get(code)
    if rule is None:
        return {}
    return {
        "code": rule.code,
        "language": rule.language,
        "kind": rule.kind.value,
        "severity": rule.severity.value,
        "patterns": "\n".join(rule.patterns),
        "unless": "\n".join(rule.unless),
        "better": rule.better,
    }


def as_words(findings: Iterable[engine.Finding]) -> list[tuple[SafeString, str, SafeString]]:
    """What is found, what it does, and what is better."""
    return [
        (finding_words(one), PhraseRule.Severity(one.rule.severity).label, better_words(one))
        for one in findings
    ]


admin.site.add_page(
    Page(
        route="phrases/",
        name="phrases",
        view=phrase_page,
        title=gettext_lazy("Phrases"),
        about=gettext_lazy("Lines that wait for mending, a line to try, and what we do not say."),
    )
)
