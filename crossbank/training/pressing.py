"""What a coaching note does not say: words that press a colleague, or a customer through him.

The lines in `pressing.json` are about colleagues (quotas, comparisons, threats); what presses a
customer is in the bank's own phrase rules. Words in quotation marks are spoken about, not said.
"""

import json
import re
from functools import lru_cache
from pathlib import Path

from crossbank.conduct import phrases
from crossbank.engine.phrases import Finding, Kind, Phrasebook, PhraseRule, Severity

_FILE = Path(__file__).resolve().parent / "pressing.json"
_QUOTED = re.compile(r"“[^”]*”|„[^“”]*[“”]|«[^»]*»|「[^」]*」|\"[^\"]*\"")


@lru_cache(maxsize=1)
def rules() -> tuple[PhraseRule, ...]:
    return tuple(
        PhraseRule(
            code=row["code"],
            language=row["language"],
            kind=Kind.PRESSURE,
            severity=Severity.SEVERE,
            patterns=tuple(row["patterns"]),
            unless=tuple(row["unless"]),
            better=row["better"],
        )
        for row in json.loads(_FILE.read_text(encoding="utf-8"))
    )


@lru_cache(maxsize=1)
def _book() -> Phrasebook:
    return Phrasebook(rules())


def first_finding(text: str) -> Finding | None:
    """This will find the first words that press; None where the note may be sent."""
    own = _QUOTED.sub(lambda quoted: " " * len(quoted[0]), text)
    of_bank = (one for one in phrases.in_force().check(own) if one.rule.kind is Kind.PRESSURE)
    # in the order of the text, and what is about colleagues first: its better line is for them
    found = (*_book().check(own), *(one for one in of_bank if one.is_severe))
    return next(iter(found), None)
