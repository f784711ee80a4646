"""Sums of pairs -> the lists that people read, named and rated as the newest edition shown has it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from crossbank.desk.models import DeclineReason
from crossbank.engine.terms import Response
from crossbank.matrix.editions import Loaded
from crossbank.review.numbers import REASONS, Numbers
from crossbank.review.results import Answers, MissedRow, PairRow, PartnerRow
from crossbank.review.terms import Named

_RESPONSES = tuple(response.value for response in Response)
_ORDER = {reason.value: place for place, reason in enumerate(DeclineReason)}


@dataclass(frozen=True, kw_only=True)
class Pairs:
    """Shape: `sums` by (main, cross, edition), `mains` by (main, edition); `shown`: the editions."""

    sums: Mapping[tuple[str, str, int], Numbers]
    mains: Iterable[tuple[str, int]]
    shown: Mapping[int, Loaded]

    def names(self) -> dict[str, Named]:
        """code -> name, of every product that somebody came for, heard of or might have."""
        seen = {(code, edition) for main, cross, edition in self.sums for code in (main, cross)}
        found: dict[str, Named] = {}
        for code, edition in sorted({*seen, *self.mains}, key=lambda one: self._number(one[1])):
            product = self.shown[edition].snapshot.product.get(code)
            found[code] = Named(code=code, name=product.name if product else code)
        return found

    def rows(self, names: Mapping[str, Named]) -> tuple[PairRow, ...]:
        found = (
            PairRow(
                main=names[main],
                cross=names[cross],
                rating=self._rating(main, cross, editions),
                **{name: numbers[name] for name in _RESPONSES},
            )
            for (main, cross), (numbers, editions) in self._by_pair(_presented).items()
        )
        return tuple(sorted(found, key=lambda r: (-r.presented, r.main.code, r.cross.code)))

    def missed(self, names: Mapping[str, Named]) -> tuple[MissedRow, ...]:
        """What customers of a main product did not hear of, and why others refused it."""
        everything = self._by_pair(lambda numbers: 1)
        found = (
            MissedRow(
                main=names[main],
                cross=names[cross],
                rating=self._rating(main, cross, editions),
                not_presented=numbers["missed"],
                declined=everything[main, cross][0]["declined"],
                top_reason=_top(everything[main, cross][0]),
            )
            for (main, cross), (numbers, editions) in self._by_pair(_missed).items()
        )
        return tuple(sorted(found, key=lambda r: (-r.not_presented, r.main.code, r.cross.code)))

    def partners(self, names: Mapping[str, Named]) -> tuple[PartnerRow, ...]:
        """Partners' products that were presented; whose one is, the edition shown says."""
        counts: dict[tuple[str, str], Numbers] = {}
        called: dict[str, str] = {}
        for (_main, cross, edition), numbers in self._in_order():
            product = self.shown[edition].snapshot.product.get(cross)
            if product and product.partner and _presented(numbers):
                called[product.partner] = product.partner_name
                counts.setdefault((product.partner, cross), Counter()).update(numbers)
        return tuple(
            PartnerRow(
                partner=Named(code=partner, name=called[partner]),
                product=names[cross],
                answers=Answers(**{name: n[name] for name in (*_RESPONSES, "with_offer")}),
            )
            for (partner, cross), n in sorted(counts.items())
        )

    def reasons(self) -> tuple[tuple[str, int], ...]:
        """Why customers refused, the most frequent first."""
        total = sum(self.sums.values(), Counter())
        found = [(reason, total[reason]) for reason in REASONS if total[reason]]
        return tuple(sorted(found, key=lambda one: (-one[1], _ORDER[one[0]])))

    def _number(self, edition: int) -> int:
        return self.shown[edition].number

    def _in_order(self) -> list[tuple[tuple[str, str, int], Numbers]]:
        return sorted(self.sums.items(), key=lambda one: (self._number(one[0][2]), one[0]))

    def _by_pair(self, counts: object) -> dict[tuple[str, str], tuple[Numbers, list[int]]]:
        """(main, cross) -> sums over the editions where `counts` finds something, and those."""
        found: dict[tuple[str, str], tuple[Numbers, list[int]]] = {}
        for (main, cross, edition), numbers in self._in_order():
            if counts(numbers):
                total, editions = found.setdefault((main, cross), (Counter(), []))
                total.update(numbers)
                editions.append(edition)
        return found

    def _rating(self, main: str, cross: str, editions: list[int]) -> str:
        """As the newest of these has it; empty: not rated, the customer asked."""
        pair = self.shown[editions[-1]].snapshot.pair(main, cross)
        return pair.rating.value if pair else ""


def _presented(numbers: Numbers) -> int:
    return sum(numbers[name] for name in _RESPONSES)


def _missed(numbers: Numbers) -> int:
    return numbers["missed"]


def _top(numbers: Numbers) -> str:
    """The most frequent reason; of equals the first in the order of the choices."""
    found = [reason for reason in REASONS if numbers[reason]]
    return min(found, key=lambda reason: (-numbers[reason], _ORDER[reason]), default="")
