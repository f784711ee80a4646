"""Offers that exclude each other: of one group a customer uses one, whatever it is an offer for."""

from collections.abc import Iterable, Mapping

from crossbank.engine.terms import OfferTerms, Reason, ReasonKind


def rank(terms: OfferTerms) -> tuple[int, str, str]:
    """The order in which offers win: the highest priority, then the code.

    An older right to an offer that has moved to another product since is told from it by the product.
    """
    return -terms.priority, terms.code, terms.cross


def first_of_groups(used: Iterable[OfferTerms]) -> dict[str, OfferTerms]:
    """This will say, by group, which of the offers in use wins; those without a group exclude none."""
    first: dict[str, OfferTerms] = {}
    for terms in sorted(used, key=rank):
        if terms.exclusion_group:
            first.setdefault(terms.exclusion_group, terms)
    return first


def excluded_by(terms: OfferTerms, first: Mapping[str, OfferTerms]) -> Reason | None:
    """This will name the offer in use that excludes this one."""
    winner = first.get(terms.exclusion_group)
    if winner is None or rank(winner) == rank(terms):
        return None
    return Reason(kind=ReasonKind.SAME_GROUP, subject=winner.code, text=winner.name)
