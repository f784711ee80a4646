"""Where a figure leads: to the rows that it counts."""

from dataclasses import dataclass

from django.urls import reverse

from crossbank.review.forms import query
from crossbank.review.terms import Filter

# a share leads to the rows above its line; how many stand below it is written beside it
_COUNTED = {
    "cross_rate": "crossed",
    "depth": "crossed",
    "coverage": "offered",
    "acceptance": "taken",
    "three_rate": "three",
    "silent_rate": "silent",
    "median_seconds": "timed",
    "kept_rate": "kept",
}
_OF_PAIR = {"acceptance": "accepted", "not_presented": "missed"}


@dataclass(frozen=True, kw_only=True)
class Links:
    """Names of figures -> addresses, for one filter.

    A name is what is counted, after the line of the page it stands in: `main_only`,
    `branch:B01:total`, `pair:ACC-SAL:DIG-APP:accepted`, `before:cross_rate`.
    """

    asked: Filter

    def to(self, figure: str) -> str:
        *line, what = figure.split(":")
        of = _COUNTED.get(what, what)
        changes: dict[str, str] = {}
        match line:
            case ["branch" | "region" | "staff" | "main" as place, code]:
                changes = {place: code}
            case ["span", since, last]:
                changes = {"from": since, "until": last}
            case ["before"]:
                first, last_day = self.asked.before
                changes = {"from": first.isoformat(), "until": last_day.isoformat()}
            case ["pair" | "missed", main, cross]:
                of = f"pair:{main}:{cross}:{_OF_PAIR.get(what, what)}"
            case ["hour" | "nothing" | "reason" as kind]:
                of = f"{kind}:{what}"
        return f"{reverse('review:rows')}?{query(self.asked, of=of, **changes)}"
