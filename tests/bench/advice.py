"""How fast advice is: python -m tests.bench.advice [rounds]

Goals P1 and P2 of the performance study: at most 1/30 of a straightforward scan and at most 1/100
of three batched queries with equal results; at most 1.5 times slower with 500 offers than with 10;
a matrix of 200 x 200 with 400 rules compiles in under a second.
"""

import statistics
import sys
import time
from collections.abc import Callable, Iterable

from django.db import connection

from crossbank.catalog.models import Family, Product
from crossbank.engine import rules
from crossbank.engine.advice import advise
from crossbank.engine.offer_choice import OfferBook, choices
from crossbank.engine.snapshot import compile_snapshot
from crossbank.engine.terms import Advice, OfferTerms, PairTerms, Picture, Rating, Snapshot
from crossbank.matrix.models import Pairing
from crossbank.matrix.working_copy import product_terms
from crossbank.offers.models import Offer
from crossbank.offers.services import offer_terms
from tests.bench.world import DAY, NOON, ZONE, Customer, World, build, customers
from tests.released import release

Adviser = Callable[[Customer], Advice]


def picture(customer: Customer, offers: dict) -> Picture:
    return Picture(
        main=customer.main,
        need=customer.need,
        customer_kind=customer.kind,
        taken=customer.taken,
        held=customer.held,
        offers=offers,
    )


def compiled(world: World) -> Snapshot:
    filled = rules.fill(products=world.products, needs=world.needs, rules=world.rules, day=DAY)
    return compile_snapshot(
        products=world.products,
        pairs=filled.pairs,
        needs=world.needs,
        rules=world.basket_rules,
        steps_up=filled.steps_up,
    )


def core(world: World, snapshot: Snapshot, offers: Iterable[OfferTerms]) -> Adviser:
    """What the desk does: a compiled edition and offers sorted by main product."""
    book = OfferBook(offers)

    def ask(customer: Customer) -> Advice:
        live = book.choices(main=customer.main, customer_kind=customer.kind, at=NOON, zone=ZONE)
        return advise(snapshot, picture(customer, live))

    return ask


def one_row(world: World, main: str, pairs: Iterable[PairTerms], products: list) -> Snapshot:
    needed = sorted(pairs, key=lambda p: (p.rank, p.cross))
    return Snapshot(
        products=tuple(products),
        pairs=tuple(needed),
        needs=tuple(world.needs),
        rules=tuple(world.basket_rules),
    )


def scan(world: World) -> Adviser:
    """Straightforward Python: every rule and every offer is asked for every customer."""

    def ask(customer: Customer) -> Advice:
        here = [p for p in world.products if p.code == customer.main]
        only = [r for r in world.rules if rules.matches(r.source, here[0], set())]
        row = rules.fill(products=world.products, needs=world.needs, rules=only, day=DAY)
        pairs = [pair for pair in row.pairs if pair.main == customer.main]
        live = choices(
            world.offers, main=customer.main, customer_kind=customer.kind, at=NOON, zone=ZONE
        )
        return advise(one_row(world, customer.main, pairs, world.products), picture(customer, live))

    return ask


def batched(world: World) -> Adviser:
    """Three queries a customer: the row with its products, the offers, their main products."""

    def ask(customer: Customer) -> Advice:
        cells = list(
            Pairing.objects.filter(main__code=customer.main).select_related("main", "cross__family")
        )
        offers = Offer.objects.filter(mains__code=customer.main).select_related("cross")
        found = [offer_terms(offer) for offer in offers.prefetch_related("mains")]
        pairs = [
            PairTerms(
                main=cell.main.code,
                cross=cell.cross.code,
                rating=Rating(cell.rating),
                rank=cell.rank,
            )
            for cell in cells
        ]
        products = [_bare(cell.cross) for cell in cells] + [_bare(cell.main) for cell in cells[:1]]
        live = choices(found, main=customer.main, customer_kind=customer.kind, at=NOON, zone=ZONE)
        return advise(one_row(world, customer.main, pairs, products), picture(customer, live))

    return ask


def _bare(product: Product):
    """Only what the ranking asks of a product; attributes and partners are not joined."""
    product._prefetched_objects_cache = {"attributes": [], "contents": [], "conditions": []}
    return product_terms(product, ())


def fill_database(world: World, snapshot: Snapshot) -> None:
    families = {
        p.family: Family.objects.get_or_create(code=p.family, name=p.family)[0]
        for p in world.products
    }
    Product.objects.bulk_create(
        Product(
            code=p.code, name=p.name, family=families[p.family], tier=p.tier, is_main=True,
            is_cross=True, charge_kind=p.charge_kind.value, price_minor=p.price_minor,
        )
        for p in world.products
    )  # fmt: skip
    pk = dict(Product.objects.values_list("code", "pk"))
    Pairing.objects.bulk_create(
        Pairing(
            main_id=pk[p.main], cross_id=pk[p.cross], rating=p.rating.value, reason="x", rank=p.rank
        )
        for p in snapshot.pairs
    )
    for o in world.offers:
        offer = Offer.objects.create(
            code=o.code, name=o.name, kind=o.kind.value, cross_id=pk[o.cross],
            customer_status=o.customer_status, benefit_type=o.benefit_type.value, benefit_text="x",
            window=o.window.value, from_on=o.from_on, until_on=o.until_on, priority=o.priority,
        )  # fmt: skip
        offer.mains.set([pk[code] for code in o.mains])
    release()


def said(advice: Advice) -> tuple:
    """What a seller would see: cards, the rest, the offer line, with offers and their losers."""
    return (
        [(s.code, s.offer and s.offer.terms.code, len(s.losing_offers)) for s in advice.cards],
        [(s.code, s.offer and s.offer.terms.code) for s in advice.more],
        advice.offer_line and advice.offer_line.code,
        [r.product.code for r in advice.not_allowed],
        [(r.product.code, r.reason.kind) for r in advice.why_not],
    )


def seconds(ask: Adviser, people: list[Customer]) -> float:
    """Seconds per customer."""
    start = time.perf_counter()
    for customer in people:
        ask(customer)
    return (time.perf_counter() - start) / len(people)


def compare(
    name: str,
    ours: Adviser,
    theirs: Adviser,
    people: list[Customer],
    few: int,
    rounds: int,
    goal: str,
) -> None:
    assert [said(ours(c)) for c in people[:few]] == [said(theirs(c)) for c in people[:few]]
    ratios, times = [], []
    for _ in range(rounds):
        mine, other = seconds(ours, people), seconds(theirs, people[:few])
        ratios.append(other / mine)
        times.append((mine, other))
    mine, other = (statistics.median(side) * 1e6 for side in zip(*times, strict=True))
    print(
        f"{name}: {mine:.0f} us against {other:.0f} us, 1/{statistics.median(ratios):.0f} (goal {goal}; equal results for {few})"
    )


def main(rounds: int) -> None:
    world = build()
    start = time.perf_counter()
    snapshot = compiled(world)
    print(
        f"200 x 200 products, 400 rules: {len(snapshot.pairs)} cells compiled in {time.perf_counter() - start:.2f} s (goal < 1)"
    )
    people = customers(world)
    ours = core(world, snapshot, world.offers)
    compare("scan of rules and offers", ours, scan(world), people, 100, rounds, "1/30")
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True)
    fill_database(world, snapshot)
    compare(
        f"three batched queries on {connection.vendor}",
        ours,
        batched(world),
        people,
        300,
        rounds,
        "1/100",
    )
    few = core(world, snapshot, world.offers[:10])
    seconds(few, people), seconds(ours, people)
    growth = [seconds(ours, people) / seconds(few, people) for _ in range(rounds)]
    print(f"500 offers against 10: {statistics.median(growth):.2f} times (goal 1.5)")
    connection.creation.destroy_test_db(name, verbosity=0)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
