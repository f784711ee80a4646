"""The cells of a workbook as what each pair should say, with the address of every part of it."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crossbank.catalog.models import Product
from crossbank.matrix import books
from crossbank.matrix.book_reader import Grid, Parsed
from crossbank.matrix.book_words import BETTER_FIELDS
from crossbank.matrix.books import DETAILS, EMPTY, TEXTS, Said, Stand
from crossbank.matrix.models import Pairing, Rating
from crossbank.web.workbook_cells import Value, address
from crossbank.web.workbook_lists import Line, Name, Trouble, plain, text_of, unknown_code

_BETTER = Pairing.Relation.UP_SELL.value
MOST_RANK = 32_767  # what the column keeps on every database
Blame = Callable[[str, str], None]  # (where, words)


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What the file says of one pair by hand, None: nothing; `place`: field -> address."""

    said: Said | None
    where: str
    place: Callable[[str], str]


def mark_of(parsed: Parsed, name: Name) -> str:
    """What the pair said by hand when the file was made; "" when nobody had written it."""
    mark = parsed.marks.get(name, "")
    return "" if books.is_bracketed(mark) or not mark else mark


def mark_then(parsed: Parsed, name: Name) -> str:
    return mark_of(parsed, name) or parsed.list_marks.get(("better", " ".join(name)), "")


def in_words(said: Said | None) -> str:
    if said is None:
        return _("nothing by hand")
    rating = Rating(said.rating).label if said.rating else _("Better main product")
    return f"{rating}: {said.reason}"


def wishes(
    parsed: Parsed, stand: Stand, troubles: list[Trouble], notes: list[str]
) -> dict[Name, Wish]:
    """This will read every pair of the grids and of the list of better products."""

    def blame(where: str, words: str) -> None:
        troubles.append(Trouble(where=where, words=words))

    reader = _Grids(parsed, stand, blame)
    found = reader.pairs()
    reader.blame_texts_without_rating()
    if reader.emptied:
        count = reader.emptied
        notes.append(
            ngettext(
                "%(count)d cell in brackets was emptied; the rule or the inherited row stays.",
                "%(count)d cells in brackets were emptied; the rules or inherited rows stay.",
                count,
            )
            % {"count": count}
        )
    _add_better(found, parsed, stand, blame)
    return found


class _Grids:
    def __init__(self, parsed: Parsed, stand: Stand, blame: Blame) -> None:
        self.parsed, self.stand, self.blame = parsed, stand, blame
        self.grid = parsed.grids["rating"]
        self.emptied = 0

    def pairs(self) -> dict[Name, Wish]:
        found = {}
        for name, value in self.grid.cells.items():
            rating = self._rating(name, value)
            if rating:
                found[name] = self._wish(name, self._said(name, rating))
        for name, mark in self.parsed.marks.items():
            if self.grid.covers(name) and name not in self.grid.cells:
                if books.is_bracketed(mark):
                    self.emptied += 1
                else:
                    found[name] = self._wish(name, None)
        return found

    def _wish(self, name: Name, said: Said | None) -> Wish:
        return Wish(
            said=said, where=self.grid.where(name), place=lambda field: self._place(name, field)
        )

    def _place(self, name: Name, field: str) -> str:
        sheet = self.parsed.grids.get(field)
        if sheet is not None and sheet.covers(name):
            return sheet.where(name)
        if field == "main":
            return f"{self.grid.title}!{address(self.grid.rows[name[0]], 1)}"
        if field == "cross":
            return f"{self.grid.title}!{address(1, self.grid.columns[name[1]])}"
        return self.grid.where(name)

    def _rating(self, name: Name, value: Value) -> str:
        """The code of the rating; "" when the cell is not a value, or not one we know."""
        words = value.strip() if isinstance(value, str) else str(value)
        if books.is_bracketed(words):
            self._check_brackets(name, words)
            return ""
        code = books.code_of(Rating, words) if isinstance(value, str) else None
        if code is None:
            known = ", ".join(str(label) for label in Rating.labels)
            sentence = _("“%(words)s” is no rating. Choose one of: %(known)s.")
            self.blame(self.grid.where(name), sentence % {"words": words[:40], "known": known})
        return code or ""

    def _check_brackets(self, name: Name, words: str) -> None:
        mark = self.parsed.marks.get(name, "")
        inner = words[1:-1]
        code = books.code_of(Rating, inner)
        if books.is_bracketed(mark) and mark in {
            books.bracketed(code or ""),
            books.bracketed(_BETTER),
        }:
            return
        sentence = _(
            "What stands in brackets is not taken over. Write the word without brackets to decide "
            "this cell by hand, or empty it."
        )
        self.blame(self.grid.where(name), sentence)

    def _said(self, name: Name, rating: str) -> Said:
        now = self.stand.said.get(name, EMPTY)
        values = {field: self._detail(field, name, now) for field in DETAILS}
        return Said(relation=EMPTY.relation, rating=rating, **values)

    def _detail(self, field: str, name: Name, now: Said) -> str | int:
        sheet = self.parsed.grids.get(field)
        if sheet is None or not sheet.covers(name):
            return getattr(now, field)
        raw = sheet.cells.get(name)
        if raw is None:
            return getattr(EMPTY, field)
        return detail(
            field, raw, getattr(now, field), lambda words: self._blame_in(sheet, name, words)
        )

    def _blame_in(self, sheet: Grid, name: Name, words: str) -> None:
        self.blame(sheet.where(name), words)

    def blame_texts_without_rating(self) -> None:
        """A text belongs to a rating; when the rating was emptied just now, its texts go too."""
        for field in DETAILS:
            sheet = self.parsed.grids.get(field)
            for name, raw in sheet.cells.items() if sheet else ():
                if self._is_homeless(name, field, raw):
                    words = _("Nothing is rated at this place of the sheet “%(grid)s”.")
                    self.blame(sheet.where(name), words % {"grid": self.grid.title})

    def _is_homeless(self, name: Name, field: str, raw: Value) -> bool:
        value = self.grid.cells.get(name)
        if not self.grid.covers(name):
            now = self.stand.said.get(name)
            kept = now is not None and getattr(now, field)
            return kept != (plain(raw) if isinstance(raw, str) else raw) and field in TEXTS
        if value is None:
            return not mark_of(self.parsed, name)
        return isinstance(value, str) and books.is_bracketed(value.strip())


def detail(field: str, raw: Value, now: str | int, blame: Callable[[str], None]) -> str | int:
    """One text, number or choice as it is kept; what it is `now` when it cannot be understood."""
    if field in TEXTS:
        return text_of(raw, str(now), blame)
    if field == "rank":
        written = str(raw).strip()
        is_number = not isinstance(raw, bool) and written.isdecimal() and len(written) < 6
        if is_number and int(written) <= MOST_RANK:
            return int(written)
        words = _("“%(words)s” is no whole number from 0 to %(most)d.")
        blame(words % {"words": written[:40], "most": MOST_RANK})
        return now
    choices = books.CHOICES[field]
    code = books.code_of(choices, raw) if isinstance(raw, str) else None
    if code is None:
        known = ", ".join(str(label) for label in choices.labels)
        sentence = _("“%(words)s” is not one of: %(known)s.")
        blame(sentence % {"words": str(raw)[:40], "known": known})
        return now
    return code


def _add_better(found: dict[Name, Wish], parsed: Parsed, stand: Stand, blame: Blame) -> None:
    listed: dict[Name, Line] = {}
    for line in parsed.lists.get("better", ()):
        codes = [_code(line, key, stand.products, blame) for key in ("main", "better")]
        if not all(codes):
            continue
        name = codes[0], codes[1]
        in_grid = found.get(name)
        if name in listed:
            words = _("This pair stands here twice; first in %(cell)s.")
            blame(line.where("main"), words % {"cell": listed[name].where("main")})
        elif in_grid is not None and in_grid.said is not None and not line.is_removal:
            words = _("This pair stands in %(cell)s too. Mark this row to be removed, or empty it.")
            blame(line.where("main"), words % {"cell": in_grid.where})
        elif in_grid is None or not line.is_removal:
            said = None if line.is_removal else _better_said(line, name, stand, blame)
            found[name] = Wish(said=said, where=line.where("main"), place=_places(line))
        listed[name] = line


def _places(line: Line) -> Callable[[str], str]:
    return lambda field: line.where("better" if field == "cross" else field)


def _code(line: Line, key: str, products: dict[str, Product], blame: Blame) -> str:
    value = line.cells.get(key, "")
    if isinstance(value, str) and value.strip() in products:
        return value.strip()
    blame(line.where(key), unknown_code(value, products, what=Product._meta.verbose_name))
    return ""


def _better_said(line: Line, name: Name, stand: Stand, blame: Blame) -> Said:
    now = stand.said.get(name, EMPTY)
    values: dict[str, str | int] = {}
    for field in BETTER_FIELDS:
        raw, was = line.cells.get(field), getattr(now, field)
        if field not in line.columns:
            values[field] = was
        elif raw is None:
            values[field] = getattr(EMPTY, field)
        else:
            place = line.where(field)
            values[field] = detail(field, raw, was, lambda words, place=place: blame(place, words))
    return Said(relation=_BETTER, rating="", **values)
