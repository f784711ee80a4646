"""Scarce offers: a use takes its place, a use that did not stand gives it back."""

from dataclasses import replace

import pytest
from django.db import transaction

from crossbank.offers.limits import Exhausted, Use, give_back, take
from crossbank.offers.models import OfferCount
from crossbank.offers.services import offer_terms, used_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def limited(offer):
    """limited(max_total=2) -> a way to make uses of an offer with these limits."""

    def made(**limits):
        row = offer("OFF", **limits)
        use = Use(offer_id=row.pk, terms=offer_terms(row), branch="B01", customer="ann")
        return lambda **fields: replace(use, **fields)

    return made


def counts() -> list[tuple[str, str, int]]:
    rows = OfferCount.objects.order_by("scope", "key")
    return list(rows.values_list("scope", "key", "used"))


def nothing_left(use: Use) -> frozenset[str]:
    return used_up({use.offer_id: use.terms}, branch=use.branch, customer=use.customer)


def test_total_is_shared_by_all(limited):
    use = limited(max_total=2)

    take(use())
    left = nothing_left(use())
    take(use(branch="B02", customer=""))
    with pytest.raises(Exhausted) as refusal:
        take(use(branch="B03", customer="bob"))

    assert (left, nothing_left(use(branch="B04"))) == (frozenset(), {"OFF"})
    assert refusal.value.scope == "total"
    assert counts() == [("total", "", 2)]


def test_each_branch_has_its_own(limited):
    use = limited(max_per_branch=1)

    take(use())
    take(use(branch="B02"))
    with pytest.raises(Exhausted) as refusal:
        take(use(customer="bob"))

    assert refusal.value.scope == "branch"
    assert (nothing_left(use()), nothing_left(use(branch="B03"))) == ({"OFF"}, frozenset())
    assert counts() == [("branch", "B01", 1), ("branch", "B02", 1)]


def test_each_customer_has_his_own_in_every_branch(limited):
    use = limited(max_per_customer=1)

    take(use())
    take(use(customer="bob"))
    with pytest.raises(Exhausted) as refusal:
        take(use(branch="B02"))

    assert refusal.value.scope == "customer"
    assert nothing_left(use(branch="B02")) == {"OFF"}
    assert nothing_left(use(customer="")) == nothing_left(use(customer="eve")) == frozenset()
    assert counts() == [("customer", "ann", 1), ("customer", "bob", 1)]


def test_exhausted_writes_nothing(limited):
    use = limited(max_total=5, max_per_branch=3, max_per_customer=1)
    take(use())
    before = counts()

    with pytest.raises(Exhausted), transaction.atomic():
        take(use())

    assert counts() == before == [("branch", "B01", 1), ("customer", "ann", 1), ("total", "", 1)]


def test_what_is_given_back_is_free_again(limited):
    use = limited(max_total=1, max_per_branch=1, max_per_customer=1)
    take(use())

    give_back(use())
    take(use(customer="bob"))

    assert counts() == [
        ("branch", "B01", 1),
        ("customer", "ann", 0),
        ("customer", "bob", 1),
        ("total", "", 1),
    ]


def test_nothing_goes_below_zero(limited):
    use = limited(max_total=1)

    give_back(use())
    take(use())
    give_back(use())
    give_back(use())

    assert counts() == [("total", "", 0)]


def test_offer_without_limits_counts_nothing_and_asks_nothing(limited, queries):
    use = limited()

    with queries() as seen:
        take(use())
        give_back(use())
        assert nothing_left(use()) == frozenset()

    assert (len(seen), counts()) == (0, [])


def test_limit_that_was_lowered_since_lets_nobody_more_in(limited):
    use = limited(max_total=3)
    take(use())
    take(use())

    with pytest.raises(Exhausted):
        take(use(terms=replace(use().terms, max_total=1)))

    assert counts() == [("total", "", 2)]
