"""The matrix as a workbook: its sheets, its words, and how one state is told from another.

Only what people wrote by hand is a value. What rules or an inherited row make of a cell is shown
in brackets and never read back. Of every value the workbook keeps a hidden mark, so that the way
back knows what was changed in the file and what somebody changed meanwhile.
"""

from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from crossbank.catalog.models import Product
from crossbank.matrix.book_rules import TABLES
from crossbank.matrix.models import Edition, Pairing, Rating
from crossbank.org.tables import Standing, standing
from crossbank.web.choice_words import codes_by_word, folded
from crossbank.web.workbook_lists import Name, mark, plain, seal
from crossbank.web.workbooks import Limits

FORMAT = "crossbank-matrix-1"
LIMITS = Limits(sheets=16, columns=260)  # 200 x 200 and some room


class Said(NamedTuple):
    """What one pair says by hand; texts in NFC with plain line breaks."""

    relation: str
    rating: str
    reason: str
    instead: str
    benefit: str
    say: str
    do_not_say: str
    rank: int
    kind: str
    link_kind: str


TEXTS = ("reason", "instead", "benefit", "say", "do_not_say")
DETAILS = (*TEXTS, "rank", "kind", "link_kind")
EMPTY = Said(Pairing.Relation.CROSS_SELL, "", *[""] * 5, 1, Pairing.Kind.RELATED, "optional")
# one grid for each; an empty cell of a detail is what EMPTY says
GRIDS: dict[str, Promise] = {
    "rating": _("Grid"),
    "reason": _("Reason"),
    "instead": _("Instead"),
    "benefit": _("Benefit"),
    "say": _("Say"),
    "do_not_say": _("Do not say"),
    "rank": _("Rank"),
    "kind": _("Kind"),
    "link_kind": _("Link"),
}
LISTS: dict[str, Promise] = {
    "better": _("Better products"),
    **{key: table.title for key, table in TABLES.items()},
}
READ_ME = _("Read me")
TITLES: dict[str, Promise] = {"read_me": READ_ME, **GRIDS, **LISTS}
CHOICES: dict[str, type[models.TextChoices]] = {
    "rating": Rating,
    "kind": Pairing.Kind,
    "link_kind": Pairing.Link,
}


@cache
def _codes(choices: type[models.TextChoices]) -> dict[str, str]:
    return codes_by_word(choices.choices)


def code_of(choices: type[models.TextChoices], words: str) -> str | None:
    """The choice that a cell names, in whatever language and letters; None for no such thing."""
    return _codes(choices).get(folded(words))


def bracketed(words: str) -> str:
    """What rules or an inherited row say; written in brackets it is never read back."""
    return f"({words})"


def is_bracketed(words: str) -> bool:
    return words.startswith("(") and words.endswith(")")


@dataclass(frozen=True, kw_only=True)
class Stand:
    """The working copy as the workbook sees it. `said`: by hand only; `tables`: rules by list."""

    edition: int
    products: dict[str, Product]
    said: dict[Name, Said]
    pks: dict[Name, int]
    tables: dict[str, Standing]

    @property
    def digest(self) -> str:
        """One state, one digest: whatever a person or a rule says by hand is in it."""
        return sealed(self.edition, {**self.marks(), **self.rule_marks()})

    def marks(self) -> dict[Name, str]:
        return {name: mark(said) for name, said in self.said.items()}

    def rule_marks(self) -> dict[Name, str]:
        return {
            (key, code): found
            for key, rows in self.tables.items()
            for code, found in rows.marks().items()
        }


def read(*, is_locked: bool = False) -> Stand:
    """This will read every pair by hand and all rules, paused and not on sale included.

    `is_locked`: nobody may change them until the transaction ends.
    """
    pairs = Pairing.objects.select_for_update() if is_locked else Pairing.objects.all()
    everything = Product.objects.select_related("family").order_by("family__order", "code")
    products = {product.code: product for product in everything}
    codes = {product.pk: product.code for product in products.values()}
    said, pks = {}, {}
    for pk, main, cross, *values in pairs.values_list("pk", "main_id", "cross_id", *Said._fields):
        name = codes[main], codes[cross]
        said[name] = Said(*(v if isinstance(v, int) else plain(v) for v in values))
        pks[name] = pk
    newest = Edition.objects.order_by("-number").values_list("number", flat=True).first()
    return Stand(
        edition=newest or 0,
        products=products,
        said=said,
        pks=pks,
        tables={key: standing(table, is_locked=is_locked) for key, table in TABLES.items()},
    )


def sealed(edition: int, marks: dict[Name, str]) -> str:
    """One digest over the hidden sheets, so that nobody's hand in them goes unseen."""
    return seal(FORMAT, edition, marks=marks.items())
