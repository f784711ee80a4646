"""The phrase rules that come with the product: one data file a language, in `lists/`."""

import json
from functools import lru_cache
from pathlib import Path

from crossbank.engine.phrases import Kind, PhraseRule, Severity

FOLDER = Path(__file__).resolve().parent / "lists"


@lru_cache(maxsize=1)
def costs() -> dict[str, tuple[str, ...]]:
    """language -> patterns that say what something costs."""
    return {language: tuple(data["costs"]) for language, data in _files().items()}


@lru_cache(maxsize=1)
def rules() -> dict[str, PhraseRule]:
    """code -> rule, as delivered."""
    return {
        row["code"]: PhraseRule(
            code=row["code"],
            language=language,
            kind=Kind(row["kind"]),
            patterns=tuple(row["patterns"]),
            unless=tuple(row.get("unless", ())),
            costs=costs()[language] if row["kind"] == Kind.FREE_CLAIM else (),
            severity=Severity(row.get("severity", Severity.WARN)),
            better=row["better"],
        )
        for language, data in _files().items()
        for row in data["rules"]
    }


@lru_cache(maxsize=1)
def _files() -> dict[str, dict]:
    files = (json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json")))
    return {data["language"]: data for data in files}
