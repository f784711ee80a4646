"""Which room stands on which floor, and who climbs."""

import ast
from collections.abc import Iterator
from pathlib import Path

FLOOR = {
    "engine": 0,
    "web": 1,
    "org": 2,
    "catalog": 3,
    "conduct": 4,
    "matrix": 5,
    "offers": 5,
    "calls": 5,
    "leads": 5,
    "voice": 5,
    "desk": 6,
    "training": 6,
    "kept": 7,
    "review": 8,
    "demo": 9,
}
# stand beside the rooms: they wire the house and may see all of it, and no room sees them
BESIDE = {"settings", "urls", "wsgi", "vendor", "environment", "apps"}
SHELVES = ("models", "services", "forms", "views", "urls")  # order inside one room


def imports(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and dotted name of every import, wherever it stands in the file."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def climbs(source: str, *, room: str, shelf: str = "") -> list[str]:
    """Imports of a file in `room` that go up, sideways or out of the cellar."""
    return [
        f"{line}: {room} imports {name}"
        for line, name in imports(ast.parse(source))
        if _is_climb(name.split("."), room=room, shelf=shelf)
    ]


def _is_climb(name: list[str], *, room: str, shelf: str) -> bool:
    top, there, other = [*name, "", ""][:3]
    if top != "crossbank" or not there:
        return room == "engine" and top == "django"
    if there in BESIDE:
        return room != "demo"  # the demo starts the server
    if there != room:
        return FLOOR[there] >= FLOOR[room]
    ordered = shelf in SHELVES and other in SHELVES
    return ordered and SHELVES.index(other) > SHELVES.index(shelf)


def files() -> Iterator[tuple[str, Path]]:
    """Every Python file of every room, migrations included."""
    base = Path(__file__).resolve().parents[2] / "crossbank"
    for room in FLOOR:
        for path in sorted((base / room).rglob("*.py")):
            yield room, path
