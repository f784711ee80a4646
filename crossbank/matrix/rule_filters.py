"""Filters of pairing rules between the database and the engine: codes and JSON, both ways."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from crossbank.engine import rules, terms
from crossbank.engine.filters import Beside, ProductFilter
from crossbank.matrix.models import PairingRule
from crossbank.matrix.models.languages import entries

Plain = dict[str, Any]


def plain(wanted: ProductFilter | Beside) -> Plain:
    """A filter as JSON: only what is set; products are kept as rows, not here."""
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in asdict(wanted).items()
        if name != "codes" and value not in ((), "", None)
    }


def product_filter(data: Mapping[str, Any], codes: Iterable[str]) -> ProductFilter:
    return ProductFilter(**_tuples(data), codes=tuple(sorted(codes)))


def beside(data: Mapping[str, Any]) -> Beside:
    return Beside(**_tuples(data))


def _tuples(data: Mapping[str, Any]) -> Plain:
    return {
        name: tuple(value) if isinstance(value, list) else value for name, value in data.items()
    }


def rule_terms(
    rule: PairingRule,
    *,
    source_codes: Iterable[str] | None = None,
    target_codes: Iterable[str] | None = None,
) -> rules.PairingRule:
    """A row as the engine's rule; codes that a form holds and the row not yet may be given."""
    if source_codes is None:
        source_codes = [product.code for product in rule.source_products.all()]
    if target_codes is None:
        target_codes = [product.code for product in rule.target_products.all()]
    return rules.PairingRule(
        code=rule.code,
        source=product_filter(rule.source, source_codes),
        target=product_filter(rule.target, target_codes),
        beside=beside(rule.beside),
        relation=rules.Relation(rule.relation),
        rating=terms.Rating(rule.rating) if rule.rating else None,
        reason=rule.reason,
        instead=rule.instead,
        benefit=rule.benefit,
        say=rule.say,
        kind=rule.kind,
        rank=rule.rank,
        priority=rule.priority,
        valid_from=rule.valid_from,
        valid_until=rule.valid_until,
        is_active=rule.is_active,
        words=entries(rule.words),
    )
