"""The words of a choice in every language of the product, so that a workbook may use any of them."""

import re
from collections.abc import Iterable

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise

_GAPS = re.compile(r"\s+")
Choices = Iterable[tuple[str, Promise | str]]


def codes_by_word(choices: Choices) -> dict[str, str]:
    """Every word that means a choice, folded, and its code; the codes themselves are words too."""
    known, found = list(choices), {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found |= {folded(str(label)): code for code, label in known}
    return found | {folded(code): code for code, _label in known}


def folded(words: str) -> str:
    """Words as they are compared: in whatever letters, however many spaces between them."""
    return _GAPS.sub(" ", words).strip().casefold()
