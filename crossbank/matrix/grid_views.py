"""The grid editor: the working copy as one table, by keyboard; only changed cells travel."""

import json
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from crossbank.matrix import grid_table
from crossbank.matrix.grid import GridCell, Shelf, cells
from crossbank.matrix.grid_forms import (
    FamiliesForm,
    PanelForm,
    Unreadable,
    read_changes,
)
from crossbank.matrix.grid_services import Outcome, Stale, save_cells
from crossbank.matrix.grid_table import LETTERS, ORIGINS
from crossbank.matrix.grid_words import script_words
from crossbank.matrix.models import Pairing, Rating
from crossbank.matrix.models.languages import languages
from crossbank.matrix.words import field_words
from crossbank.org.access import KEEPERS, requires
from crossbank.web import answers

_FEW = ("main", "cross")


@requires(*KEEPERS)
@require_http_methods(["GET", "HEAD", "POST"])
def grid(request: HttpRequest) -> HttpResponse:
    """The table; with `main` and `cross` one cell in full, for the panel; POST saves cells."""
    if request.method == "POST":
        return _save(request)
    shelf = Shelf(timezone.now().date())
    if all(name in request.GET for name in _FEW):
        return _one(request, shelf)
    return _page(request, shelf)


def _page(request: HttpRequest, shelf: Shelf) -> HttpResponse:
    form = FamiliesForm(request.GET, shelf=shelf)
    mains, crosses = form.shown("mains"), form.shown("crosses")
    columns, families = grid_table.columns(crosses)
    context = {
        **admin.site.each_context(request),
        "title": _("Grid editor"),
        "opts": Pairing._meta,
        "form": form,
        "panel": PanelForm(),
        "columns": columns,
        "families": families,
        "rows": list(grid_table.rows(shelf, mains=mains, crosses=crosses)) if crosses else [],
        "ratings": [(LETTERS[r.value], grid_table.sign(r.value), r.label) for r in Rating],
        "words": json.dumps(script_words(), ensure_ascii=False),
        "seen": timezone.now().isoformat(),
        "own_language": settings.LANGUAGE_CODE,
        "own_language_name": dict(settings.LANGUAGES)[settings.LANGUAGE_CODE],
        "languages": languages().items(),
    }
    status = 422 if form.errors else 200
    return TemplateResponse(request, "admin/matrix/grid.html", context, status=status)


def _one(request: HttpRequest, shelf: Shelf) -> HttpResponse:
    main, cross = (shelf.by_code.get(request.GET[name]) for name in _FEW)
    if not (main and cross and main.is_main and cross.is_cross and main != cross):
        raise Http404
    found = cells(shelf, mains=[main], crosses=[cross])
    return answers.json({"cell": _cell(found[main.code, cross.code])})


def _save(request: HttpRequest) -> HttpResponse:
    """207 when some cells were refused: the answer says for each why, and what stands there."""
    try:
        changes = read_changes(request.body)
    except RequestDataTooBig:
        return _refused(_("That is too much at once. Save in several goes."), 413)
    except Unreadable as problem:
        return _refused(problem.words, problem.status)
    at = timezone.now()
    outcome = save_cells(changes, at=at, by=request.user)
    is_all = not outcome.stale and not outcome.invalid
    return answers.json(_answer(outcome, at.isoformat()), status=200 if is_all else 207)


def _refused(words: str, status: int) -> HttpResponse:
    return answers.json({"code": "invalid", "errors": {"__all__": [words]}}, status=status)


def _answer(outcome: Outcome, at: str) -> dict[str, Any]:
    return {
        "saved": [list(place) for place in outcome.saved],
        "stale": [_stale(stale) for stale in outcome.stale],
        "invalid": [
            {"place": list(place), "errors": problems, "words": _sentence(place, problems)}
            for place, problems in outcome.invalid.items()
        ],
        "cells": [_cell(cell) for cell in outcome.cells],
        "at": at,
    }


def _cell(cell: GridCell) -> dict[str, Any]:
    return {
        "place": [cell.main, cell.cross],
        "letter": LETTERS.get(cell.rating, ""),
        "origin": grid_table.shown_origin(cell),
        "source": cell.source,
        "version": cell.version,
        "values": dict(cell.values),
    }


def _stale(stale: Stale) -> dict[str, Any]:
    rating = stale.cell.rating
    words = {
        "pair": stale.change.name,
        "person": stale.by.display_name if stale.by else "",
        "rating": Rating(rating).label if rating else ORIGINS[""],
    }
    said = (
        _("%(pair)s: changed meanwhile by %(person)s, now “%(rating)s”.")
        if stale.by
        else _("%(pair)s: changed meanwhile, now “%(rating)s”.")
    )
    return {
        "place": list(stale.change.place),
        "by": words["person"],
        "cell": _cell(stale.cell),
        "words": said % words,
    }


def _sentence(place: tuple[str, str], problems: dict[str, list[str]]) -> str:
    """“ACC-BAS → CRD-DEB: reason: Say why.”"""
    parts = [
        f"{field_words('pairs', name)}: {words}" if name else words
        for name, listed in problems.items()
        for words in listed
    ]
    return f"{place[0]} → {place[1]}: {' '.join(parts)}"
