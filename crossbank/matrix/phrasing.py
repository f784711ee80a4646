"""The matrix's texts that phrase rules look at, and publishing that waits for them."""

from collections.abc import Iterator
from datetime import datetime

from crossbank.catalog.models import Product
from crossbank.conduct import phrases
from crossbank.conduct.phrases import Found, Text
from crossbank.matrix.models import Pairing, PairingRule
from crossbank.matrix.models.languages import flat, label
from crossbank.org.models import User

_SAID = ("benefit", "say")  # `do_not_say` is there to hold what must not be said


def pairing_texts(pairing: Pairing) -> Iterator[Text]:
    """What is said of a pair, in every language."""
    for name, words, called in _said(pairing):
        yield Text(
            words=words,
            place=f"pairing {pairing.main.code} {pairing.cross.code} {name}",
            label=f"{pairing}, {called}",
            row=("admin:matrix_pairing_change", pairing.pk),
            is_free=pairing.cross.charge_kind == Product.ChargeKind.FREE,
        )


def rule_texts(rule: PairingRule) -> Iterator[Text]:
    """What a rule says of many pairs; free only where it speaks of nothing else."""
    for name, words, called in _said(rule):
        yield Text(
            words=words,
            place=f"pairing rule {rule.code} {name}",
            label=f"{rule.code}, {called}",
            row=("admin:matrix_pairingrule_change", rule.pk),
            is_free=rule.target.get("charge_kinds") == [Product.ChargeKind.FREE.value],
        )


def _said(row: Pairing | PairingRule) -> Iterator[tuple[str, str, str]]:
    """Name of the text, its words, and what people call it."""
    for name in _SAID:
        if words := getattr(row, name):
            yield name, words, str(row._meta.get_field(name).verbose_name)
    for name, words in flat(row.words).items():
        if name.partition("@")[0] in _SAID:
            yield name, words, str(label(type(row), name))


@phrases.add_source
def matrix(at: datetime) -> Iterator[Text]:
    for pairing in Pairing.objects.select_related("main", "cross"):
        if pairing.main.is_on_sale(at.date()) and pairing.cross.is_on_sale(at.date()):
            yield from pairing_texts(pairing)
    for rule in PairingRule.objects.filter(is_active=True):
        yield from rule_texts(rule)


def severe(*, at: datetime, by: User) -> list[Found]:
    """What stands in the words against publishing by this person; empty when nothing does."""
    return phrases.blocking(phrases.standing(at=at), by=by)
