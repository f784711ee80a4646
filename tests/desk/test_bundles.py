"""A bundle at the desk: one key for all its parts, its price only while all of them are taken."""

import re

import pytest
from django.utils import timezone

from crossbank.catalog.models import Product
from crossbank.desk.models import Consultation
from crossbank.matrix.services import compile_draft
from crossbank.offers.models import Offer

pytestmark = pytest.mark.django_db

CARE = {
    "item_DIG_ALR": "accepted",
    "consent_DIG_ALR": "1",
    "item_INS_CRD": "accepted",
    "consent_INS_CRD": "1",
    "bundle": "CARD-CARE",
}


def panel(client, main: str = "CRD-DEB", **fields):
    return client.post(f"/desk/{main}/", {"more": "1", **fields}, headers={"HX-Request": "true"})


def answers(response) -> dict[str, str]:
    """The answers and hidden fields of the drawn form that would be sent again."""
    page = response.content.decode()
    checked = re.findall(
        r'<input [^>]*name="((?:item|consent)-[^"]+)"[^>]*value="([^"]+)" checked', page
    )
    hidden = re.findall(r'<input type="hidden" name="(bundle)" value="([^"]*)"', page)
    return dict([*checked, *hidden])


def test_one_key_presents_takes_and_takes_back(sign_in, bank):
    client = sign_in("seller")
    press = {"press_bundle": "CARD-CARE"}

    presented = answers(panel(client, **press))
    taken = answers(panel(client, **press, **presented))
    back = answers(panel(client, **press, **taken))

    assert presented == {"item-DIG-ALR": "declined", "item-INS-CRD": "declined"}
    assert taken == {
        "item-DIG-ALR": "accepted",
        "consent-DIG-ALR": "1",
        "item-INS-CRD": "accepted",
        "consent-INS-CRD": "1",
        "bundle": "CARD-CARE",
    }
    assert back == {}


def test_a_part_taken_out_leaves_the_other_at_its_own_price(sign_in, bank):
    fields = {"item-DIG-ALR": "accepted", "consent-DIG-ALR": "1", "bundle": "CARD-CARE"}

    drawn = panel(sign_in("seller"), **fields, **{"item-INS-CRD": "declined"})

    assert answers(drawn) == {
        "item-DIG-ALR": "accepted",
        "consent-DIG-ALR": "1",
        "item-INS-CRD": "declined",
    }
    assert "in “Card care”" not in drawn.content.decode()


def test_pressing_what_is_no_bundle_does_nothing(sign_in, bank):
    assert answers(panel(sign_in("seller"), press_bundle="NO-SUCH")) == {}


def test_price_saving_and_honest_word_stand_on_it(sign_in, bank):
    client = sign_in("seller")

    plain = panel(client).content.decode()
    asked = panel(client, **{"asked-INS-CRD": "1"}).content.decode()
    needed = panel(client, need="EVERYDAY").content.decode()

    assert "2.50 a month for both" in plain
    assert "Bought apart: 3.00 CU a month; together it saves 0.50 CU." in plain
    assert "can be bought separately" in plain
    assert "Its price takes the place of: Alerts: 3 months at 0.00, Card cover" in plain
    assert "together it is dearer" not in plain
    assert "costs 2.00 CU a month apart: together it is dearer by 0.50 CU" in asked
    assert "costs 1.00 CU a month apart: together it is dearer by 1.50 CU" in needed


@pytest.mark.parametrize(
    ("main", "fields", "is_shown"),
    [
        ("CRD-DEB", {}, True),
        ("CRD-DEB", {"held-INS-CRD": "1"}, False),
        ("HOM-PUR", {}, False),  # card cover is not in its row
    ],
)
def test_bundle_stands_only_where_each_part_may_be_taken(sign_in, bank, main, fields, is_shown):
    page = panel(sign_in("seller"), main, **fields).content.decode()

    assert ("Together at one price" in page) is is_shown


def test_recorded_with_its_terms_and_the_price_that_was_heard(sign_in, bank, content, save):
    answer = save(sign_in("seller"), content("CRD-DEB", **CARE))

    assert answer.status_code == 201
    assert (answer.json()["bucket"], answer.json()["depth"]) == ("plus_two", 2)
    record = Consultation.objects.get()
    assert (record.bundle_code, record.bundle_terms["price_minor"]) == ("CARD-CARE", 250)
    assert record.bundle_terms["parts"] == ["DIG-ALR", "INS-CRD"]
    assert [(i.product_code, i.price_shown, i.price_minor) for i in record.items.all()] == [
        ("DIG-ALR", "2.50 a month for both", None),
        ("INS-CRD", "2.50 a month for both", None),
    ]
    page = sign_in("seller").get(record.get_absolute_url()).content.decode()
    assert "Card care, 2.50 a month for both" in page


def test_correction_starts_with_the_bundle(sign_in, bank, content, save):
    client = sign_in("seller")
    save(client, content("CRD-DEB", **CARE))
    record = Consultation.objects.get()

    form = client.get(f"/desk/CRD-DEB/?replaces={record.uuid}")

    assert answers(form)["bundle"] == "CARD-CARE"


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"bundle": "NO-SUCH"}, "bundle", "There is no bundle with this code."),
        (
            {"item_INS_CRD": "declined", "consent_INS_CRD": ""},
            "bundle",
            "“Card care” has its price only with all of it; not taken: Card and ID-theft cover.",
        ),
        ({"consent_INS_CRD": ""}, "consent-INS-CRD", "tick that the customer said yes"),
        ({"press_bundle": "CARD-CARE"}, "press_bundle", "press “Show what fits now” first"),
    ],
)
def test_refused_with_a_sentence_and_nothing_written(
    sign_in, bank, content, save, changes, field, words
):
    answer = save(sign_in("seller"), content("CRD-DEB", **(CARE | changes)))

    assert answer.status_code == 422
    assert list(answer.json()["errors"]) == [field]
    assert words in answer.json()["errors"][field][0]
    assert not Consultation.objects.exists()


def test_one_price_benefit_for_each_product(sign_in, bank, content, save):
    """Alerts beside a debit card have an offer of their own: it and the bundle exclude each other."""
    offer = Offer.objects.get(cross__code="DIG-ALR", mains__code="CRD-DEB")

    answer = save(sign_in("seller"), content("CRD-DEB", offer_DIG_ALR=offer.code, **CARE))

    assert answer.status_code == 422
    assert answer.json()["errors"] == {
        "offer-DIG-ALR": ["It has its price from “Card care”: leave the offer or the bundle out."]
    }


def test_bundle_with_a_product_no_longer_sold_is_left_out_of_the_next_edition(bank):
    now = timezone.now()
    assert [bundle.code for bundle in compile_draft(at=now).snapshot.bundles] == ["CARD-CARE"]

    Product.objects.filter(code="INS-CRD").update(valid_until=now.date())

    draft = compile_draft(at=now)
    assert (draft.snapshot.bundles, draft.blocking) == ((), ())
