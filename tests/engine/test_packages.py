"""Packages beside their parts: what is saved, and when the package is the dearer way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossbank.engine.advice import advise
from crossbank.engine.packages import bundle_beside, bundles_in, monthly, package
from crossbank.engine.snapshot import compile_snapshot
from crossbank.engine.terms import (
    BundleTerms,
    ChargeKind,
    Picture,
    ProductTerms,
    Rating,
    RuleKind,
    Snapshot,
)
from tests.engine.bank import pair, product
from tests.engine.worlds import rule


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


CARE = BundleTerms(code="CARE", name="Care", parts=("DIG-ALR", "INS-CRD"), price_minor=250)


@pytest.mark.parametrize(
    ("wanted", "dearer_by"),
    [((), 0), (("DIG-ALR",), 150), (("INS-CRD",), 50), (("DIG-ALR", "INS-CRD"), 0)],
)
def test_bundle_is_compared_with_what_this_customer_needs(wanted, dearer_by) -> None:
    beside = bundle_beside(PLUS, CARE, wanted=wanted)

    assert [part.product.code for part in beside.parts] == ["DIG-ALR", "INS-CRD"]
    assert (beside.monthly, beside.apart, beside.saving) == (250, 300, 50)
    assert beside.dearer_by == dearer_by


def bundled(rating: Rating = Rating.POSSIBLE, **flags) -> Snapshot:
    """M with A and B beside it, to be had together."""
    return compile_snapshot(
        products=[product("M"), product("A", **flags), product("B"), product("C")],
        pairs=[pair("M", "A", rating), pair("M", "B"), pair("M", "C")],
        needs=[],
        rules=[rule(RuleKind.EXCLUDES, "A", "C")],
        steps_up=[],
        bundles=[BundleTerms(code="AB", name="", parts=("A", "B"), price_minor=1)],
    )


def open_codes(snapshot: Snapshot, **seen) -> list[str]:
    advice = advise(snapshot, Picture(main="M", **seen))
    return [bundle.code for bundle in bundles_in(snapshot, advice)]


def test_bundle_is_open_while_each_part_may_be_taken() -> None:
    assert open_codes(bundled()) == ["AB"]
    assert open_codes(bundled(), taken=("A",), presented=("A",)) == ["AB"]


@pytest.mark.parametrize(
    ("snapshot", "seen"),
    [
        (bundled(Rating.NOT_ALLOWED), {}),
        (bundled(needs_licence=True), {}),
        (bundled(defer_days=3), {}),
        (bundled(), {"held": ("B",)}),
        (bundled(), {"retired": ("B",)}),
        (bundled(), {"taken": ("C",)}),  # a basket rule keeps A from it
    ],
)
def test_bundle_is_closed_when_one_part_may_not(snapshot, seen) -> None:
    assert open_codes(snapshot, **seen) == []
