"""The stairs are one-way."""

from pathlib import Path

import pytest

from tests.house.floors import BESIDE, FLOOR, climbs, files

BASE = Path(__file__).resolve().parents[2]


def test_no_room_imports_from_its_floor_or_above() -> None:
    found = [
        f"{path.relative_to(BASE)}:{climb}"
        for room, path in files()
        for climb in climbs(path.read_text(encoding="utf-8"), room=room, shelf=path.stem)
    ]

    assert found == []


@pytest.mark.parametrize(
    ("room", "shelf", "source"),
    [
        ("matrix", "services", "from crossbank.desk.models import Consultation"),
        ("matrix", "services", "from crossbank.offers import services"),
        ("offers", "services", "import crossbank.matrix.models"),
        ("engine", "advice", "from django.db import models"),
        ("engine", "advice", "def f():\n    import django.conf"),
        ("desk", "views", "from crossbank.review.figures import figures"),
        ("desk", "models", "from crossbank.desk.services import record"),
        ("review", "figures", "from crossbank.demo import bank"),
        ("web", "forms", "from crossbank import settings"),
    ],
)
def test_planted_climb_is_found(room, shelf, source) -> None:
    assert len(climbs(source, room=room, shelf=shelf)) == 1


def test_every_folder_is_a_room_and_is_in_the_readme() -> None:
    folders = {
        path.name for path in (BASE / "crossbank").iterdir() if (path / "__init__.py").exists()
    }
    readme = (BASE / "README.md").read_text(encoding="utf-8")

    assert folders == set(FLOOR)
    assert [room for room in FLOOR if f"| `{room}` | {FLOOR[room]} |" not in readme] == []
    assert {path.stem for path in (BASE / "crossbank").glob("*.py")} - {"__init__"} == BESIDE
