"""Sales of long ago: sixty, of which forty are known, and no figure of the usual weeks moves."""

from collections import Counter
from datetime import date, timedelta

import pytest

from crossbank.demo import history, sold
from crossbank.desk.models import Consultation
from crossbank.desk.proof import drift
from crossbank.kept import sales
from crossbank.kept.models import Outcome

pytestmark = pytest.mark.django_db


def old(today: date) -> list[sales.Sale]:
    rows = sales.sold().filter(consultation__business_date__lte=today - timedelta(days=90))
    return list(sales.read(rows.order_by("pk")))


@pytest.mark.parametrize("seed", [1, 2])
def test_forty_of_sixty_are_known(march_bank, thursday, seed):
    told = sold.play(today=thursday, days_back=63, seed=seed)

    found = old(thursday)
    assert told == {"sales": 60, "outcomes of them": 40}
    assert Counter(sale.state.value for sale in found) == {
        "kept": 34, "withdrawn": 3, "closed_early": 3, "not_known": 20,
    }  # fmt: skip
    ages = [(thursday - sale.record.business_date).days for sale in found]
    assert 95 <= min(ages) < 100
    assert 195 < max(ages) <= 200
    assert {sale.record.branch.code for sale in found} == {"B01", "B02"}
    assert Consultation.objects.count() == 60
    assert drift() == []


def test_the_same_seed_gives_the_same_sales(march_bank, thursday):
    sold.play(today=thursday, days_back=63, seed=1)
    uuids = set(Consultation.objects.values_list("uuid", flat=True))

    first = next(sold._long_ago(thursday, 1))[1][0].entry

    assert first.uuid in uuids


def test_a_long_history_has_them_already(march_bank, thursday):
    history.play(today=thursday, days_back=110, seed=1)
    before = Consultation.objects.count()

    told = sold.play(today=thursday, days_back=110, seed=1)

    assert Consultation.objects.count() == before
    assert told == {"sales": 60, "outcomes of them": 40}
    assert Outcome.objects.count() == 40
