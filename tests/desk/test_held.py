"""What a customer has already comes from his earlier records, by the hash of his number alone."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import formats, timezone

from crossbank.calls import services as calls
from crossbank.calls.models import Task
from crossbank.conduct.references import reference_hash
from crossbank.desk.held import held_since
from crossbank.desk.models import Consultation, Redemption
from crossbank.org import switches
from crossbank.org.models import Branch

pytestmark = pytest.mark.django_db

PART = {"headers": {"HX-Request": "true"}}
FREE_ALERTS = {"item_DIG_ALR": "accepted", "consent_DIG_ALR": "1", "offer_DIG_ALR": "OT-6"}
MARCH, APRIL, MAY = date(2026, 3, 3), date(2026, 4, 4), date(2026, 5, 5)


@pytest.fixture
def on(sign_in, save, content):
    """This will record one conversation with a customer on some day and return its row."""

    def recorded(day: date, main: str = "ACC-BAS", *, ref: str = "C 1", **fields) -> Consultation:
        data = content(main, customer_ref=ref, **fields)
        response = save(sign_in("seller"), data)
        assert response.status_code == 201, response.content
        rows = Consultation.objects.filter(uuid=data["uuid"])
        rows.update(business_date=day)
        return rows.get()

    return recorded


def since(ref: str = "C 1", *, on: date = date(2026, 12, 1)) -> dict[str, date]:
    return held_since(reference_hash(ref), on=on)


def drawn(client, code: str = "ACC-SAL", **fields):
    return client.post(f"/desk/{code}/", {"customer_ref": "c1", **fields}, **PART)


def test_taken_come_for_and_has_it_are_held_since_their_first_day(on):
    on(MARCH, "ACC-BAS", item_CRD_DEB="accepted", item_DIG_APP="declined")
    on(APRIL, "SAV-INS", item_DIG_APP="declined", reason_DIG_APP="has_it", held_DIG_ALR="1")
    on(MAY, "ACC-BAS", held_CRD_DEB="1")

    assert since() == {
        "ACC-BAS": MARCH,
        "CRD-DEB": MARCH,
        "SAV-INS": APRIL,
        "DIG-APP": APRIL,
        "DIG-ALR": APRIL,
    }
    assert since("another") == {}


def test_the_latest_word_counts(on):
    on(MARCH, item_CRD_DEB="accepted")
    on(APRIL, "SAV-INS", item_CRD_DEB="interested", asked_CRD_DEB="1")

    assert since() == {"ACC-BAS": MARCH, "SAV-INS": APRIL}
    on(MAY, "SAV-INS", item_CRD_DEB="accepted", asked_CRD_DEB="1")
    assert since()["CRD-DEB"] == MAY


def test_what_does_not_stand_or_was_not_taken_is_not_held(on, sign_in, save, content):
    gone = on(MARCH, item_CRD_DEB="accepted")
    Consultation.objects.update(business_date=gone.recorded_at.date())
    today = Consultation.objects.get().branch.local_day(gone.recorded_at)
    Consultation.objects.update(business_date=today)
    assert sign_in("seller").post(f"/desk/consultations/{gone.uuid}/void/").status_code == 303
    on(APRIL, "SAV-INS", no_main="1", held_DIG_APP="1")

    assert since() == {"DIG-APP": APRIL}


def test_what_he_withdrew_from_in_time_he_has_no_more(on, person):
    on(MARCH, "CRD-DEB", item_DIG_APP="accepted", **FREE_ALERTS)
    assert since() == {"CRD-DEB": MARCH, "DIG-APP": MARCH, "DIG-ALR": MARCH}

    Redemption.objects.update(reversed_at=timezone.now(), reversed_by=person("seller"))

    assert since() == {"CRD-DEB": MARCH, "DIG-APP": MARCH}
    on(APRIL, "CRD-DEB", item_DIG_ALR="accepted", consent_DIG_ALR="1")
    assert since() == {"CRD-DEB": MARCH, "DIG-APP": MARCH, "DIG-ALR": APRIL}


@pytest.mark.parametrize(
    ("said", "days_before", "has"),
    [
        ("", 0, False),
        ("reached_no", 5, False),
        ("reached_yes", 1, True),
        ("reached_yes", 0, False),  # the offer had ended by itself
    ],
)
def test_what_was_free_first_is_his_afterwards_only_with_a_second_yes(
    on, person, said, days_before, has
):
    on(MARCH, "CRD-DEB", **FREE_ALERTS)
    now = timezone.now()
    charged = timezone.localdate(now) + timedelta(days=days_before)
    Redemption.objects.update(charged_from=charged)
    if said:
        calls.note_outcome(task=Task.objects.get(), outcome=said, at=now, by=person("seller"))

    assert "DIG-ALR" in since(on=charged - timedelta(days=1))
    assert ("DIG-ALR" in since(on=charged)) is has


@pytest.mark.parametrize(
    ("zone", "said_at", "has"),
    [
        ("America/New_York", datetime(2026, 5, 5, 3, 59, 59, tzinfo=UTC), True),
        ("America/New_York", datetime(2026, 5, 5, 4, tzinfo=UTC), False),
        ("Asia/Tokyo", datetime(2026, 5, 4, 14, 59, 59, tzinfo=UTC), True),
        ("Asia/Tokyo", datetime(2026, 5, 4, 15, tzinfo=UTC), False),
    ],
)
@pytest.mark.parametrize("reader", ["UTC", "Pacific/Kiritimati"])
def test_second_yes_is_in_time_by_the_day_of_its_branch(on, zone, said_at, has, reader):
    record = on(MARCH, "CRD-DEB", **FREE_ALERTS)
    Branch.objects.filter(pk=record.branch_id).update(time_zone=zone)
    Redemption.objects.update(charged_from=MAY)
    Task.objects.update(outcome="reached_yes", closed_at=said_at)

    with timezone.override(reader):
        assert ("DIG-ALR" in since()) is has


def test_use_that_was_given_back_ends_nothing(on, person):
    on(MARCH, "CRD-DEB", **FREE_ALERTS)
    now = timezone.now()

    Redemption.objects.update(given_back_at=now, charged_from=MARCH)

    assert since()["DIG-ALR"] == MARCH


def test_known_products_are_not_offered_and_say_since_when(on, sign_in):
    on(MARCH, item_CRD_DEB="accepted", item_DIG_APP="declined", reason_DIG_APP="has_it")
    client = sign_in("seller")

    before = client.post("/desk/ACC-SAL/", {}, **PART).context["panel"]
    response = drawn(client)

    panel, page = response.context["panel"], response.content.decode()
    assert {"CRD-DEB", "DIG-APP"} & {card.code for card in before.drawn} != set()
    assert {"CRD-DEB", "DIG-APP", "ACC-BAS"} & {card.code for card in panel.drawn} == set()
    assert {held.code: held.since for held in panel.held} == {
        "ACC-BAS": MARCH,
        "CRD-DEB": MARCH,
        "DIG-APP": MARCH,
    }
    assert f"(known since {formats.date_format(MARCH, 'SHORT_DATE_FORMAT')})" in page
    assert "no, he has not" in page
    assert 'name="held-CRD-DEB" id="CRD-DEB-h" value="1" checked' in page
    assert 'name="known-CRD-DEB" value="1"' in page


def test_one_click_says_that_he_has_not(on, sign_in):
    on(MARCH, item_CRD_DEB="accepted")
    client = sign_in("seller")
    marks = {"known_for": "c1", "known-CRD-DEB": "1", "known-ACC-BAS": "1", "held-ACC-BAS": "1"}

    response = drawn(client, note="kept", **marks)

    panel, page = response.context["panel"], response.content.decode()
    assert panel.denied == ("CRD-DEB",)
    assert [held.code for held in panel.held] == ["ACC-BAS"]
    assert "CRD-DEB" in {card.code for card in panel.drawn}
    assert '<input type="hidden" name="nothold-CRD-DEB" value="1">' in page
    assert 'value="kept"' in page
    again = drawn(client, known_for="c1", **{"nothold-CRD-DEB": "1"})
    assert again.context["panel"].denied == ("CRD-DEB",)
    assert "CRD-DEB" in {card.code for card in again.context["panel"].drawn}
    taken = {"nothold-CRD-DEB": "1", "held-CRD-DEB": "1"}  # and after all he has
    last = drawn(client, known_for="c1", **taken).context["panel"]
    assert "CRD-DEB" not in {card.code for card in last.drawn}


def test_another_number_in_the_form_forgets_what_was_known_of_the_first(on, sign_in, save, content):
    on(MARCH, item_CRD_DEB="accepted")
    client = sign_in("seller")
    marks = {"known_for": "c1", "known-CRD-DEB": "1", "held-CRD-DEB": "1", "nothold-DIG-APP": "1"}

    other = client.post("/desk/ACC-SAL/", {"customer_ref": "c2", **marks}, **PART)
    data = content("ACC-SAL", customer_ref="c2", **marks)
    same = content("ACC-SAL", customer_ref="c1", **marks)

    assert (other.context["panel"].held, other.context["panel"].denied) == ((), ())
    assert [save(client, one).status_code for one in (data, same)] == [201, 201]
    held = {str(row.uuid): row.held for row in Consultation.objects.all()}
    assert (held[data["uuid"]], held[same["uuid"]]) == ([], ["CRD-DEB"])


def test_what_is_said_in_this_conversation_comes_first(on, sign_in):
    on(MARCH, item_CRD_DEB="accepted", item_DIG_APP="accepted")

    panel = drawn(sign_in("seller"), **{"item-CRD-DEB": "declined", "asked-DIG-APP": "1"}).context[
        "panel"
    ]

    assert [held.code for held in panel.held] == ["ACC-BAS"]
    assert {"CRD-DEB", "DIG-APP"} <= {card.code for card in panel.drawn}


def test_the_record_being_corrected_holds_nothing_against_its_correction(on, sign_in):
    record = on(MARCH, item_CRD_DEB="accepted")

    panel = drawn(sign_in("seller"), "ACC-BAS", replaces=str(record.uuid)).context["panel"]

    assert panel.held == ()


def test_three_queries_with_a_number_none_without(on, sign_in, queries):
    for day in (MARCH, APRIL, MAY):
        on(day, item_CRD_DEB="accepted", item_DIG_APP="accepted")
    client = sign_in("seller")
    drawn(client)

    counts = []
    for ref in ("", "c1", "nobody"):
        with queries() as seen:
            client.post("/desk/ACC-SAL/", {"customer_ref": ref}, **PART)
        counts.append(len(seen))
        asked = [q["sql"] for q in seen.captured_queries if "customer_ref" in q["sql"]]
        # what he holds, what he refused, which rights he has
        assert len(asked) == (3 if ref else 0)
    assert counts == [counts[0], counts[0] + 3, counts[0] + 3]


def test_nothing_is_looked_up_from_an_address_or_where_numbers_are_off(on, sign_in, queries):
    record = on(MARCH, item_CRD_DEB="accepted")
    client = sign_in("seller")

    by_address = client.get("/desk/ACC-SAL/?customer_ref=c1").context["panel"]
    switches.turn(key=switches.CUSTOMER_REFERENCE, on=False, at=record.recorded_at, by="admin")

    assert by_address.held == ()
    assert drawn(client).context["panel"].held == ()


def test_the_number_is_nowhere_but_in_its_own_field(on, sign_in):
    on(MARCH, ref="CANARY-77", item_CRD_DEB="accepted")

    page = drawn(sign_in("seller"), customer_ref="CANARY-77").content.decode()

    assert reference_hash("CANARY-77") not in page
    assert page.count("CANARY-77") == 2  # what was typed, and whom the marks belong to
    assert "(known since" in page
