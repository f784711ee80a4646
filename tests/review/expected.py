"""What the page must say, made of nothing but the cells of the workbook."""

from datetime import date
from itertools import groupby
from typing import Any

from crossbank.review import words
from crossbank.web.templatetags.house import decimals, share

HEADINGS = {
    "Tally": "Date, Region, Branch, Staff, Main only, Main + 1, Main + 2, No main, Total, "
    "Cross rate, Depth",
    "Pairings": "Main, Cross, Rating, Presented, Accepted, Declined, Interested, Follow up, "
    "Acceptance",
    "Missed": "Main, Cross, Rating, Not presented, Declined, Top reason",
    "Data": "consultation, business_date, recorded_at, region, branch, staff, main, cross, "
    "response, reason, offer, price_shown, edition, bucket, source",
}


class Expected:
    LABELS = {
        "total": "Total",
        "main_only": "Main only",
        "plus_one": "Main + 1",
        "plus_two": "Main + 2",
        "no_main": "No main",
        "cross_rate": "Cross rate",
        "depth": "Depth",
        "live": "Entered at the desk, No main included",
        "offered": "Something presented",
        "coverage": "Coverage",
        "presented": "Products presented",
        "taken": "Products accepted",
        "acceptance": "Acceptance",
        "with_offer": "Accepted with an offer",
        "roomy": "Three or more could be offered",
        "three_rate": "Heard of three or more",
        "silent_rate": "Heard of nothing",
        "median_seconds": "Seconds on keys, median",
        "unsigned": "Day sheets not signed",
        "known": "Known after 90 days",
        "kept_rate": "Kept of the known",
    }
    SHARES = (
        *("cross_rate", "coverage", "acceptance", "three_rate", "silent_rate", "known"),
        "kept_rate",
    )
    COLUMNS = {"branch": "Branch", "region": "Region", "staff": "Staff"}

    def __init__(self, book: dict[str, list[list[Any]]]) -> None:
        self.book = book
        self.summary = book["Summary"]
        self.tables = {
            name: [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
            for name, rows in book.items()
            if name in HEADINGS
        }

    def of(self, figure: str) -> str:
        kind, *rest = figure.split(":")
        if kind in self.LINES:
            return self._text(rest[-1] if kind == "before" else "", self._line(kind, *rest))
        if kind == "main":
            return self._main(*rest)
        if kind in ("pair", "missed"):
            return self._pair(kind, *rest)
        return self._group(kind, rest) if rest else self.total(kind)

    LINES = ("took", "before", "nothing", "reason", "hour")

    def _line(self, kind: str, what: str = "") -> Any:
        """A number that stands, or is counted, in one place of the workbook."""
        if kind == "took":
            return sum(bool(taken) for _row, taken in self._live())
        if kind == "before":
            return self._changed(self.LABELS[what])["Before"]
        if kind == "hour":
            return sum(at == int(what) for at in self._hours())
        return self._beside((words.reason if kind == "reason" else words.nothing_offered)(what))

    def total(self, name: str) -> str:
        """A first number: the cell under its label."""
        label = self.LABELS[name]
        place = next((r, row.index(label)) for r, row in enumerate(self.summary) if label in row)
        return self._text(name, self.summary[place[0] + 1][place[1]])

    def _customers(self) -> list[list[dict[str, Any]]]:
        """The rows of each consultation."""
        rows = sorted(self.tables["Data"], key=lambda row: row["consultation"])
        return [list(one) for _, one in groupby(rows, key=lambda row: row["consultation"])]

    def _live(self) -> list[tuple[dict[str, Any], list[str]]]:
        """Each customer at the desk, and what he took."""
        return [
            (rows[0], [row["cross"] for row in rows if row["response"] == "accepted"])
            for rows in self._customers()
            if rows[0]["source"] != "paper"
        ]

    def _hours(self) -> list[int]:
        return [rows[0]["recorded_at"].hour for rows in self._customers()]

    def _main(self, code: str, name: str) -> str:
        buckets = [rows[0]["bucket"] for rows in self._customers() if rows[0]["main"] == code]
        a, b, c = (buckets.count(bucket) for bucket in ("main_only", "plus_one", "plus_two"))
        total = a + b + c
        values = {"total": total, "cross_rate": (b + c) / total if total else ""}
        return self._text(name, values[name])

    def _changed(self, label: str) -> dict[str, Any]:
        head, *rows = self.book["Changes"]
        return next(dict(zip(head, row, strict=True)) for row in rows if row[0] == label)

    def _beside(self, label: str) -> Any:
        return next(row[row.index(label) + 1] for row in self.summary if label in row)

    def _pair(self, kind: str, main: str, cross: str, name: str) -> str:
        rows = self.tables["Pairings" if kind == "pair" else "Missed"]
        row = next(row for row in rows if (row["Main"], row["Cross"]) == (main, cross))
        value = row[name.replace("_", " ").capitalize()]
        return words.reason(value) if name == "top_reason" else self._text(name, value)

    def _group(self, kind: str, rest: list[str]) -> str:
        name = rest[-1]
        rows = [row for row in self.tables["Tally"] if self._belongs(kind, rest, row)]
        a, b, c, none = (
            sum(row[column] for row in rows)
            for column in ("Main only", "Main + 1", "Main + 2", "No main")
        )
        total = a + b + c
        assert total == sum(row["Total"] for row in rows)
        values = {
            "main_only": a,
            "plus_one": b,
            "plus_two": c,
            "no_main": none,
            "total": total,
            "cross_rate": (b + c) / total if total else "",
            "depth": (b + 2 * c) / total if total else "",
        }
        return self._text(name, values[name])

    def _belongs(self, kind: str, rest: list[str], row: dict[str, Any]) -> bool:
        if kind == "span":
            since, last = (date.fromisoformat(day) for day in rest[:2])
            return since <= row["Date"] <= last
        return row[self.COLUMNS[kind]] == rest[0]

    def _text(self, name: str, value: Any) -> str:
        value = None if value == "" else value
        if name == "depth":
            return decimals(value, 3)
        if name == "median_seconds":
            return decimals(value, 1)
        if name in self.SHARES:
            return share(value)
        return self._number(value)

    @staticmethod
    def _number(value: float) -> str:
        assert value == int(value)
        return str(int(value))
