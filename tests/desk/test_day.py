"""My day: the three columns, the tries, what nobody mentioned, and the paper sheet."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from uuid import uuid4

import pytest
from django.utils import timezone

from crossbank.desk import days
from crossbank.desk.models import Consultation, DaySheet
from crossbank.desk.proof import drift
from crossbank.org import switches

pytestmark = pytest.mark.django_db


def today(person, username: str = "seller"):
    who = person(username)
    now = timezone.now()
    return days.day(who, who.branch.local_day(now), at=now)


def test_day_counts_tries_beside_results(sign_in, save, content, person) -> None:
    client = sign_in("seller")
    save(client, content(item_DIG_APP="accepted", item_CRD_DEB="declined", hands_on_ms="4000"))
    save(client, content(item_DIG_APP="declined", hands_on_ms="6000"))
    save(client, content(no_main="1", hands_on_ms="11000"))

    day = today(person)

    assert (day.counts.main_only, day.counts.plus_one, day.counts.no_main) == (1, 1, 1)
    assert (day.counts.presented, day.counts.taken) == (3, 1)
    assert (day.median_ms, day.median_seconds) == (6000, 6)
    page = client.get("/day/").content.decode()
    assert "3 offered, 1 taken" in page
    assert 'data-figure="main_only">1<' in page


def test_nothing_offered_stands_first_and_says_what_was_not_mentioned(
    sign_in, save, content, person
) -> None:
    client = sign_in("seller")
    save(client, content(nothing_offered="in_hurry", held_CRD_DEB="1"))
    save(client, content("SAV-INS", item_DIG_APP="declined"))
    save(client, content(item_DIG_APP="accepted", item_CRD_DEB="accepted"))

    first, second, third = today(person).lines

    assert [first.nothing_offered, second.nothing_offered, third.nothing_offered] == [
        True,
        False,
        False,
    ]
    assert [p.code for p in first.missed] == [
        "DIG-APP",
        "DIG-ALR",
        "DIG-BIL",
        "SAV-INS",
        "SAV-GOL",
        "DIG-CSH",
    ]
    assert third.record.main_code == "SAV-INS"
    assert [p.code for p in third.missed] == ["SAV-GOL", "SAV-TRM", "DIG-ALR", "CRD-DEB"]
    assert second.missed == ()  # main + 2 left with what he needed


def test_page_names_the_offer_and_three_of_what_was_not_mentioned(sign_in, save, content) -> None:
    client = sign_in("seller")
    save(client, content(nothing_offered="in_hurry"))
    save(
        client,
        content(
            "CRD-DEB", item_DIG_ALR="accepted", consent_DIG_ALR="1", offer_DIG_ALR="OT-6",
        ),
    )  # fmt: skip

    page = unescape(client.get("/day/").content.decode())

    assert "SMS and push alerts (taken, with the offer “Alerts: 3 months at 0.00”)" in page
    assert re.findall(r"Not mentioned: ([^<]*), <span[^>]*>([^<]*)<", page)[0] == (
        "Debit card, Online and mobile banking, SMS and push alerts",
        "+4 more",
    )


def test_voided_and_corrected_records_stay_visible_but_uncounted(
    sign_in, save, content, person
) -> None:
    client = sign_in("seller")
    first, second = content(item_DIG_APP="accepted"), content()
    save(client, first)
    save(client, second)
    save(client, content(replaces=first["uuid"]))
    client.post(f"/desk/consultations/{second['uuid']}/void/", {"reason": "x"})

    day = today(person)

    assert [line.record.source for line in day.lines] == ["correction"]
    assert len(day.gone) == 2
    assert (day.counts.main_only, day.counts.plus_one) == (1, 0)


def test_day_costs_the_same_queries_for_one_and_three(sign_in, save, content, queries) -> None:
    client = sign_in("seller")
    save(client, content(item_DIG_APP="accepted"))
    with queries() as one:
        client.get("/day/")
    save(client, content("CRD-DEB", item_DIG_APP="accepted"))
    save(client, content("LON-CSH"))
    with queries() as three:
        client.get("/day/")

    # calls due, news on leads, waiting notes, closes, late entries, the first two days are one each
    assert (len(one), len(three)) == (14, 14)


def paper(client, **fields):
    data = {"uuid": str(uuid4()), "main": "ACC-BAS", "taken": "2", "at": "00:00", **fields}
    return client.post("/day/paper/", data), data


def test_paper_customer_is_counted_and_flagged(sign_in, person) -> None:
    client = sign_in("seller")

    response, data = paper(client)
    again = client.post("/day/paper/", data)

    assert (response.status_code, again.status_code) == (302, 302)
    record = Consultation.objects.get()
    assert (record.source, record.bucket, record.depth, record.presented) == (
        "paper",
        "plus_two",
        2,
        0,
    )
    zone = person("seller").branch.zone
    assert record.recorded_at.astimezone(zone).strftime("%H:%M") == "00:00"
    assert record.business_date == person("seller").branch.local_day(timezone.now())
    line = today(person).lines[0]
    assert (line.missed, line.nothing_offered) == ((), False)
    assert drift() == []


def test_paper_main_only_was_never_advised(sign_in, person) -> None:
    paper(sign_in("seller"), taken="0")

    line = today(person).lines[0]
    assert (line.record.bucket, line.missed, line.nothing_offered) == ("main_only", (), False)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"main": "DIG-APP"}, "main"),
        ({"taken": "3"}, "taken"),
        ({"at": "25:00"}, "at"),
        ({"uuid": "x"}, "uuid"),
    ],
)
def test_paper_form_says_what_is_wrong(sign_in, fields, field) -> None:
    response, _data = paper(sign_in("seller"), **fields)

    assert response.status_code == 422
    assert set(response.context["form"].errors) == {field}
    assert not Consultation.objects.exists()


def test_paper_time_is_not_in_the_future(sign_in, person, monkeypatch) -> None:
    noon = datetime(2026, 3, 18, 11, tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: noon)
    client = sign_in("seller")

    late, _ = paper(client, at="12:01")
    just, _ = paper(client, at="12:00")

    assert (late.status_code, just.status_code) == (422, 302)


def test_paper_entry_can_be_turned_off(sign_in) -> None:
    switches.turn(key=switches.PAPER_ENTRY, on=False, at=timezone.now(), by="admin")
    client = sign_in("seller")

    response, _data = paper(client)

    assert response.status_code == 404
    assert "/day/paper/" not in client.get("/day/").content.decode()


def test_customer_reference_can_be_turned_off(sign_in, save, content) -> None:
    switches.turn(key=switches.CUSTOMER_REFERENCE, on=False, at=timezone.now(), by="admin")
    client = sign_in("seller")

    response = save(client, content(customer_ref="77"))

    assert response.status_code == 422
    assert "customer_ref" not in client.get("/desk/ACC-BAS/").content.decode()


def test_offers_can_be_turned_off(sign_in, save, content) -> None:
    switches.turn(key=switches.OFFERS, on=False, at=timezone.now(), by="admin")
    client = sign_in("seller")

    response = save(client, content("CRD-DEB", item_DIG_ALR="declined", offer_DIG_ALR="OT-6"))

    assert response.status_code == 422
    assert set(response.json()["errors"]) == {"offer-DIG-ALR"}
    page = client.get("/desk/CRD-DEB/").content.decode()
    assert "OT-6" not in page
    assert "/offers/" not in page


def test_future_day_does_not_exist_and_past_days_open(sign_in, person) -> None:
    client = sign_in("seller")
    day = person("seller").branch.local_day(timezone.now())

    answers = [client.get(f"/day/{day + timedelta(days=n)}/").status_code for n in (-400, -1, 0, 2)]

    assert answers == [200, 200, 200, 404]
    assert client.get("/day/2026-02-30/").status_code == 404


def test_sheet_prints_the_same_numbers(sign_in, save, content) -> None:
    client = sign_in("seller")
    for _ in range(6):
        save(client, content())

    page = client.get("/day/?print=1").content.decode()

    assert "||||/ |" in page
    assert '<span class="cb-number">6</span>' in page
    assert DaySheet.objects.get().main_only == 6
