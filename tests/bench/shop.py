"""How much offers cost beside a shop's: python -m tests.bench.shop [rounds] [python with django-oscar]

Goals P3 and P2 of the performance study: the whole view that ranks the cards again answers, through
the test client, in at most 1/50 of what django-oscar needs to apply 500 offers to a basket of one
line; its applicator grows at least tenfold from 10 to 500 offers, and the view uses no more queries
than before. Oscar finds discounts, the desk finds what fits and its offer: the yardstick is how
eligibility grows with the number of offers, not equal output.

Without a Python that has it, django-oscar is installed from PyPI into an environment that goes with
the run; the project never depends on it. Both sides on SQLite files, alternating.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from unittest import mock

from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from crossbank.matrix import contents, services
from crossbank.offers.models import Offer
from crossbank.org.models import Branch, Region, User
from tests.bench.advice import compiled, fill_database
from tests.bench.world import NOON, World, build, customers
from tests.released import keep_only

FEW, MANY, VIEWS = 10, 500, 20
Answer = tuple[float, int]  # seconds and queries


# --- the shop -------------------------------------------------------------------------------------


def python_with_oscar(folder: Path) -> Path:
    subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
    python = folder / "venv" / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "-q", "django-oscar"], check=True)
    return python


class Shop:
    def __init__(self, python: Path, folder: Path) -> None:
        yardstick = Path(__file__).with_name("oscar_shop.py")
        self._process = subprocess.Popen(
            [python, "-W", "ignore", yardstick, folder],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._line() == "ready"

    def _line(self) -> str:
        return self._process.stdout.readline().strip()

    def apply(self, offers: int) -> Answer:
        self._process.stdin.write(f"{offers}\n")
        self._process.stdin.flush()
        took, queries = self._line().split()
        return float(took), int(queries)

    def close(self) -> None:
        self._process.stdin.close()
        self._process.wait()


# --- the desk -------------------------------------------------------------------------------------


def open_desk(world: World) -> Client:
    """A seller at the desk of a bank whose first edition holds the whole world."""
    snapshot = compiled(world)
    fill_database(world, snapshot)
    region = Region.objects.create(code="R", name="Region")
    branch = Branch.objects.create(code="B", name="B", region=region, time_zone="Europe/Berlin")
    seller, author, approver = (
        User.objects.create_user(name, role=role, branch=branch, region=region)
        for name, role in (("seller", "seller"), ("author", "owner"), ("approver", "owner"))
    )
    services.add_edition(
        candidate=contents.written(snapshot, ()),
        note="bench",
        effective_from=NOON,
        author=author,
        approver=approver,
        at=NOON,
        by=author,
    )
    client = Client(headers={"hx-request": "true"})
    client.force_login(seller)
    return client


def views(client: Client, world: World, offers: int) -> Callable[[], Answer]:
    """Ranking again for the next customers: seconds of one view, and the queries of the last."""
    people = iter(customers(world))

    def view() -> None:
        customer = next(people)
        answers = {f"item-{code}": "accepted" for code in customer.taken if code != customer.main}
        sent = {"need": customer.need, "customer_kind": customer.kind.value, **answers}
        response = client.post(f"/desk/{customer.main}/", sent)
        assert response.status_code == 200, response.content
        assert b"<html" not in response.content

    def measure() -> Answer:
        with transaction.atomic():
            keep_only(Offer.objects.filter(code__lt=f"O{offers:03}").values_list("code", flat=True))
            view()
            start = time.perf_counter()
            for _ in range(VIEWS):
                view()
            took = (time.perf_counter() - start) / VIEWS
            with CaptureQueriesContext(connection) as seen:
                view()
            transaction.set_rollback(True)
        return took, len(seen)

    return measure


def compare(shop: Shop, client: Client, world: World, rounds: int) -> None:
    sides = {
        ("shop", FEW): lambda: shop.apply(FEW),
        ("desk", FEW): views(client, world, FEW),
        ("shop", MANY): lambda: shop.apply(MANY),
        ("desk", MANY): views(client, world, MANY),
    }
    found = [{side: act() for side, act in sides.items()} for _ in range(rounds)]
    for side, offers in sides:
        times = [1000 * one[side, offers][0] for one in found]
        print(
            f"{side}, {offers} offers: median {statistics.median(times):.1f} ms "
            f"({min(times):.1f} to {max(times):.1f}, n {rounds}), {found[-1][side, offers][1]} queries"
        )

    def ratio(one: tuple[str, int], other: tuple[str, int]) -> float:
        return statistics.median(f[one][0] / f[other][0] for f in found)

    print(
        f"desk against shop, {MANY} offers: 1/{1 / ratio(('desk', MANY), ('shop', MANY)):.0f} (goal 1/50)"
    )
    print(
        f"shop, {MANY} against {FEW} offers: {ratio(('shop', MANY), ('shop', FEW)):.1f} times (goal: at least 10)"
    )
    print(f"desk, {MANY} against {FEW} offers: {ratio(('desk', MANY), ('desk', FEW)):.2f} times")  # fmt: skip


def main(rounds: int, python: str) -> None:
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True)
    with tempfile.TemporaryDirectory() as folder, mock.patch("django.utils.timezone.now") as now:
        now.return_value = NOON
        world = build(offers=MANY)
        client = open_desk(world)
        shop = Shop(Path(python) if python else python_with_oscar(Path(folder)), Path(folder))
        compare(shop, client, world, rounds)
        shop.close()
    connection.creation.destroy_test_db(name, verbosity=0)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5, "".join(sys.argv[2:3]))
