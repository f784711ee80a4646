"""Searching and filtering that survive whatever is typed or forged."""

from typing import Any

from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.admin.views.main import ChangeList
from django.http import HttpRequest

# Every word of a search is one more condition; SQLite stops at about a thousand of them.
SEARCH_SIGNS, SEARCH_WORDS = 200, 8


def shortened(term: str) -> str:
    """The part of a search that a person may have meant."""
    return " ".join(term[:SEARCH_SIGNS].split()[:SEARCH_WORDS])


class SafeAutocomplete(AutocompleteJsonView):
    def process_request(self, request: HttpRequest) -> tuple[Any, ...]:
        # PostgreSQL refuses NUL in a text; the search form of a list does so in words
        term, *rest = super().process_request(request)
        return (term.replace("\x00", ""), *rest)


class SafeChangeList(ChangeList):
    def get_filters_params(self, params: Any = None) -> dict[str, Any]:
        # a value with NUL matches nothing that PostgreSQL could hold: as if it was not asked
        asked = super().get_filters_params(params)
        return {
            key: values
            for key, values in asked.items()
            if not any("\x00" in str(value) for value in values)
        }
