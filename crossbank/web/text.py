"""What may stand in a field: readable text in any script, no control or direction overrides."""

import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# Cc without tab and line breaks, and the invisible signs that reorder or hide text
_OVERRIDES = {*"\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\ufeff"}


def clean_text(value: str) -> str:
    """This will return NFC text with plain spaces at the ends removed.

    Raises ValidationError for control characters, direction overrides and lone surrogates.
    """
    for sign in "" if value.isprintable() else value:  # what prints is neither of them
        category = unicodedata.category(sign)
        if (category in {"Cc", "Cs", "Co", "Cn"} and sign not in "\t\n\r") or sign in _OVERRIDES:
            raise ValidationError(
                _("This text holds a sign that cannot be stored (U+%(sign)04X). Please remove it."),
                code="control",
                params={"sign": ord(sign)},
            )
    return unicodedata.normalize("NFC", value).strip()


def validate_text(value: str) -> None:
    """The same rule as a model field validator."""
    clean_text(value)
