"""Packages beside their parts: what is saved, and when the package is the dearer way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossbank.engine.packages import monthly, package
from crossbank.engine.terms import ChargeKind, ProductTerms, Snapshot


def item(code: str, minor: int | None, period: str = "month", **fields) -> ProductTerms:
    kind = ChargeKind.FREE if minor == 0 else ChargeKind.RECURRING
    return ProductTerms(
        code=code,
        name=code,
        family="x",
        charge_kind=kind,
        price_minor=minor,
        price_period=period,
        **fields,
    )


# the sample bank: Plus at 6.00 holds alerts 1.00, card cover 2.00 and travel cover 45.00 a year
PLUS = Snapshot(
    products=(
        item("ACC-PLS", 600, parts=("DIG-ALR", "INS-CRD", "INS-TRV")),
        item("DIG-ALR", 100),
        item("INS-CRD", 200),
        item("INS-TRV", 4500, "year"),
    )
)


@pytest.mark.parametrize(
    ("wanted", "apart", "dearer_by"),
    [
        ((), 0, 0),  # nobody said what he wants: nothing to warn of
        (("DIG-ALR", "INS-CRD"), 300, 300),  # never travels: apart is cheaper
        (("INS-TRV",), 375, 225),
        (("DIG-ALR", "INS-CRD", "INS-TRV"), 675, 0),
        (("CRD-DEB",), 0, 0),  # is not inside
    ],
)
def test_package_is_compared_with_what_this_customer_wants(wanted, apart, dearer_by) -> None:
    plus = package(PLUS, "ACC-PLS", wanted=wanted)

    assert (plus.monthly, plus.apart, plus.saving) == (600, 675, 75)
    assert (plus.wanted_apart, plus.dearer_by) == (apart, dearer_by)


def test_what_contains_nothing_is_no_package() -> None:
    assert package(PLUS, "DIG-ALR", wanted=()) is None
    assert package(PLUS, "NO-SUCH", wanted=()) is None


def test_part_without_a_fixed_price_leaves_the_sum_open() -> None:
    snapshot = Snapshot(products=(item("P", 100, parts=("A", "B")), item("A", 50), item("B", None)))

    plus = package(snapshot, "P", wanted=("A",))

    assert (plus.apart, plus.saving, plus.wanted_apart, plus.dearer_by) == (None, None, 50, 50)


@pytest.mark.parametrize(
    ("product", "minor"),
    [
        (item("A", 0, ""), 0),
        (item("A", 100), 100),
        (item("A", 4500, "year"), 375),
        (item("A", 6, "year"), 1),  # half up
        (item("A", 5, "year"), 0),
        (item("A", 900, "once"), None),
        (item("A", None), None),
    ],
)
def test_prices_are_compared_by_the_month(product, minor) -> None:
    assert monthly(product) == minor


@given(st.lists(st.integers(1, 10_000), min_size=1, max_size=5), st.integers(1, 20_000), st.data())
def test_warning_is_given_exactly_when_wanted_parts_are_cheaper(prices, price, data) -> None:
    parts = [item(f"P{n}", minor) for n, minor in enumerate(prices)]
    codes = tuple(part.code for part in parts)
    snapshot = Snapshot(products=(item("PACK", price, parts=codes), *parts))
    wanted = data.draw(st.lists(st.sampled_from(codes), unique=True))

    found = package(snapshot, "PACK", wanted=wanted)

    spent = sum(part.price_minor for part in parts if part.code in wanted)
    assert found.dearer_by == (price - spent if wanted and spent < price else 0)
    assert found.saving == sum(prices) - price
