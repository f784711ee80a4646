"""Small words for templates: money, shares, strokes, bar widths. No queries, no decisions."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django import template
from django.conf import settings
from django.utils import formats
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

DASH = "–"


def _rounded(value: Decimal, places: int) -> str:
    """Half up, as people and spreadsheets round; Django's own formatting cuts digits off."""
    rounded = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return formats.number_format(rounded, decimal_pos=places, use_l10n=True)


@register.filter
def money(minor: int | None) -> str:
    """Minor units as an amount with the currency; a dash when there is no fixed price."""
    if minor is None:
        return DASH
    amount = Decimal(minor).scaleb(-settings.CURRENCY_DIGITS)
    return f"{_rounded(amount, settings.CURRENCY_DIGITS)} {settings.CURRENCY}"


@register.filter
def share(value: float | None) -> str:
    """A share between 0 and 1 as a percentage with one digit; a dash when there is none."""
    if value is None:
        return DASH
    return f"{_rounded(Decimal(repr(value)) * 100, 1)} %"


@register.filter
def decimals(value: float | None, places: int = 2) -> str:
    if value is None:
        return DASH
    return _rounded(Decimal(repr(value)), places)


@register.filter
def svg(value: float) -> str:
    """A coordinate: always a point, whatever the language (Russian and Greek print a comma)."""
    return f"{value:.1f}"


@register.filter
def strokes(count: int) -> str:
    """Tally marks in fives, as on the paper sheet; the number itself stands beside them."""
    fives, rest = divmod(max(count, 0), 5)
    return " ".join(["||||/"] * fives + (["|" * rest] if rest else []))


@register.filter
def key(mapping: Any, name: Any) -> Any:
    """One value of a mapping by a variable name; None when it is not there."""
    return mapping.get(name)


@register.simple_tag
def rating_chip(rating: str, label: str) -> SafeString:
    return format_html('<span class="cb-chip cb-chip--{}">{}</span>', rating or "none", label)
