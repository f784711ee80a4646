"""What the matrix's workbook says about itself, in the reader's language."""

from datetime import datetime

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from crossbank.matrix.books import TITLES
from crossbank.matrix.models import Pairing, Rating
from crossbank.org.table_columns import Column
from crossbank.web.workbook_lists import REMOVE

_MAIN, _BETTER = _("Main product"), _("Better main product")
_NAME = _("Name")
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
        Column(key=REMOVE, heading=_("Remove")),
    )


# term and meaning, in the order in which a person needs them
_READ_ME: tuple[tuple[Promise | str, Promise], ...] = (
    (_("Made"), _("%(moment)s from edition %(number)d (state %(seal)s)")),
    (
        "%(rating)s",
        _(
            "One row for each main product, one column for each product shown beside it. Choose "
            "one of: %(ratings)s. Write it without brackets."
        ),
    ),
    (
        _("(in brackets)"),
        _(
            "Comes from a rule or from the row that a product inherits. It is shown so that the "
            "row can be read, and is never taken over. Write the word without brackets to decide "
            "this cell by hand."
        ),
    ),
    (
        _("Texts and details"),
        _(
            "%(reason)s, %(instead)s, %(benefit)s, %(say)s, %(do_not_say)s, %(rank)s: the same "
            "rows and columns as the grid, one sheet for each. A cell belongs to the cell at the "
            "same place of the grid. An empty cell of “%(kind)s” means “%(default_kind)s”, of "
            "“%(link_kind)s” “%(default_link)s”, of “%(rank)s” 1."
        ),
    ),
    (
        _("To take a pair out"),
        _(
            "Empty its cell of the grid. Only that takes it out: a row, a column or a sheet that "
            "is missing changes nothing."
        ),
    ),
    (
        "%(better)s, %(rules)s, %(basket)s",
        _(
            "One row each. New rows may be added below. To take one out, choose “%(remove)s” in "
            "its last column."
        ),
    ),
    (
        "%(rules)s",
        _(
            "Products, families, partners and needs by code, with commas between them; attributes "
            "one on each line, as name=value."
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
            "Formulas, merged cells, macros, further sheets. Rows and columns may be sorted or "
            "left out; codes must stay as they are."
        ),
    ),
)


def read_me(edition: int, *, at: datetime, seal: str) -> list[tuple[str, str]]:
    """What the first sheet says, in the reader's language."""
    known = {
        **{key: str(title) for key, title in TITLES.items()},
        "moment": f"{timezone.localtime(at):%Y-%m-%d %H:%M %Z}",
        "number": edition,
        "seal": seal[:12],
        "ratings": ", ".join(str(label) for label in Rating.labels),
        "default_kind": Pairing.Kind.RELATED.label,
        "default_link": Pairing.Link.OPTIONAL.label,
        "remove": _("remove"),
    }
    return [(str(term) % known, str(meaning) % known) for term, meaning in _READ_ME]
