"""What the matrix's workbook costs: python -m tests.bench.workbook [of five pairs that say all]

200 x 200 products, every pair by hand; by default two of five pairs fill all their texts. Prints
bytes, processor time and the peak of memory, out and in. The budgets: `crossbank.matrix.books`.
"""

import resource
import sys
import time
from collections.abc import Callable
from typing import Any

from django.db import connection

from crossbank.matrix import books, imports
from crossbank.web.workbooks import Refused
from tests.matrix.workbooks import big_bank, exported


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def tell(name: str, act: Callable[[], Any]) -> Any:
    before, started = peak(), time.process_time()
    answer = act()
    took = time.process_time() - started
    print(f"{name}: {took:.1f} s of processor, memory {before:.0f} -> {peak():.0f} MB")
    return answer


def main(wordy: int) -> None:
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True)
    big_bank(size=200, wordy=wordy)
    content = tell("out", exported)
    print(f"{len(content) / 2**20:.1f} MB, at most {books.LIMITS.size / 2**20:.1f} MB are read")
    try:
        plan = tell("in", lambda: imports.look(content))
        print(f"{plan.count} differences, {len(plan.troubles)} troubles")
    except Refused as why:
        print(why)
    connection.creation.destroy_test_db(name, verbosity=0)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2)
