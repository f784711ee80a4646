"""What 500 offers that hold and 7,000 that ended cost a bank with five: python -m tests.bench.offers

Advice (offers read, judged, cards ranked), both steps of the desk, all panels together and the view
that ranks a main product's cards again, side by side in one run on the sample bank in an SQLite
file: as many queries, at most 1.3 times the time (gotcha I12). The five stand beside the main product
that is asked for, so that the same cards show an offer before and after.

The page of all offers and the owners' release page show every offer that holds, so they are measured
with 500 before and after the 7,000 ended.
"""

import sys
import time
from collections.abc import Callable

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from crossbank.demo import bank
from crossbank.engine.advice import advise
from crossbank.engine.terms import Picture
from crossbank.matrix import editions
from crossbank.offers import services as offers
from crossbank.offers.models import Offer, Placement
from crossbank.org.models import User
from tests.bench.world import ZONE
from tests.many_offers import add_offers

ACTIVE, EXPIRED, FEW = 500, 7_000, 5
ROUNDS, LIST_ROUNDS = 40, 5
DESK = ("/desk/", "/desk/CRD-DEB/", "/desk/panels/")
LISTS = ("/offers/", "/admin/offers/release/")


MOST = 1.3  # times the time
View = Callable[[], None]
Measured = dict[str, tuple[float, int]]  # view -> seconds, queries


def main() -> None:
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True)
    now = timezone.now()
    bank.load(today=now.date())
    bank.publish(effective_from=now, at=now)
    Placement.objects.all().delete()
    Offer.objects.update(is_paused=True, archived_at=now)
    seller, owner = signed_in("seller"), signed_in("owner")
    desk = {"advice": advice, "ranked again": ranked_again(seller)}
    desk |= {address: page(seller, address) for address in DESK}
    lists = {address: page(owner, address) for address in LISTS}

    add_offers(FEW, prefix="FEW", ended=False, wide=True)
    few = measured(desk, ROUNDS)
    add_offers(ACTIVE - FEW, prefix="NOW", ended=False)
    running = measured(lists, LIST_ROUNDS)
    add_offers(EXPIRED, prefix="OLD", ended=True)
    worst = max(
        told(few, measured(desk, ROUNDS), f"with {FEW} offers"),
        told(running, measured(lists, LIST_ROUNDS), f"with {ACTIVE} offers"),
    )
    connection.creation.destroy_test_db(name, verbosity=0)
    sys.exit(worst > MOST)


def advice() -> None:
    at = timezone.now()
    book = offers.book(offers.terms_beside("CRD-DEB", at), day=at.date(), zone=ZONE)
    chosen = book.choices(main="CRD-DEB", customer_kind="", at=at, zone=ZONE)
    assert advise(editions.current(at).snapshot, Picture(main="CRD-DEB", offers=chosen)).cards


def signed_in(username: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=username))
    return client


def page(client: Client, address: str) -> View:
    def opened() -> None:
        answer = client.get(address)
        assert answer.status_code == 200, answer.status_code

    return opened


def ranked_again(client: Client) -> View:
    def opened() -> None:
        answer = client.post("/desk/CRD-DEB/", {"main": "CRD-DEB"}, headers={"HX-Request": "true"})
        assert answer.status_code == 200, answer.status_code

    return opened


def measured(views: dict[str, View], rounds: int) -> Measured:
    return {name: _measured(view, rounds) for name, view in views.items()}


def _measured(view: View, rounds: int) -> tuple[float, int]:
    view()
    with CaptureQueriesContext(connection) as seen:
        view()
    queries, times = len(seen), []  # the next request empties the log
    for _ in range(rounds):
        started = time.process_time()  # SQLite works in this process; others share the machine
        view()
        times.append(time.process_time() - started)
    return min(times), queries  # the least disturbed round


def told(before: Measured, after: Measured, words: str) -> float:
    """This will print what each view took; the worst ratio."""
    for view, (least, queries) in before.items():
        took, then = after[view]
        print(
            f"{view}: {least * 1000:.1f} ms {words}, {took * 1000:.1f} ms with {ACTIVE} and "
            f"{EXPIRED} that ended: {took / least:.2f} times, {queries} and {then} queries"
        )
        assert queries == then
    return max(after[view][0] / before[view][0] for view in before)


if __name__ == "__main__":
    main()
