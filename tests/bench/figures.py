#!/usr/bin/env python3
"""What a bank's figures cost: from the rollups, and by the same GROUP BY over the records.

    DATABASE_URL=… SECRET_KEY=… REFERENCE_KEY=… python tests/bench/figures.py [rounds]

On a database that holds a history (`demo --no-serve`, `simulate`, `rollup`). It checks that both say
the same, counts the queries of both pages, prints times and fails only if the check does.
"""

import os
import statistics
import sys
import time
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crossbank.settings")

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.db.models import Count, Max, Q, Sum  # noqa: E402
from django.test import Client, override_settings  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from crossbank.desk.models import Consultation, ConsultationItem  # noqa: E402
from crossbank.org.models import User  # noqa: E402
from crossbank.review import scope as scopes  # noqa: E402
from crossbank.review import sums  # noqa: E402
from crossbank.review.facts import COUNTED_ONLY, conditions  # noqa: E402
from crossbank.review.figures import figures  # noqa: E402
from crossbank.review.models import CountedDay  # noqa: E402

_LIVE = ~Q(source__in=COUNTED_ONLY)
_SUMS = {
    "main_only": Count("pk", filter=Q(bucket="main_only")),
    "plus_one": Count("pk", filter=Q(bucket="plus_one")),
    "plus_two": Count("pk", filter=Q(bucket="plus_two")),
    "no_main": Count("pk", filter=Q(bucket="no_main")),
    "live": Count("pk", filter=_LIVE),
    "offered": Count("pk", filter=_LIVE & Q(presented__gt=0)),
    "taken": Sum("depth", filter=_LIVE),
}


def seconds(work) -> tuple[float, object]:
    start = time.perf_counter()
    found = work()
    return time.perf_counter() - start, found


def by_records(asked) -> dict[str, dict]:
    """Tallies by day, branch and main product, and answers by pair: what the page shows first."""
    records = Consultation.objects.standing().filter(**conditions(asked)).order_by()
    found = {
        key: {row[0]: row[1:] for row in records.values_list(key).annotate(**_SUMS)}
        for key in ("business_date", "branch_id", "main_code")
    }
    items = ConsultationItem.objects.filter(
        ~Q(consultation__source__in=COUNTED_ONLY),
        consultation__voided_at__isnull=True,
        consultation__replaced_at__isnull=True,
        **conditions(asked, "consultation__"),
    )
    rows = items.order_by().values_list("consultation__main_code", "product_code", "response")
    found["pairs"] = {row[:3]: row[3] for row in rows.annotate(n=Count("pk"))}
    return found


def check(found: sums.Sums, truth: dict[str, dict], asked) -> None:
    def numbers(counter) -> tuple:
        return tuple(counter[name] for name in _SUMS)

    days = {day: numbers(n) for day, n in found.by_day.items() if day >= asked.since}
    assert days == truth["business_date"]
    assert {pk: numbers(n) for pk, n in found.by_branch.items()} == truth["branch_id"]
    mains: dict[str, tuple] = {}
    for (main, _edition), n in found.by_main.items():
        mains[main] = tuple(map(sum, zip(mains.get(main, (0,) * 7), numbers(n), strict=True)))
    assert mains == truth["main_code"]
    pairs: dict[tuple, int] = {}
    for (main, cross, _edition), n in found.pairs.items():
        for response in ("accepted", "declined", "interested", "follow_up"):
            if n[response]:
                key = (main, cross, response)
                pairs[key] = pairs.get(key, 0) + n[response]
    assert pairs == truth["pairs"]


@override_settings(
    ALLOWED_HOSTS=["testserver"],
    SECURE_SSL_REDIRECT=False,
    STORAGES={
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    },
)
def pages(query: str) -> None:
    for username in ("manager", "conduct"):
        client = Client()
        client.force_login(User.objects.get(username=username))
        client.get(f"/review/?{query}")
        with CaptureQueriesContext(
            connection,
        ) as asked:
            took, response = seconds(lambda client=client: client.get(f"/review/?{query}"))
        assert response.status_code == 200
        print(f"page of {username}: {len(asked)} queries, {took * 1000:.0f} ms")


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    at = timezone.now()
    last = CountedDay.objects.aggregate(last=Max("day"))["last"]
    asked = scopes.narrow(
        scopes.whole_bank(), since=last - timedelta(days=365), last=last, branch="", region=""
    )
    n = Consultation.objects.count()
    print(f"{connection.vendor}: {n:,} consultations, {CountedDay.objects.count()} counted days")
    ratios = []
    for _ in range(rounds):
        slow, truth = seconds(lambda: by_records(asked))
        quick, found = seconds(lambda: sums.read(asked, today=at.date()))
        check(found, truth, asked)
        ratios.append(quick / slow)
        print(f"records {slow * 1000:.0f} ms, rollups {quick * 1000:.0f} ms: 1/{slow / quick:.0f}")
    print(f"median of ratios {statistics.median(ratios):.4f} (goal 1/15 = 0.0667); equal numbers")
    took, _ = seconds(lambda: figures(asked, made_by="bench", made_at=timezone.localtime()))
    print(f"all figures of the bank, {len(asked.days)} days: {took * 1000:.0f} ms")
    pages(f"from={asked.since}&until={asked.last}")
    pages("")


if __name__ == "__main__":
    main()
