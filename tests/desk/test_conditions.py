"""Conditions at the desk: one line to ask, a refusal with its words, and nothing else on the page."""

import re
from html import unescape

import pytest
from django.utils import timezone

from crossbank.catalog.models import Product, ProductCondition
from crossbank.desk.models import Consultation
from crossbank.matrix.services import publish_edition

pytestmark = pytest.mark.django_db

CARD = {"item_CRD_CLA": "accepted", "consent_CRD_CLA": "1"}


@pytest.fixture
def publish(bank, person):
    """This will give CRD-CLA one condition instead of its own, and publish."""

    def published(layer: str = "eligibility", code: str = "CRD-CLA", **fields) -> None:
        ProductCondition.objects.filter(product__code=code).delete()
        ProductCondition.objects.create(
            product=Product.objects.get(code=code),
            layer=layer,
            **{
                "attribute": "customer_kind",
                "operator": "is_one_of",
                "values": "existing",
                "message": "It is for members only.",
                **fields,
            },
        )
        publish_edition(at=timezone.now(), approver=person("owner2"), by=person("owner"))

    return published


def text(response) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def why_line(response, code: str) -> str:
    card = response.content.decode().split(f'data-card="{code}"')[1].split("</article>")[0]
    line = card.split('class="cb-pc__why">')[1].split("</p>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", line)).split())


def test_what_nobody_knows_stands_in_the_why_line(sign_in) -> None:
    page = sign_in("seller").get("/desk/ACC-SAL/")

    assert why_line(page, "CRD-CLA").endswith("· ask first: Is the customer 18 or older?")
    assert text(page).count("Is the customer 18 or older?") == 2  # the card, the overdraft in More
    for name in ("age", "age_band", "birth"):
        assert f'name="{name}' not in page.content.decode()


def test_a_question_nobody_wrote_is_asked_in_the_usual_words(sign_in, publish) -> None:
    publish(attribute="need", values="TRAVEL")

    page = sign_in("seller").get("/desk/ACC-SAL/")

    assert why_line(page, "CRD-CLA").endswith("ask first: What does the customer need it for?")


@pytest.mark.parametrize("layer", ["eligibility", "suitability", "applicability"])
def test_main_product_is_judged_by_its_conditions_too(
    sign_in, publish, save, content, layer
) -> None:
    publish(layer)
    client = sign_in("seller")

    pages = {
        kind: client.post("/desk/CRD-CLA/", {"customer_kind": kind}).context["panel"]
        for kind in ("", "new", "existing")
    }
    saved = {
        kind: save(client, content("CRD-CLA", edition="2", customer_kind=kind))
        for kind in ("", "new", "existing")
    }
    left = save(client, content("CRD-CLA", edition="2", customer_kind="new", no_main="1"))

    said = {
        "eligibility": "cannot have it: It is for members only.",
        "suitability": "not in the customer’s interest: It is for members only.",
        "applicability": "not now: It is for members only.",
    }[layer]
    assert {kind: (p.main_asks, p.main_refused) for kind, p in pages.items()} == {
        "": ("ask first: Is the customer with us already?", ()),
        "new": ("", (said,)),
        "existing": ("", ()),
    }
    firm = layer != "applicability"
    assert [saved[kind].status_code for kind in ("", "new", "existing")] == [
        201, 422 if firm else 201, 201,
    ]  # fmt: skip
    assert saved["new"].json().get("errors") == ({"main": [said]} if firm else None)
    assert left.status_code == 201


def test_what_is_refused_leaves_the_cards_and_may_be_asked_for(sign_in, publish) -> None:
    publish()
    client = sign_in("seller")

    new = client.post("/desk/ACC-SAL/", {"customer_kind": "new"})
    asked = client.post("/desk/ACC-SAL/", {"customer_kind": "new", "asked-CRD-CLA": "1"})
    known = client.post("/desk/ACC-SAL/", {"customer_kind": "existing"})

    assert 'data-card="CRD-CLA"' not in new.content.decode()
    assert "Classic credit card : cannot have it: It is for members only." in text(new)
    assert 'name="asked-CRD-CLA"' in new.content.decode()
    card = asked.content.decode().split('data-card="CRD-CLA"')[1].split("</article>")[0]
    assert "cannot have it: It is for members only." in card
    assert 'id="CRD-CLA-a"' not in card
    assert "ask first" not in why_line(known, "CRD-CLA")
    assert 'name="asked-CRD-CLA"' not in known.content.decode()


def test_what_makes_no_sense_now_is_advice_that_a_wish_outweighs(
    sign_in, publish, save, content
) -> None:
    publish("applicability")
    client = sign_in("seller")

    asked = client.post("/desk/ACC-SAL/", {"customer_kind": "new", "asked-CRD-CLA": "1"})
    saved = save(client, content("ACC-SAL", customer_kind="new", asked_CRD_CLA="1", **CARD))

    assert why_line(asked, "CRD-CLA").endswith("· not now: It is for members only.")
    assert 'id="CRD-CLA-a"' in asked.content.decode()
    assert saved.status_code == 201


@pytest.mark.parametrize(
    ("layer", "words"),
    [
        ("eligibility", "cannot have it: It is for members only."),
        ("suitability", "not in the customer’s interest: It is for members only."),
    ],
)
def test_refused_product_is_not_taken(sign_in, publish, save, content, layer, words) -> None:
    publish(layer)
    client = sign_in("seller")
    data = {"edition": "2", "customer_kind": "new"}

    taken = save(client, content("ACC-SAL", **data, **CARD))
    wished = save(client, content("ACC-SAL", **data, **CARD, asked_CRD_CLA="1"))
    heard = save(client, content("ACC-SAL", **data, item_CRD_CLA="interested"))

    for refused in (taken, wished):
        assert refused.status_code == 422
        assert refused.json() == {"code": "invalid", "errors": {"item-CRD-CLA": [words]}}
    assert heard.status_code == 201
    assert Consultation.objects.count() == 1


@pytest.mark.parametrize("kind", ["existing", ""])
def test_what_is_met_or_not_known_may_be_taken(sign_in, publish, save, content, kind) -> None:
    publish()

    saved = save(sign_in("seller"), content("ACC-SAL", edition="2", customer_kind=kind, **CARD))

    assert saved.status_code == 201


def test_either_edition_may_refuse_and_says_it_once(sign_in, publish, save, content) -> None:
    client = sign_in("seller")
    publish()
    shown = save(client, content("ACC-SAL", edition="1", customer_kind="new", **CARD))
    publish(attribute="region", values="R-EAST", message="Elsewhere.")
    both = save(client, content("ACC-SAL", edition="2", customer_kind="new", **CARD))
    publish(attribute="region", values="R-NORTH", message="Elsewhere.")
    old = save(client, content("ACC-SAL", edition="3", customer_kind="new", **CARD))
    now = save(client, content("ACC-SAL", edition="4", customer_kind="new", **CARD))

    assert [answer.status_code for answer in (shown, both, old, now)] == [422, 422, 422, 201]
    assert shown.json()["errors"]["item-CRD-CLA"] == ["cannot have it: It is for members only."]
    assert both.json()["errors"]["item-CRD-CLA"] == [
        "cannot have it: It is for members only.",
        "cannot have it: Elsewhere.",
    ]


def test_a_refused_save_comes_back_with_its_words(sign_in, publish, content) -> None:
    publish()
    data = content("ACC-SAL", edition="2", customer_kind="new", **CARD)

    page = sign_in("seller").post("/desk/consultations/", data)

    assert page.status_code == 422
    card = page.content.decode().split('data-card="CRD-CLA"')[1].split("</article>")[0]
    assert "It is for members only." in card.split('role="alert"')[1].split("</p>")[0]


def test_a_branch_is_known_from_the_person(sign_in, publish) -> None:
    publish(attribute="branch", values="B02", message="Only in the other branch.")

    here, there = (sign_in(who).get("/desk/ACC-SAL/") for who in ("seller", "seller2"))

    assert 'data-card="CRD-CLA"' not in here.content.decode()
    assert "cannot have it: Only in the other branch." in text(here)
    assert "ask first" not in why_line(there, "CRD-CLA")


def test_conditions_cost_no_query(sign_in, publish, queries) -> None:
    client = sign_in("seller")
    with queries() as before:
        client.get("/desk/ACC-SAL/")
    publish(attribute="branch", values="B02")
    client.get("/desk/ACC-SAL/")

    with queries() as after:
        client.get("/desk/ACC-SAL/")

    assert len(after) <= len(before)


@pytest.mark.parametrize(
    ("kind", "place", "words"),
    [
        ("new", "refused", "cannot have it: It is for members only."),
        ("", "card", "ask first: Is the customer with us already?"),
    ],
)
def test_explain_tells_the_layer(sign_in, publish, kind, place, words) -> None:
    publish()

    page = sign_in("manager").get("/explain/", {"main": "ACC-SAL", "kind": kind})

    row = page.content.decode().split('data-code="CRD-CLA"')[1].split("</tr>")[0]
    assert f'data-place="{place}"' in row
    assert words in unescape(row)
    assert row.count("members only") == (kind == "new")


def test_paper_prints_what_to_ask(sign_in) -> None:
    page = text(sign_in("seller").get("/matrix/ACC-SAL/"))

    assert page.count("Ask first: Is the customer 18 or older?") == 2


def test_paper_of_a_main_product_prints_its_own_question(sign_in) -> None:
    page = text(sign_in("seller").get("/matrix/ACC-STU/"))

    assert page.count("Ask first: Is the customer between 14 and 26?") == 1


def test_knowledge_card_tells_whom_it_is_for(sign_in) -> None:
    page = text(sign_in("seller").get("/products/LON-OVD/"))

    assert page.count("Credit is for customers of 18 and older.") == 1
