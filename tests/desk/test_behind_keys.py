"""What stands on the desk's cards behind a key: honest answers, and facts about pairs."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from crossbank.catalog.models import Need, Objection, Product
from crossbank.desk.behind_keys import objections
from crossbank.review import rollup
from crossbank.review.models import DayTogether

pytestmark = pytest.mark.django_db


def library(*rows) -> None:
    """Rows of product code, need code, objection; "" names none."""
    Objection.objects.all().delete()
    Objection.objects.bulk_create(
        Objection(
            product=Product.objects.get(code=product) if product else None,
            need=Need.objects.get(code=need) if need else None,
            objection=said,
            answer=f"On {said}",
            order=order,
        )
        for order, (product, need, said) in enumerate(rows)
    )


def said(codes: str, need: str = "") -> dict[str, list[str]]:
    found = objections(codes.split(), need=need)
    return {code: [objection for objection, _answer in lines] for code, lines in found.items()}


def test_objections_of_the_need_come_first_and_others_needs_stay_away(bank):
    library(
        ("DIG-ALR", "", "always"),
        ("DIG-ALR", "HOME", "for a home"),
        ("DIG-ALR", "DEBT", "in debt"),
        ("", "DEBT", "anything in debt"),
        ("INS-CRD", "", "another"),
    )

    assert said("DIG-ALR DIG-APP") == {"DIG-ALR": ["always"], "DIG-APP": []}
    assert said("DIG-ALR DIG-APP", "DEBT") == {
        "DIG-ALR": ["in debt", "anything in debt", "always"],
        "DIG-APP": ["anything in debt"],
    }
    Need.objects.update(is_active=False)
    assert said("DIG-ALR", "DEBT") == {"DIG-ALR": ["always"]}


def test_cards_carry_answers_from_the_start_and_follow_the_need(sign_in, bank):
    library(("DIG-APP", "", "No <computer>"), ("", "SAVE", "Later"))
    client = sign_in("seller")

    first = client.get("/desk/panels/").content.decode()
    drawn = client.post("/desk/SAV-INS/", {"need": "SAVE"}, headers={"HX-Request": "true"})

    assert "“No &lt;computer&gt;”" in first
    assert "On No &lt;computer&gt;" in first
    assert "“Later”" not in first
    assert "“Later”" in drawn.content.decode()


def test_one_query_whatever_the_number_of_cards(bank, django_assert_num_queries):
    codes = [product.code for product in Product.objects.all()]

    for some in (codes[:1], codes):
        with django_assert_num_queries(1):
            objections(some, need="DEBT")


def test_fact_stands_on_the_card_of_the_other_product(sign_in, bank):
    day = rollup.last_closed(timezone.now()) - timedelta(days=1)
    pairs = [("ACC-SAL", "ACC-SAL", 100), ("ACC-SAL", "DIG-APP", 31)]
    DayTogether.objects.bulk_create(
        DayTogether(day=day, one=one, other=other, times=n) for one, other, n in pairs
    )
    client = sign_in("seller")

    drawn = client.post("/desk/ACC-SAL/", {"more": "1"}, headers={"HX-Request": "true"})
    before = client.get("/desk/panels/").content.decode()

    facts = {card.code: card.fact for card in drawn.context["panel"].drawn if card.fact}
    assert facts == {
        "DIG-APP": (
            "Of 100 who took Salary account, 31 also took Online and mobile banking "
            "(n = 100, last 90 days)."
        )
    }
    assert facts["DIG-APP"] in drawn.content.decode()
    assert "also took" not in before  # behind a key: the first picture waits for no figures


def test_ranking_again_draws_what_is_seen_until_more_is_opened(sign_in, bank):
    client = sign_in("seller")
    part = {"headers": {"HX-Request": "true"}}
    answers = {"item-SAV-GOL": "declined"}  # one of the rest that was spoken of

    closed = client.post("/desk/CRD-DEB/", answers, **part)
    opened = client.post("/desk/CRD-DEB/", {**answers, "more": "1"}, **part)

    panel = opened.context["panel"]
    line = [panel.offer_line] if panel.offer_line else []
    seen = {card.code for card in (*panel.cards, *panel.spoken_of, *line)}
    shown = [set(re.findall(r'data-card="([^"]+)"', r.content.decode())) for r in (closed, opened)]
    assert shown == [seen, {card.code for card in panel.drawn}]
    assert shown[0] < shown[1]
    for name in ("uuid", "drawn_for", "csrfmiddlewaretoken"):
        assert f'name="{name}"' in closed.content.decode()
    assert "Together at one price" not in closed.content.decode()
