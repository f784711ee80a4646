"""A figure on a page: a number that says its name and leads to the rows it counts."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from crossbank.review.links import Links
from crossbank.web.templatetags.house import DASH

register = template.Library()


@register.simple_tag
def figure(links: Links, line: str, what: str, text: Any) -> SafeString:
    """`line`: of the page, may be empty. Where nothing is counted there is nothing to open."""
    name = f"{line}:{what}" if line else what
    words = str(text)
    if words in ("0", "", DASH):
        return format_html('<span data-figure="{}">{}</span>', name, words)
    return format_html(
        '<a class="cb-figure" data-figure="{}" href="{}">{}</a>', name, links.to(name), words
    )
