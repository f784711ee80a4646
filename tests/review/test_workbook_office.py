"""The manager's workbook through LibreOffice, in every language: drawn and coloured."""

import os
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings

from crossbank.review.conversions_sheet import _COLD, _HOT, _WARM
from tests.review import world
from tests.review.test_workbook_words import written
from tests.review.world import TUESDAY

REQUIRED = os.environ.get("CROSSBANK_OFFICE") == "require"
SOFFICE, PDFTOPPM = shutil.which("soffice"), shutil.which("pdftoppm")
if not (SOFFICE and PDFTOPPM) and not REQUIRED:
    pytest.skip("no LibreOffice or no pdftoppm on this machine", allow_module_level=True)

LANGUAGES = [code for code, _name in settings.LANGUAGES]


@pytest.fixture
def many(twelve, shelf):
    """Enough who heard of the card and the app that both have a colour."""
    for number in range(12):
        answers = {"CRD": "accepted" if number < 10 else "declined", "APP": "declined"}
        world.consultation(shelf=shelf, employee=twelve["anna.zx"], day=TUESDAY, answers=answers)
    return twelve


@pytest.fixture
def printed(tmp_path):
    """bytes -> the colours of every page that LibreOffice prints; it must not complain."""
    assert SOFFICE, "CROSSBANK_OFFICE=require, and there is no LibreOffice"
    assert PDFTOPPM, "CROSSBANK_OFFICE=require, and there is no pdftoppm (poppler-utils)"

    def pages(content: bytes) -> Counter[bytes]:
        (tmp_path / "book.xlsx").write_bytes(content)
        command = [
            SOFFICE, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless",
            "--convert-to", "pdf", "--outdir", str(tmp_path), str(tmp_path / "book.xlsx"),
        ]  # fmt: skip
        told = subprocess.run(command, check=True, capture_output=True, timeout=180, text=True)
        assert "Error" not in told.stdout + told.stderr
        command = [
            PDFTOPPM, "-r", "50", "-aa", "no", "-aaVector", "no",
            str(tmp_path / "book.pdf"), str(tmp_path / "page"),
        ]  # fmt: skip
        subprocess.run(command, check=True, capture_output=True, timeout=60)
        return sum((colors(page) for page in sorted(tmp_path.glob("page*.ppm"))), Counter())

    return pages


def colors(page: Path) -> Counter[bytes]:
    """How many points have which colour: three bytes each, after three lines of heading."""
    points = page.read_bytes().split(b"\n", 3)[3]
    return Counter(points[n : n + 3] for n in range(0, len(points), 3))


def near(found: Counter[bytes], red: float, green: float, blue: float) -> int:
    """Points of a colour, whatever way the programs round it."""
    return sum(
        times
        for color, times in found.items()
        if max(abs(a - b) for a, b in zip(color, (red, green, blue), strict=True)) <= 2
    )


def shade(share: float) -> list[float]:
    """What a share is painted with: cold at nobody, warm at half, hot at everybody."""
    start, end = (_COLD, _WARM) if share < 0.5 else (_WARM, _HOT)
    part = (share * 2) % 1
    pairs = zip(bytes.fromhex(start), bytes.fromhex(end), strict=True)
    return [a + (b - a) * part for a, b in pairs]


@pytest.mark.parametrize("language", LANGUAGES)
def test_drawings_and_heat_are_seen(many, printed, language):
    found = printed(written(language))

    for drawn in ("C9CFCB", "6FA8A6"):  # bars, and bars and hours
        assert near(found, *bytes.fromhex(drawn)) > 300, drawn
    # 13 of 16 took the card, 1 of 16 the app; nothing else is known of ten customers
    assert near(found, *shade(13 / 16)) > 100
    assert near(found, *shade(1 / 16)) > 100
