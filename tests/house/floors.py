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
    "desk": 6,
    "review": 7,
    "demo": 8,
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
    found = []
    for line, name in imports(ast.parse(source)):
        top, *rest = name.split(".")
        if room == "engine" and top == "django":
            found.append(f"{line}: engine imports {name}")
        if top != "crossbank" or not rest:
            continue
        there = rest[0]
        if there in BESIDE and room != "demo":  # the demo starts the server
            found.append(f"{line}: {room} imports {there}, which stands beside the rooms")
        elif there in BESIDE:
            continue
        elif there == room:
            other = rest[1] if len(rest) > 1 else ""
            if shelf in SHELVES and other in SHELVES and SHELVES.index(other) > SHELVES.index(shelf):
                found.append(f"{line}: {room}.{shelf} imports {room}.{other}")
        elif FLOOR[there] >= FLOOR[room]:
            found.append(f"{line}: {room} imports {there}")
    return found


def files() -> Iterator[tuple[str, Path]]:
    """Every Python file of every room, migrations included."""
    base = Path(__file__).resolve().parents[2] / "crossbank"
    for room in FLOOR:
        for path in sorted((base / room).rglob("*.py")):
            yield room, path
