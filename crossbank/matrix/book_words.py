"""What the matrix's workbook says about itself, in the reader's language."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crossbank.matrix.book_rules import REMOVE, Column
from crossbank.matrix.books import TITLES
from crossbank.matrix.models import Pairing, Rating

_MAIN, _BETTER = gettext_lazy("Main product"), gettext_lazy("Better main product")
_NAME = gettext_lazy("Name")
BETTER_FIELDS = ("rank", "reason", "benefit", "say", "instead", "do_not_say", "kind", "link_kind")
BETTER_KEYS = ("main", "main_name", "better", "better_name", *BETTER_FIELDS, REMOVE)


def better_columns() -> tuple[Column, ...]:
    """The columns of the list of better main products."""
    named = Pairing._meta.get_field
    texts = {"reason", "instead", "benefit", "say", "do_not_say"}
    return (
        Column(key="main", heading=_MAIN),
        Column(key="main_name", heading=_NAME, width=30),
        Column(key="better", heading=_BETTER),
        Column(key="better_name", heading=_NAME, width=30),
        *(
            Column(
                key=field,
                heading=str(named(field).verbose_name).capitalize(),
                width=40 if field in texts else 16,
            )
            for field in BETTER_FIELDS
        ),
        Column(key=REMOVE, heading=gettext_lazy("Remove")),
    )


def rule_word(key: str, written: str) -> str:
    """A choice of a rule as its word; filters stay codes."""
    choices = {"relation": Pairing.Relation, "rating": Rating, "kind": Pairing.Kind}
    return str(choices[key](written).label) if key in choices else written


def read_me(edition: int, *, at: datetime, seal: str) -> list[tuple[str, str]]:
    """Term and meaning, in the order in which a person needs them."""
    titles = {key: str(title) for key, title in TITLES.items()}
    ratings = ", ".join(str(label) for label in Rating.labels)
    return [
        (
            _("Made"),
            _("%(moment)s from edition %(number)d (state %(seal)s)")
            % {
                "moment": f"{timezone.localtime(at):%Y-%m-%d %H:%M %Z}",
                "number": edition,
                "seal": seal[:12],
            },
        ),
        (
            titles["rating"],
            _(
                "One row for each main product, one column for each product shown beside it. "
                "Choose one of: %(ratings)s. Write it without brackets."
            )
            % {"ratings": ratings},
        ),
        (
            _("(in brackets)"),
            _(
                "Comes from a rule or from the row that a product inherits. It is shown so that "
                "the row can be read, and is never taken over. Write the word without brackets "
                "to decide this cell by hand."
            ),
        ),
        (
            _("Texts and details"),
            _(
                "%(sheets)s: the same rows and columns as the grid, one sheet for each text. A "
                "cell belongs to the cell at the same place of the grid. An empty cell of "
                "“%(kind)s” means “%(default_kind)s”, of “%(link)s” “%(default_link)s”, of "
                "“%(rank)s” 1."
            )
            % {
                "sheets": ", ".join(
                    titles[key]
                    for key in ("reason", "instead", "benefit", "say", "do_not_say", "rank")
                ),
                "kind": titles["kind"],
                "default_kind": Pairing.Kind.RELATED.label,
                "link": titles["link_kind"],
                "default_link": Pairing.Link.OPTIONAL.label,
                "rank": titles["rank"],
            },
        ),
        (
            _("To take a pair out"),
            _(
                "Empty its cell of the grid. Only that takes it out: a row, a column or a sheet "
                "that is missing changes nothing."
            ),
        ),
        (
            f"{titles['better']}, {titles['rules']}",
            _(
                "One row each. New rows may be added below. To take one out, choose “%(remove)s” "
                "in its last column."
            )
            % {"remove": _("remove")},
        ),
        (
            titles["rules"],
            _(
                "Products, families, partners and needs by code, with commas between them; "
                "attributes one on each line, as name=value."
            ),
        ),
        (
            _("The way back"),
            _(
                "Upload this file on the page where you downloaded it. You see every difference "
                "first; all of them are taken over or none. Desks see a change after publishing."
            ),
        ),
        (
            _("What cannot be read"),
            _(
                "Formulas, merged cells, macros, further sheets. Rows and columns may be sorted "
                "or left out; codes must stay as they are."
            ),
        ),
    ]
