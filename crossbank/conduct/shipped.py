"""The phrase rules that come with the product: one data file a language, in `lists/`.

`words` of a file names what its patterns say often: `{product}` stands for all of that name.
"""

import json
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from crossbank.engine.phrases import Kind, PhraseRule, Severity

FOLDER = Path(__file__).resolve().parent / "lists"


@lru_cache(maxsize=1)
def costs() -> dict[str, tuple[str, ...]]:
    """language -> patterns that say what something costs."""
    return {language: _patterns(data, data["costs"]) for language, data in _files().items()}


@lru_cache(maxsize=1)
def rules() -> dict[str, PhraseRule]:
    """code -> rule, as delivered."""
    return {
        row["code"]: PhraseRule(
            code=row["code"],
            language=language,
            kind=Kind(row["kind"]),
            patterns=_patterns(data, row["patterns"]),
            unless=_patterns(data, row.get("unless", ())),
            costs=costs()[language] if row["kind"] == Kind.FREE_CLAIM else (),
            severity=Severity(row.get("severity", Severity.WARN)),
            better=row["better"],
        )
        for language, data in _files().items()
        for row in data["rules"]
    }


def _patterns(data: dict, written: Iterable[str]) -> tuple[str, ...]:
    return tuple(one.format_map(data["words"]) for one in written)


@lru_cache(maxsize=1)
def _files() -> dict[str, dict]:
    files = (json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json")))
    return {data["language"]: data for data in files}
