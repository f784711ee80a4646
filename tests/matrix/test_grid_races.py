"""Two editors save the same cells at the same moment: one is first, the other is told."""

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import timezone

from crossbank.catalog.models import Product
from crossbank.matrix.grid import Shelf, cells
from crossbank.matrix.grid_services import CellChange, Outcome, save_cells
from crossbank.matrix.models import Pairing
from tests.desk.test_races import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
ROUNDS = 15


def versions() -> dict[tuple[str, str], str]:
    shelf = Shelf(timezone.now().date())
    found = cells(shelf, mains=shelf.mains, crosses=shelf.crosses)
    return {pair: cell.version for pair, cell in found.items()}


def changes(pairs, **now) -> list[CellChange]:
    """What an editor sends who sees the cells as they are now."""
    seen = versions()
    return [
        CellChange(main=main, cross=cross, was=seen[main, cross], seen_at=None, now=now)
        for main, cross in pairs
    ]


def meet(first, second) -> list[Outcome]:
    """Each is (person, what he saves)."""
    jobs = [
        lambda by=by, listed=listed: save_cells(listed, at=timezone.now(), by=by)
        for by, listed in (first, second)
    ]
    done = at_once(jobs)
    assert [result for result in done if not isinstance(result, Outcome)] == []
    return done


def test_two_editors_of_the_same_new_pairs(person) -> None:
    owners = [person("owner"), person("owner2")]
    main = Product.objects.get(code="LON-REF")
    taken = Pairing.objects.filter(main=main).values_list("cross", flat=True)
    crosses = Product.objects.filter(is_cross=True).exclude(pk__in=[*taken, main.pk])
    pairs = [("LON-REF", cross.code) for cross in crosses]
    new = Pairing.objects.filter(main=main, cross__in=[cross.pk for cross in crosses])
    assert len(pairs) > 8

    for _round in range(ROUNDS):
        new.delete()
        LogEntry.objects.all().delete()
        mine = changes(pairs, rating="good", reason="Mine")
        theirs = changes(pairs[::-1], rating="possible", reason="Theirs")

        done = meet((owners[0], mine), (owners[1], theirs))

        first = 0 if done[0].saved else 1
        assert (len(done[first].saved), done[first].stale) == (len(pairs), [])
        assert done[1 - first].saved == []
        assert [line.by for line in done[1 - first].stale] == [owners[first]] * len(pairs)
        assert {pairing.reason for pairing in new.all()} == {("Mine", "Theirs")[first]}
        assert LogEntry.objects.count() == len(pairs)


def test_two_editors_of_the_same_old_pairs(person) -> None:
    owners = [person("owner"), person("owner2")]
    good = Pairing.objects.filter(rating="good").select_related("main", "cross")
    pairs = [(pairing.main.code, pairing.cross.code) for pairing in good]

    for turn in range(ROUNDS):
        mine = changes(pairs, benefit=f"Mine {turn}")
        theirs = changes(pairs[::-1], benefit=f"Theirs {turn}")

        done = meet((owners[0], mine), (owners[1], theirs))

        assert sorted(len(outcome.saved) for outcome in done) == [0, len(pairs)]
        assert len({pairing.benefit for pairing in good.all()}) == 1
