"""The evening's one question as values: whose conversation, which products, which lines."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from crossbank.desk.days import Line
from crossbank.desk.models import Consultation, Reflection
from crossbank.engine.closing import Case, clearest_first
from crossbank.engine.terms import PairTerms, ProductTerms, Rating
from crossbank.matrix import editions

CLEAREST = 3  # shown at once: a question, not a list of faults
FEW = 5  # chips of one customer


@dataclass(frozen=True, kw_only=True)
class Missed:
    """A product nobody mentioned, with the lines that the edition of then has for it.

    `typed`: own words that were refused and are to be mended.
    """

    product: ProductTerms
    rating: str
    lines: tuple[str, ...]
    typed: str = ""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One customer of the question, and the answer so far."""

    line: Line
    missed: tuple[Missed, ...]
    answer: Reflection | None

    @property
    def record(self) -> Consultation:
        return self.line.record

    @property
    def few(self) -> tuple[Missed, ...]:
        return self.missed[:FEW]

    @property
    def others(self) -> tuple[Missed, ...]:
        return self.missed[FEW:]

    @property
    def typed_in_others(self) -> bool:
        return any(one.typed for one in self.others)

    def lines_of(self, code: str) -> tuple[str, ...] | None:
        """The lines of one of its products; None for a product that is none of them."""
        return next((one.lines for one in self.missed if one.product.code == code), None)


@dataclass(frozen=True, kw_only=True)
class Evening:
    """The clearest cases first; `more`: how many others there are."""

    asked: tuple[Asked, ...]

    @property
    def clearest(self) -> tuple[Asked, ...]:
        return self.asked[:CLEAREST]

    @property
    def more(self) -> int:
        return len(self.asked[CLEAREST:])

    def next_open(self, after: Consultation, *, everybody: bool) -> Asked | None:
        """Who comes after this customer and has no answer yet; else the first without one."""
        shown = self.asked if everybody else self.clearest
        place = next((n for n, one in enumerate(shown) if one.record.pk == after.pk), -1)
        waiting = [one for one in (*shown[place + 1 :], *shown[:place]) if one.answer is None]
        return waiting[0] if waiting else None


def evening(
    lines: Iterable[Line], answers: Iterable[Reflection], typed: Mapping[str, str] | None = None
) -> Evening:
    """This will put the question over main-only and main + 1 customers who missed something.

    `typed`: "uuid code" -> own words that could not be kept.
    """
    given = {answer.consultation_id: answer for answer in answers}
    asked = {line.record.pk: _asked(line, given, typed or {}) for line in lines if line.missed}
    order = clearest_first(_case(one) for one in asked.values())
    return Evening(asked=tuple(asked[case.number] for case in order))


def _asked(line: Line, given: Mapping[int, Reflection], typed: Mapping[str, str]) -> Asked:
    record = line.record
    row = editions.load(record.edition_id).for_reader.rows[record.main_code]
    missed = [
        _missed(one, row[one.code], typed.get(f"{record.uuid} {one.code}", ""))
        for one in line.missed
    ]
    missed.sort(key=lambda one: one.rating != Rating.STRONG)  # stable: else in the row's order
    return Asked(line=line, missed=tuple(missed), answer=given.get(record.pk))


def _missed(product: ProductTerms, pair: PairTerms, typed: str) -> Missed:
    lines = dict.fromkeys(text for text in (pair.say, pair.benefit) if text)
    return Missed(product=product, rating=pair.rating.value, lines=tuple(lines), typed=typed)


def _case(asked: Asked) -> Case:
    ratings = [one.rating for one in asked.missed]
    return Case(
        number=asked.record.pk,
        strong=ratings.count(Rating.STRONG),
        good=ratings.count(Rating.GOOD),
        nothing_offered=asked.line.nothing_offered,
        at=asked.record.recorded_at,
    )
