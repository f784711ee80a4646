"""Bootstrap's stylesheet, served straight from its wheel: no copy in the repository, no CDN."""

from collections.abc import Sequence
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import CheckMessage, Error
from django.core.files.storage import FileSystemStorage

PREFIX = "vendor/bootstrap"
# the maps stay in the list: manifest storage resolves the comment that names them
NAMES = [f"css/bootstrap{rtl}.min.css{kind}" for rtl in ("", ".rtl") for kind in ("", ".map")]


class WheelFinder(BaseFinder):
    """This will find the few files we use inside the `bootstrap-wrapper` wheel."""

    def __init__(self, app_names: list[str] | None = None, *args: Any, **kwargs: Any) -> None:
        root = Path(str(distribution("bootstrap-wrapper").locate_file("bootstrap")))
        self.storage = FileSystemStorage(location=str(root))
        self.storage.prefix = PREFIX

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001, FBT002 - Django's signature
        name = path.removeprefix(f"{PREFIX}/")
        hit = self.storage.path(name) if path != name and name in NAMES else None
        if find_all:
            return [hit] if hit else []
        return hit or []

    def list(self, ignore_patterns: Any) -> Any:
        return ((name, self.storage) for name in NAMES)

    def check(self, **kwargs: Any) -> Sequence[CheckMessage]:
        gone = [name for name in NAMES if not self.storage.exists(name)]
        return [
            Error(f"{name} is missing from the bootstrap-wrapper wheel", id="crossbank.E001")
            for name in gone
        ]
