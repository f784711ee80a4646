"""A list of 50,000 customer numbers taken over in a database of its own: time and memory.

On SQLite, or where DATABASE_URL says:

python -m tests.bench.approvals
"""

import io
import resource
import sys
import time

from django.db import connection
from django.utils import timezone
from openpyxl import Workbook

from crossbank.demo import bank
from crossbank.offers import approvals
from crossbank.offers.models import Grant
from crossbank.org.models import User


def peak() -> float:
    """MB that this process held at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True)
    bank.load(today=timezone.localdate())
    book = Workbook(write_only=True)
    sheet = book.create_sheet("List")
    numbers = [f"K{n:09}" for n in range(49_688)]
    for row in ["Customer number", *numbers, *numbers[:300], *["!" * n for n in range(1, 13)]]:
        sheet.append([row])
    stream = io.BytesIO()
    book.save(stream)
    content, before = stream.getvalue(), peak()
    del book, sheet, stream, numbers

    now, started, worked = timezone.now(), time.perf_counter(), time.process_time()
    plan = approvals.plan(content, offer="TL-2", approved_on=timezone.localdate(now), at=now)
    looked = time.perf_counter()
    approvals.take_over(
        waiting=approvals.ApprovalPlan.unpacked(plan.packed()),
        note="",
        at=now,
        by=User.objects.get(username="owner"),
    )
    done, worked = time.perf_counter(), time.process_time() - worked
    counts = (len(plan.hashes), len(plan.doubles), len(plan.unread), Grant.objects.count())
    assert counts == (49_688, 300, 12, 49_688), counts
    print(
        f"{len(content) / 2**20:.1f} MB: looked into in {looked - started:.1f} s, given in "
        f"{done - looked:.1f} s, {worked:.1f} s of it this process at work; it held {peak():.0f} MB "
        f"at most, {before:.0f} MB before"
    )
    connection.creation.destroy_test_db(name, verbosity=0)
    sys.exit(peak() > 200 or done - started > 60)


if __name__ == "__main__":
    main()
