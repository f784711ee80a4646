"""Money is never below zero, whatever is put together."""

from hypothesis import given
from hypothesis import strategies as st

from crossbank.engine.packages import bundle_beside, monthly
from crossbank.engine.terms import BundleTerms, ChargeKind, ProductTerms, Snapshot

CODES = "ABCD"
prices = st.none() | st.integers(0, 10_000)
shelves = st.tuples(
    *(
        st.builds(
            ProductTerms,
            code=st.just(code),
            name=st.just(code),
            family=st.just("F"),
            is_cross=st.just(True),
            charge_kind=st.sampled_from(ChargeKind),
            price_minor=prices,
            price_period=st.sampled_from(["", "once", "month", "year"]),
        )
        for code in CODES
    )
)
bundles = st.builds(
    BundleTerms,
    code=st.just("U"),
    name=st.just(""),
    parts=st.sets(st.sampled_from(CODES)).map(lambda codes: tuple(sorted(codes))),
    price_minor=st.integers(0, 10_000),
    price_period=st.sampled_from(["month", "year"]),
)


@given(shelves, bundles, st.sets(st.sampled_from(CODES)))
def test_no_amount_of_a_bundle_is_below_zero(products, bundle, wanted) -> None:
    snapshot = Snapshot(products=products, bundles=(bundle,))

    together = bundle_beside(snapshot, bundle, wanted=wanted)

    apart = [part.monthly for part in together.parts]
    amounts = [together.monthly, together.apart, together.wanted_apart, together.dearer_by, *apart]
    assert [amount for amount in amounts if amount is not None and amount < 0] == []
    if None not in apart:
        assert together.apart == sum(apart)
        assert together.saving == together.apart - together.monthly
        assert together.wanted_apart <= together.apart
    if wanted & {*bundle.parts} and together.wanted_apart is not None:
        assert together.dearer_by == max(0, together.monthly - together.wanted_apart)


@given(shelves)
def test_a_month_of_a_year_is_the_nearest_amount(products) -> None:
    for product in products:
        amount, price = monthly(product), product.price_minor
        if product.is_free:
            assert amount == 0
        elif price is None or product.price_period not in ("month", "year"):
            assert amount is None
        elif product.price_period == "month":
            assert amount == price
        else:
            assert abs(12 * amount - price) <= 6
