"""Making, editing and breaking workbooks of the matrix, for tests."""

import random
import zipfile
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from openpyxl import Workbook, load_workbook

from crossbank.catalog.models import Family, Product
from crossbank.matrix import book_writer, books
from crossbank.matrix.models import Pairing

NOW = datetime(2026, 3, 12, 10, 0, tzinfo=UTC)
NASTY = (
    "=1+1",
    "-x",
    "@SUM(A1)",
    "+7",
    '"quoted" & <tagged>',
    "line one\nline two",
    "00123",
    "_x0041_ stays",
    "ไทย ελληνικά 中文 é",
    "#N/A",
    "1e5",
    "TRUE",
)


def exported(*, at: datetime = NOW) -> bytes:
    return book_writer.workbook(books.read(), at=at)


def edited(content: bytes, edit: Callable[[Workbook], object]) -> bytes:
    """The same workbook after `edit`, as openpyxl saves it."""
    book = load_workbook(BytesIO(content))
    edit(book)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def place(book: Workbook, sheet: str, main: str, cross: str) -> Any:
    """The cell of one pair on one of the grids."""
    found = book[sheet]
    row = next(r for r in range(3, found.max_row + 1) if found.cell(r, 1).value == main)
    column = next(c for c in range(3, found.max_column + 1) if found.cell(1, c).value == cross)
    return found.cell(row, column)


def column(book: Workbook, sheet: str, key: str) -> int:
    """The number of a list's column by its hidden key."""
    found = book[sheet]
    return next(c for c in range(1, found.max_column + 1) if found.cell(1, c).value == key)


def state() -> str:
    return books.read().digest


def repacked(content: bytes, change: Callable[[str, bytes], bytes | None], **more: bytes) -> bytes:
    """The same zip file with parts changed (None: left out) and added."""
    out = BytesIO()
    old, new = zipfile.ZipFile(BytesIO(content)), zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED)
    with old, new:
        for name in old.namelist():
            if (part := change(name, old.read(name))) is not None:
                new.writestr(name, part)
        for name, part in more.items():
            new.writestr(name, part)
    return out.getvalue()


def prose(rng: random.Random) -> Callable[[int], str]:
    """length -> so many signs of made-up words, no easier to pack than what people write."""
    letters = ("abcdefghijklmnopqrstuvwxyz", "กขคงจฉชซญดตถทนบปผพฟมยรลวสหอฮ")
    known = [
        ["".join(rng.choices(some, k=rng.randrange(2, 11))) for _ in range(3000)]
        for some in letters
    ]
    return lambda length: " ".join(rng.choices(rng.choice(known), k=length // 4))[:length].strip()


def big_bank(*, size: int, families: int = 10, wordy: int = 0) -> None:
    """`size` main and `size` cross products with names in four scripts, every pair by hand.

    `wordy`: of five pairs, so many say all that there is room for.
    """
    groups = [
        Family.objects.create(code=f"F{n:02}", name=f"Family {n}", order=n) for n in range(families)
    ]
    names = ("Kredit", "สินเชื่อ", "Πίστωση", "信用卡")
    Product.objects.bulk_create(
        Product(
            code=f"{side}{n:03}",
            name=f"{names[n % 4]} {n}",
            family=groups[n % families],
            is_main=side == "M",
            is_cross=side == "C",
            purpose_question="Why?",
        )
        for side in "MC"
        for n in range(size)
    )
    mains = list(Product.objects.filter(is_main=True).order_by("code"))
    crosses = list(Product.objects.filter(is_cross=True).order_by("code"))
    ratings = ("strong", "good", "possible", "not_allowed")
    pairs = [
        Pairing(
            main=main,
            cross=cross,
            rating=ratings[(m + c) % 4],
            reason=f"{main.code} with {cross.code}: {NASTY[(m * c) % len(NASTY)]}",
            instead="Something else" if (m + c) % 4 == 3 else "",
            benefit=NASTY[(m + c) % len(NASTY)] if m % 2 else "",
            say=f"Say {m}-{c}",
            do_not_say="",
            rank=c + 1,
            kind=("related", "wider_range")[c % 2],
        )
        for m, main in enumerate(mains)
        for c, cross in enumerate(crosses)
    ]
    _fill_texts(pair for number, pair in enumerate(pairs) if number % 5 < wordy)
    Pairing.objects.bulk_create(pairs, batch_size=2000)


def _fill_texts(pairs: Iterable[Pairing]) -> None:
    words = prose(random.Random(1))
    for pair in pairs:
        for name in books.TEXTS:
            if name != "instead" or pair.instead:
                setattr(pair, name, words(Pairing._meta.get_field(name).max_length))
