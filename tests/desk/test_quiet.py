"""What a customer refused is not brought up again, in any branch; he may ask for it himself."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import formats, timezone

from crossbank.desk.models import Consultation, ConsultationItem
from crossbank.desk.quiet import silenced
from crossbank.org import switches

BERLIN = ZoneInfo("Europe/Berlin")

pytestmark = pytest.mark.django_db
NUMBER = "A 4711"


@pytest.fixture
def today(person):
    return person("seller").branch.local_day(timezone.now())


@pytest.fixture
def refused(save, sign_in, content):
    """This will have a customer say no to the debit card beside the basic account."""

    def say_no(who: str = "seller", *, reason: str = "no_need", ref: str = NUMBER, ago: int = 0):
        data = content(item_CRD_DEB="declined", customer_ref=ref)
        data |= {"reason-CRD-DEB": reason} if reason else {}
        assert save(sign_in(who), data).status_code == 201
        record = Consultation.objects.latest("pk")
        moved = record.business_date - timedelta(days=ago)
        Consultation.objects.filter(pk=record.pk).update(business_date=moved)
        return record

    return say_no


def draw(client, **fields):
    """The cards drawn again, as the script asks for them with More open."""
    data = {"customer_ref": NUMBER, "more": "1", **fields}
    page = client.post("/desk/ACC-BAS/", data, headers={"hx-request": "true"})
    assert page.status_code == 200
    return page.context["panel"]


def suggested(panel) -> set[str]:
    return {card.code for card in panel.drawn}


def test_one_plain_no_silences_it_in_every_branch(sign_in, refused, today) -> None:
    refused("seller2")

    panel = draw(sign_in("seller"))

    assert "CRD-DEB" not in suggested(panel)
    day = formats.date_format(today + timedelta(days=90), "SHORT_DATE_FORMAT")
    assert [line.reason for line in panel.why_not if line.code == "CRD-DEB"] == [
        f"quiet until {day}: the customer said no"
    ]


@pytest.mark.parametrize(
    ("talks", "is_quiet"),
    [
        ([("no_need", 0)], True),
        ([("no_need", 89)], True),
        ([("no_need", 90)], False),
        ([("not_now", 0)], False),
        ([("not_now", 30), ("too_expensive", 2)], True),
        ([("not_now", 170), ("", 85)], True),
        ([("not_now", 120), ("", 2)], False),
    ],
)
def test_how_long_it_is_quiet(sign_in, refused, talks, is_quiet) -> None:
    for reason, ago in talks:
        refused(reason=reason, ago=ago)

    assert ("CRD-DEB" not in suggested(draw(sign_in("seller")))) is is_quiet


def test_other_customers_and_voided_records_silence_nothing(sign_in, refused) -> None:
    client = sign_in("seller")
    refused(ref="B 1")
    record = refused()
    client.post(f"/desk/consultations/{record.uuid}/void/")

    assert "CRD-DEB" in suggested(draw(client))
    assert "CRD-DEB" in suggested(draw(client, customer_ref=""))


def test_record_that_is_corrected_does_not_count_against_itself(sign_in, refused) -> None:
    record = refused()

    assert "CRD-DEB" in suggested(draw(sign_in("seller"), replaces=str(record.uuid)))


def test_customer_may_ask_for_it_himself(sign_in, save, content, refused) -> None:
    refused()
    client = sign_in("seller")

    panel = draw(client)
    assert "CRD-DEB" in {product.code for product in panel.others}
    asked = draw(client, **{"asked-CRD-DEB": "1"})
    card = next(card for card in asked.drawn if card.code == "CRD-DEB")
    answered = draw(client, **{"asked-CRD-DEB": "1", "item-CRD-DEB": "accepted"})
    data = content(item_CRD_DEB="accepted", asked_CRD_DEB="1", customer_ref=NUMBER)

    assert card.asked
    assert [c.asked for c in answered.spoken_of if c.code == "CRD-DEB"] == [True]
    assert save(client, data).status_code == 201
    assert ConsultationItem.objects.latest("pk").asked


def test_what_was_said_in_this_talk_stays_on_the_screen(sign_in, refused) -> None:
    refused()

    panel = draw(
        sign_in("seller"), **{"item-CRD-DEB": "declined", "slots": "CRD-DEB,DIG-APP,SAV-INS"}
    )

    assert panel.cards[0].code == "CRD-DEB"


def test_set_number_is_what_the_line_to_say_prints(sign_in, refused, settings) -> None:
    refused(ago=10)
    settings.QUIET_DAYS = 10
    client = sign_in("seller")

    page = client.get("/desk/ACC-BAS/").content.decode()

    assert "I will not bring it up again for 10 days." in page
    assert "CRD-DEB" in suggested(draw(client))


def test_area_that_is_off_silences_nothing(sign_in, refused, queries) -> None:
    refused()
    switches.turn(key=switches.CUSTOMER_REFERENCE, on=False, at=timezone.now(), by="admin")
    client = sign_in("seller")

    assert "CRD-DEB" in suggested(draw(client))
    assert "cb-say-quiet" not in client.get("/desk/ACC-BAS/").content.decode()


def test_history_is_one_query_and_none_without_a_number(refused, queries, today) -> None:
    from crossbank.conduct.references import reference_hash

    refused()
    refused(ago=5)
    with queries() as none:
        assert silenced("", on=today, zone=BERLIN) == {}
    with queries() as one:
        found = silenced(reference_hash(NUMBER), on=today, zone=BERLIN)

    assert (len(none), len(one), set(found)) == (0, 1, {"CRD-DEB"})
    assert isinstance(found["CRD-DEB"], date)
