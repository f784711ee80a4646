"""How fast evidence is counted: python -m tests.bench.evidence [consultations] [rounds]

Goal P13 of the performance study: counting what was taken together takes at most 0.7 of the
database's own self-join, with equal counts; adding one day takes at most 1/50 of a rebuild. And
what the page asks for: the sums of half a year, and proposals over 100 x 100 products.
"""

import random
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import connection

from crossbank.demo import bank as sample
from crossbank.desk.models import Consultation, ConsultationItem, DaySheet
from crossbank.engine.evidence import PairCounts, Said, Talk, taken_together
from crossbank.engine.proposals import propose
from crossbank.matrix import editions
from crossbank.org.models import User
from crossbank.review import pair_days, rollup
from crossbank.review.models import PairDay
from tests.engine import planted
from tests.engine.counting import count, fold

DAYS, PER_DAY = 100, 120
FIRST = date(2025, 6, 2)
AT = datetime(2026, 3, 1, tzinfo=UTC)


def seconds(act: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    answer = act()
    return time.perf_counter() - start, answer


def compare(name: str, ours: Callable, theirs: Callable, rounds: int, goal: str) -> None:
    pairs = [(seconds(ours), seconds(theirs)) for _ in range(rounds)]
    ratio = statistics.median(mine[0] / other[0] for mine, other in pairs)
    mine, other = (
        statistics.median(side[0] for side in sides) for sides in zip(*pairs, strict=True)
    )
    print(f"{name}: {mine:.3f} s against {other:.3f} s, {ratio:.3f} of it (goal {goal})")


# --- the plain pass -------------------------------------------------------------------------------


def talks(number: int, seed: int = 1) -> list[Talk]:
    """As in performance.md A7: 200 products, 3.4 distinct ones in a consultation."""
    rng = random.Random(seed)
    codes = [f"P{n:03}" for n in range(200)]
    weights = list(range(200, 0, -1))
    taken = iter(rng.choices(codes, weights=weights, k=number * 5))
    found = []
    for _ in range(number):
        main, *crosses = dict.fromkeys(islice(taken, rng.choice((2, 3, 4, 5))))
        said = tuple(Said(cross, "good", "accepted") for cross in crosses)
        found.append(Talk(main, 1, False, said))
    return found


def fill_table(everything: list[Talk]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_taken (talk integer NOT NULL, product text NOT NULL)")
        rows = (
            (number, code)
            for number, talk in enumerate(everything)
            for code in (talk.main, *(said.cross for said in talk.said))
        )
        if connection.vendor == "postgresql":
            with cursor.copy("COPY bench_taken FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            while batch := list(islice(rows, 50_000)):
                cursor.executemany("INSERT INTO bench_taken VALUES (%s, %s)", batch)
        cursor.execute("CREATE UNIQUE INDEX bench_once ON bench_taken (talk, product)")
        cursor.execute("ANALYZE bench_taken")


def self_join() -> dict[tuple[str, str], int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.product, b.product, COUNT(*) FROM bench_taken a JOIN bench_taken b"
            " ON a.talk = b.talk AND a.product <= b.product GROUP BY 1, 2"
        )
        return {(one, other): n for one, other, n in cursor.fetchall()}


def bench_pass(number: int, rounds: int) -> None:
    everything = talks(number)
    fill_table(everything)
    assert count(everything).together == self_join()
    for processes in ("as it comes", "one process")[: 1 + (connection.vendor == "postgresql")]:
        if processes == "one process":
            with connection.cursor() as cursor:
                cursor.execute("SET max_parallel_workers_per_gather = 0")
        compare(
            f"{number:,} consultations, plain pass against {connection.vendor}'s self-join, {processes}",
            lambda: taken_together(everything),
            self_join,
            rounds,
            "0.7",
        )
    took, _ = seconds(lambda: count(everything))
    print(f"with customers and answers: {took:.3f} s")
    daily = [count(everything[start::300]) for start in range(300)]
    took, summed = seconds(lambda: fold(daily))
    assert summed == count(everything)
    print(f"300 days of it added up: {took:.3f} s, the same counts")


# --- a day against a rebuild ----------------------------------------------------------------------


def fill_desk() -> None:
    sample.load(today=FIRST)
    edition = sample.publish(effective_from=datetime(2025, 1, 1, tzinfo=UTC), at=AT)
    edition = edition or editions.current(AT)
    seller = User.objects.select_related("branch").get(username="seller")
    rng, snapshot = random.Random(1), editions.current(AT).snapshot
    products = {p.code: p for p in sample.Product.objects.all()}
    mains = [code for code in snapshot.rows if code in products]
    records, items = [], []
    for number in range(DAYS * PER_DAY):
        main = products[rng.choice(mains)]
        day = FIRST + timedelta(days=number // PER_DAY)
        record = Consultation(
            uuid=UUID(int=number + 1), employee=seller, entered_by=seller, branch=seller.branch,
            business_date=day, recorded_at=AT, received_at=AT, main=main, main_code=main.code,
            main_name=main.name, edition_id=edition.pk, bucket="main_only",
        )  # fmt: skip
        records.append(record)
        for place, cross in enumerate(rng.sample(sorted(snapshot.rows[main.code]), 2)):
            items.append(
                ConsultationItem(
                    consultation=record, product=products[cross], product_code=cross,
                    product_name=cross, family_code="X", place=place,
                    rating=snapshot.rows[main.code][cross].rating.value,
                    response=rng.choice(("accepted", "declined")),
                )
            )  # fmt: skip
    Consultation.objects.bulk_create(records)
    DaySheet.objects.bulk_create(
        DaySheet(employee=seller, branch=seller.branch, business_date=FIRST + timedelta(days=n))
        for n in range(DAYS)
    )
    ConsultationItem.objects.bulk_create(items)


def bench_days(rounds: int) -> None:
    fill_desk()
    last = FIRST + timedelta(days=DAYS - 1)
    rollup.catch_up(at=AT)
    assert rollup.drift() == []
    compare(
        f"one day of {PER_DAY} against a rebuild of {DAYS} days",
        lambda: rollup.count_day(last, at=AT),
        lambda: rollup.catch_up(at=AT, since=FIRST),
        rounds,
        "1/50 = 0.020",
    )
    took, counts = seconds(lambda: pair_days.counts(FIRST, last))
    print(f"sums of {PairDay.objects.count():,} rows for a page: {took * 1000:.0f} ms")
    shown = {pk: editions.load(pk).snapshot for _, pk in counts.customers}
    took, _ = seconds(lambda: propose(counts, editions.current(AT).snapshot, shown=shown))
    print(f"proposals of the sample bank: {took * 1000:.0f} ms")


def bench_proposals() -> None:
    """100 x 100 products, all unrated, each asked for a few times: the worst a page may meet."""
    rng = random.Random(1)
    mains, crosses = ([f"{side}{n:02}" for n in range(100)] for side in "MX")
    snapshot = planted.edition([], mains=mains, crosses=crosses)
    counts = PairCounts(
        customers={(main, 1): rng.randrange(500, 5000) for main in mains},
        answers={(m, x, "", "accepted"): rng.randrange(1, 12) for m in mains for x in crosses},
        together={},
    )
    took, found = seconds(lambda: propose(counts, snapshot, shown={1: snapshot}))
    print(f"proposals over 100 x 100 unrated pairs: {took * 1000:.0f} ms, {len(found)} found")


def main(number: int, rounds: int) -> None:
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True)
    bench_pass(number, rounds)
    bench_days(rounds)
    bench_proposals()
    connection.creation.destroy_test_db(name, verbosity=0)


if __name__ == "__main__":
    numbers = [int(text) for text in sys.argv[1:]]
    main(*(numbers + [1_000_000, 3][len(numbers) :]))
