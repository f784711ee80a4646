"""Saving in the back office: what the phrase rules say of a row's texts, told at once."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crossbank.conduct import phrases
from crossbank.conduct.phrases import Found, Text
from crossbank.engine.phrases import Finding, Kind
from crossbank.org.admin_watch import Watch

WHY = {
    Kind.OPENER: gettext_lazy("asks for a no"),
    Kind.PRESSURE: gettext_lazy("presses the customer"),
    Kind.TYING: gettext_lazy("ties one product to another"),
    Kind.FREE_CLAIM: gettext_lazy("stands there without what it costs"),
}


def finding_words(finding: Finding) -> SafeString:
    """A finding in a sentence: the words as they were written, and why they are not ours."""
    quote = format_html('<q lang="{}">{}</q>', finding.rule.language, finding.quote)
    return format_html("{} {}.", quote, WHY[finding.rule.kind])


def better_words(finding: Finding) -> SafeString:
    rule = finding.rule
    line = format_html('<span lang="{}">{}</span>', rule.language, rule.better)
    return format_html("{} {}", _("Better:"), line)


def told(found: Found, *, is_open: bool) -> SafeString:
    """The whole warning: where, what, why, what a severe one stops while it is open, what is better."""
    parts = [format_html("{}:", found.text.label), finding_words(found.finding)]
    if found.finding.is_severe:
        parts.append(_effect(found.text, is_open=is_open))
    parts.append(better_words(found.finding))
    return format_html_join(" ", "{}", ((part,) for part in parts))


def _effect(text: Text, *, is_open: bool) -> str:
    if not is_open:
        return _("Another person has let it pass.")
    if text.is_said:
        return _("This blocks publishing until it is mended or another person overrides it.")
    return _("Nobody says it until it is mended or another person overrides it.")


def watch(texts: Callable[[Any], Iterable[Text]]) -> Watch:
    """A watch for `add_watch`: every finding in the row's texts becomes a warning; all is saved."""

    def look(request: HttpRequest, form: forms.ModelForm, formsets: list[Any]) -> None:
        found = phrases.check_texts(texts(form.instance))
        stopping = phrases.blocking([one.text for one in found], by=request.user) if found else []
        fresh = set(_written(form, formsets))
        own = [one for one in found if one.text.words in fresh]
        phrases.note_writer(own, at=timezone.now(), by=request.user)
        for one in found:
            messages.warning(request, told(one, is_open=one in stopping))

    return look


def _written(form: forms.ModelForm, formsets: list[Any]) -> Iterator[str]:
    """What this request changed: saving a colleague's words again is not writing them."""
    inner = (one for formset in formsets for one in formset.forms)
    for one in (form, *inner):
        values = (getattr(one, "cleaned_data", {}).get(name) for name in one.changed_data)
        yield from (value for value in values if isinstance(value, str))
