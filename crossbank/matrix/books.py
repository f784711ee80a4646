"""The matrix as a workbook: its sheets, its words, and how one state is told from another.

Only what people wrote by hand is a value. What rules or an inherited row make of a cell is shown
in brackets and never read back. Of every value the workbook keeps a hidden mark, so that the way
back knows what was changed in the file and what somebody changed meanwhile.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b, sha256
from typing import NamedTuple

from django.conf import settings
from django.db import models
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from crossbank.catalog.models import Product
from crossbank.matrix.book_rules import plain, rule_values
from crossbank.matrix.models import Edition, Pairing, PairingRule, Rating
from crossbank.web.workbooks import Limits

FORMAT = "crossbank-matrix-1"
STATE, MARKS = "_crossbank", "_marks"  # hidden sheets; their names are the same in every language
HIDDEN = (STATE, MARKS)
# 200 x 200 and some room; two of five pairs with every text as long as it may be, in any script
LIMITS = Limits(size=16 * 2**20, inflated=100 * 2**20, sheets=16, columns=260)

Name = tuple[str, str]  # (main, cross)


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
LISTS: dict[str, Promise] = {"better": _("Better products"), "rules": _("Rules")}
READ_ME = _("Read me")
TITLES: dict[str, Promise] = {"read_me": READ_ME, **GRIDS, **LISTS}
CHOICES: dict[str, type[models.TextChoices]] = {
    "rating": Rating,
    "kind": Pairing.Kind,
    "link_kind": Pairing.Link,
}
_GAPS = re.compile(r"\s+")


@cache
def _codes(choices: type[models.TextChoices]) -> dict[str, str]:
    """Every word that means a choice, in every language of the product, and its code."""
    found = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found |= {_folded(str(label)): code for code, label in choices.choices}
    return found | {_folded(code): code for code in choices.values}


def _folded(words: str) -> str:
    return _GAPS.sub(" ", words).strip().casefold()


def code_of(choices: type[models.TextChoices], words: str) -> str | None:
    """The choice that a cell names, in whatever language and letters; None for no such thing."""
    return _codes(choices).get(_folded(words))


def bracketed(words: str) -> str:
    """What rules or an inherited row say; written in brackets it is never read back."""
    return f"({words})"


def is_bracketed(words: str) -> bool:
    return words.startswith("(") and words.endswith(")")


@dataclass(frozen=True, kw_only=True)
class Stand:
    """The working copy as the workbook sees it. `rules`: code -> row, `said`: by hand only."""

    edition: int
    products: dict[str, Product]
    said: dict[Name, Said]
    pks: dict[Name, int]
    rules: dict[str, PairingRule]
    written: dict[str, dict[str, str]]  # code of a rule -> its columns

    @property
    def digest(self) -> str:
        """One state, one digest: whatever a person or a rule says by hand is in it."""
        lists = {("rules", code): found for code, found in self.rule_marks().items()}
        return seal(self.edition, self.marks(), lists)

    def marks(self) -> dict[Name, str]:
        return {name: mark(said) for name, said in self.said.items()}

    def rule_marks(self) -> dict[str, str]:
        return {code: mark(values.items()) for code, values in self.written.items()}


def read(*, is_locked: bool = False) -> Stand:
    """This will read every pair by hand and every rule, paused and not on sale included.

    `is_locked`: nobody may change them until the transaction ends.
    """
    pairs, rules = Pairing.objects.all(), PairingRule.objects.order_by("code")
    if is_locked:
        pairs, rules = pairs.select_for_update(), rules.select_for_update()
    everything = Product.objects.select_related("family").order_by("family__order", "code")
    products = {product.code: product for product in everything}
    codes = {product.pk: product.code for product in products.values()}
    said, pks = {}, {}
    for pk, main, cross, *values in pairs.values_list("pk", "main_id", "cross_id", *Said._fields):
        name = codes[main], codes[cross]
        said[name] = Said(*(v if isinstance(v, int) else plain(v) for v in values))
        pks[name] = pk
    rows = {
        rule.code: rule for rule in rules.prefetch_related("source_products", "target_products")
    }
    newest = Edition.objects.order_by("-number").values_list("number", flat=True).first()
    return Stand(
        edition=newest or 0,
        products=products,
        said=said,
        pks=pks,
        rules=rows,
        written={code: rule_values(rule) for code, rule in rows.items()},
    )


def mark(said: Iterable[object]) -> str:
    """A short mark of what a pair or a rule says: equal marks, equal words."""
    return blake2b("\x1f".join(map(str, said)).encode(), digest_size=6).hexdigest()


def seal(edition: int, marks: Mapping[Name, str], lists: Mapping[Name, str]) -> str:
    """One digest over the hidden sheets, so that nobody's hand in them goes unseen."""
    lines = [f"{key[0]} {key[1]} {value}" for key, value in (*marks.items(), *lists.items())]
    return sha256("\n".join([FORMAT, str(edition), *sorted(lines)]).encode()).hexdigest()
