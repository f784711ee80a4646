"""Pages of the back office that are no models."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.functional import Promise

from crossbank.org.access import View
from crossbank.org.context import areas_of


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page of the back office that is no model. `view.roles` says who may open it.

    `areas`: of `switches.AREAS`; while one of them is off, nothing leads to the page.
    """

    route: str
    name: str
    view: View
    title: Promise
    about: Promise
    news: Callable[[Any], str] | None = None  # person -> what waits for him there, or nothing
    areas: tuple[str, ...] = ()

    def is_shown(self, request: HttpRequest) -> bool:
        is_there = all(areas_of(request)[area] for area in self.areas)
        return is_there and request.user.role in self.view.roles
