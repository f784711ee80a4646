"""What if: equal to a slow loop, nothing while nothing changed, exact for a planted change."""

import random
from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from crossbank.catalog.models import Need, Product, ProductCondition
from crossbank.desk.forms import Row
from crossbank.desk.models import Consultation
from crossbank.desk.pictures import Draft, picture, retired_codes
from crossbank.desk.where import facts_at
from crossbank.engine.advice import advise
from crossbank.engine.offer_choice import OfferBook
from crossbank.matrix import editions
from crossbank.matrix.models import BasketRule, Pairing, PairingRule, SeasonalPick
from crossbank.matrix.services import compile_draft
from crossbank.offers.services import all_terms
from crossbank.review import what_if as room
from crossbank.review.what_if import what_if
from tests.review.talks import NOW, talk

pytestmark = pytest.mark.django_db


def asked(at=NOW):
    offers = tuple(all_terms(at).values())
    return what_if(
        editions.current(at).snapshot, compile_draft(at=at).snapshot, offers=offers, at=at
    )


def slowly(at=NOW) -> Counter:
    """Each record by itself, as the desk would draw it: (main, what differs) -> times."""
    offers = tuple(all_terms(at).values())
    both = (editions.current(at).snapshot, compile_draft(at=at).snapshot)
    found: Counter = Counter()
    records = Consultation.objects.select_related("need", "branch__region").order_by("pk")
    for record in records:
        if record.voided_at or record.replaced_at or record.source in ("paper", "import"):
            continue
        if record.business_date <= at.date() - timedelta(days=30):
            continue
        cards = []
        for snapshot in both:
            form = Draft(
                main=record.main_code,
                values={
                    "need": record.need.code if record.need else "",
                    "customer_kind": record.customer_kind,
                },
                rows={code: Row(held="1") for code in record.held},
            )
            seen = picture(
                form,
                snapshot=snapshot,
                offers=OfferBook(offers),
                retired=retired_codes(snapshot, at.date()),
                facts=facts_at(record.branch),
                at=record.recorded_at,
                zone=record.branch.zone,
            )
            cards.append([card.code for card in advise(snapshot, seen).cards])
        before, after = cards
        if before == after:
            found[record.main_code, "same"] += 1
        else:
            same = sorted(before) == sorted(after)
            found[record.main_code, "order" if same else "cards"] += 1
    return found


def many(person) -> None:
    dice = random.Random(7)
    mains = list(
        Product.objects.filter(is_main=True).order_by("code").values_list("code", flat=True)
    )
    needs = ["", *Need.objects.order_by("code").values_list("code", flat=True)]
    for n in range(160):
        talk(
            dice.choice(mains),
            times=dice.randint(1, 3),
            need=dice.choice(needs),
            at=NOW - timedelta(days=dice.randint(0, 34), hours=dice.randint(0, 23)),
            who=dice.choice(["seller", "seller2"]),
            customer_kind=dice.choice(["", "new", "existing"]),
            held=dice.sample(["DIG-APP", "CRD-DEB", "DIG-BIL", "SAV-INS"], dice.randint(0, 2)),
            source="paper" if n % 12 == 0 else "desk",
            replaced_at=NOW if n % 13 == 0 else None,
        )
    talk("ACC-BAS", times=3, voided_at=NOW, voided_by=person("seller"))


def condition(code: str, attribute: str, values: str) -> None:
    ProductCondition.objects.create(
        product=Product.objects.get(code=code),
        layer="eligibility",
        attribute=attribute,
        operator="is_one_of",
        values=values,
        message="Not for everybody.",
    )


def change_the_draft() -> None:
    """A rule, a pair, an order, a need, a basket rule, a season, two conditions and a retired
    product."""
    rule = PairingRule.objects.create(code="R-1", rating="strong", reason="As a rule", rank=0)
    rule.target_products.set(Product.objects.filter(code="SAV-GOL"))
    Pairing.objects.filter(main__code="CRD-CLA", cross__code="DIG-APP").update(rank=99)
    Pairing.objects.filter(cross__code="DIG-BIL").update(rating="possible")
    Pairing.objects.filter(main__code="ACC-BAS").update(rank=5)
    SeasonalPick.objects.create(
        cross=Product.objects.get(code="SAV-INS"),
        from_on=NOW.date() - timedelta(days=20),
        until_on=NOW.date() + timedelta(days=9),
        reason="A season",
    )
    Need.objects.first().crosses.add(Product.objects.get(code="SAV-GOL"))
    BasketRule.objects.first().delete()
    condition("DIG-ALR", "customer_kind", "existing")
    condition("SAV-INS", "branch", "B02")
    Product.objects.filter(code="DIG-CSH").update(valid_until=NOW.date() - timedelta(days=3))


def test_equal_to_a_slow_loop_over_every_record(bank, person) -> None:
    many(person)
    change_the_draft()

    found, slow = asked(), slowly()

    assert found.total == slow.total()
    assert found.other_cards == sum(n for (_m, what), n in slow.items() if what == "cards") > 20
    assert found.other_order == sum(n for (_m, what), n in slow.items() if what == "order") > 5
    assert {row.main.code: (row.total, row.changed) for row in found.mains} == {
        main: (
            sum(slow[main, what] for what in ("same", "cards", "order")),
            slow[main, "cards"] + slow[main, "order"],
        )
        for main, _what in slow
    }
    assert sum(change.times for change in found.changes) == found.changed
    seen_alike = [(change.case, change.before, change.after) for change in found.changes]
    assert len(seen_alike) == len({*seen_alike})
    assert [c.times for c in found.changes] == sorted(
        (c.times for c in found.changes), reverse=True
    )


def test_zero_while_the_draft_says_what_the_edition_says(bank, person) -> None:
    many(person)

    found = asked()

    assert (found.changed, found.changes, found.share) == (0, (), 0)
    assert found.total == slowly().total() > 100


def test_planted_change_is_counted_exactly(bank) -> None:
    """CRD-DEB leaves the row of ACC-BAS, which ACC-PLS inherits."""
    talk("ACC-BAS", times=7)
    talk("ACC-BAS", times=3, held=["CRD-DEB"])
    talk("ACC-PLS", times=2)
    talk("LON-CSH", times=5)
    pairing = Pairing.objects.get(main__code="ACC-BAS", cross__code="CRD-DEB")
    pairing.rating, pairing.instead = "not_allowed", "Wait"
    pairing.save()

    found = asked()

    assert (found.total, found.other_cards, found.other_order) == (17, 9, 0)
    assert [(row.main.code, row.total, row.changed) for row in found.mains] == [
        ("ACC-BAS", 10, 7),
        ("ACC-PLS", 2, 2),
        ("LON-CSH", 5, 0),
    ]
    first = found.changes[0]
    assert (first.case.main, first.times) == ("ACC-BAS", 7)
    assert "CRD-DEB" in first.before
    assert "CRD-DEB" not in first.after


def test_a_condition_counts_where_it_is_not_met(bank) -> None:
    talk("SAV-TRM", times=4, who="seller")
    talk("SAV-TRM", times=2, who="seller2")
    condition("SAV-INS", "branch", "B02")

    found = asked()

    assert (found.total, found.other_cards) == (6, 4)
    assert ["SAV-INS" in cards for cards in (found.changes[0].before, found.changes[0].after)] == [
        *(True, False),
    ]


def test_other_order_of_the_same_cards_is_told_apart(bank) -> None:
    talk("ACC-BAS", times=4)
    Pairing.objects.filter(main__code="ACC-BAS", cross__code="CRD-DEB").update(rank=98)

    found = asked()

    assert (found.other_cards, found.other_order) == (0, 4)


def test_what_is_retired_today_is_no_change(bank) -> None:
    """It would not be shown again, whatever is published."""
    talk("ACC-BAS", times=4)
    Product.objects.filter(code="DIG-APP").update(valid_until=NOW.date())

    assert asked().changed == 0


def test_offers_are_those_of_the_conversations_moment(bank) -> None:
    """TL-3 lifts travel cover beside the classic card in summer; the draft makes it strong."""
    summer = NOW.replace(month=6, day=20)
    talk("CRD-CLA", times=3, at=summer, need="TRAVEL")
    talk("CRD-CLA", times=2, at=summer - timedelta(days=22), need="TRAVEL")
    change_the_draft()

    at = summer + timedelta(days=2)
    found, slow = asked(at), slowly(at)

    assert found.total == 5
    assert sorted(change.times for change in found.changes) == [2, 3]
    assert len({change.before for change in found.changes}) == 2
    assert found.changed == slow.total() - slow["CRD-CLA", "same"]


def test_only_the_latest_are_compared_and_it_says_so(bank, monkeypatch) -> None:
    monkeypatch.setattr(room, "MOST", 5)
    talk("ACC-BAS", times=4, at=NOW - timedelta(days=2))
    talk("LON-CSH", times=3, at=NOW)

    found = asked()

    assert (found.total, found.is_cut) == (5, True)
    assert {row.main.code: row.total for row in found.mains} == {"LON-CSH": 3, "ACC-BAS": 2}


def test_page_prints_the_numbers_and_no_names(sign_in, person) -> None:
    now = timezone.now()
    talk("ACC-BAS", times=7, at=now - timedelta(days=1), customer_kind="new", note="leak-canary")
    talk("LON-CSH", times=5, at=now - timedelta(days=1))
    before = sign_in("owner").get("/admin/matrix/what-if/").content.decode()
    Pairing.objects.filter(main__code="ACC-BAS", cross__code="CRD-DEB").delete()

    page = sign_in("owner").get("/admin/matrix/what-if/").content.decode()

    assert 'data-figure="total">12<' in page
    assert 'data-figure="changed">7<' in page
    assert "Nobody would have seen other cards." in before
    assert "Nobody would have seen other cards." not in page
    assert "<div>1. Online and mobile banking</div>" in page
    assert [word for word in ("leak-canary", str(person("seller"))) if word in page] == []


def test_page_without_records_or_edition_says_so(sign_in) -> None:
    from crossbank.matrix.models import Edition

    assert "Nothing was recorded" in sign_in("owner").get("/admin/matrix/what-if/").content.decode()
    Edition.objects.all()._raw_delete("default")
    editions.forget()
    page = sign_in("owner").get("/admin/matrix/what-if/").content.decode()
    assert "No edition is in force yet" in page
