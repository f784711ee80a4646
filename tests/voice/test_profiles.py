"""What customers plan: asked, dated, in the order of the cards; unknown where it is off."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import formats, timezone

from crossbank.conduct.models import AuditEntry
from crossbank.conduct.references import reference_hash
from crossbank.org import switches
from crossbank.voice import profiles
from crossbank.voice.models import NeedProfile, year_before

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 18, 11, 0, tzinfo=UTC)
DAY = date(2026, 3, 18)
REF = reference_hash("c1")
PART = {"headers": {"HX-Request": "true"}}


@pytest.fixture
def on(bank) -> None:
    switches.turn(key=switches.NEED_PROFILE, on=True, at=NOON, by="admin")


@pytest.fixture
def told(person):
    def keep(need: str, horizon: str = "now", *, day: date = DAY, ref: str = REF) -> NeedProfile:
        at = datetime(day.year, day.month, day.day, 11, tzinfo=UTC)
        return profiles.keep(
            customer_ref=ref, need=need, horizon=horizon, at=at, by=person("seller")
        )

    return keep


def said(day: date = DAY) -> list[tuple[str, date]]:
    return [(one.need, one.on) for one in profiles.said(customer_ref=REF, day=day)]


def test_said_again_takes_the_new_day(told):
    told("SAVE", "later", day=DAY - timedelta(days=90))
    told("SAVE", "now")
    told("HOME", ref=reference_hash("somebody else"))

    assert said() == [("SAVE", DAY)]
    assert NeedProfile.objects.count() == 2
    trail = AuditEntry.objects.filter(action__startswith="need_")
    assert {(e.action, e.subject) for e in trail} == {
        ("need_asked", "SAVE"),
        ("need_asked", "HOME"),
    }
    assert REF not in str(list(AuditEntry.objects.values()))


def test_the_soonest_comes_first_and_a_year_is_too_long_ago(told):
    told("TRAVEL", "later")
    told("SAVE", "now", day=DAY - timedelta(days=2))
    told("HOME", "this_year")
    told("DEBT", "now", day=date(2025, 3, 19))
    told("CAR", "now", day=date(2025, 3, 18))

    assert [need for need, _on in said()] == ["SAVE", "DEBT", "HOME", "TRAVEL"]
    assert year_before(date(2028, 2, 29)) == date(2027, 2, 28)


def test_unknown_need_is_refused_and_forgetting_deletes(told, person):
    with pytest.raises(profiles.NoSuchNeed):
        told("NOPE")
    told("SAVE")
    who = {"customer_ref": REF, "need": "SAVE", "at": NOON, "by": person("seller")}

    assert [profiles.forget(**who), profiles.forget(**who)] == [1, 0]
    assert NeedProfile.objects.count() == 0
    assert AuditEntry.objects.filter(action="need_forgotten").count() == 1


def test_asked_beside_the_desk_and_shown_with_its_day(on, sign_in):
    client = sign_in("seller")
    need = {"customer_ref": "C 1", "need": "SAVE", "horizon": "this_year", "do": "keep"}

    first = client.get("/survey/profile/", **PART).content.decode()
    kept = client.post("/survey/profile/", need, **PART)
    shown = client.post("/survey/profile/", {"customer_ref": "c1", "do": "show"}).content.decode()

    assert "checked" not in first
    assert "<html" not in first
    assert kept.status_code == 200
    assert "Kept." in kept.content.decode()
    assert NeedProfile.objects.get().customer_ref == REF
    assert "<html" in shown
    assert "This year" in shown
    assert f"said on {formats.date_format(timezone.localdate(), 'SHORT_DATE_FORMAT')}" in shown
    assert "checked" not in shown
    gone = client.post("/survey/profile/", {"customer_ref": "c1", "forget": "SAVE"}, **PART)
    assert "Nothing is known of this customer." in gone.content.decode()
    assert NeedProfile.objects.count() == 0


@pytest.mark.parametrize(
    "data",
    [
        {"do": "keep", "need": "SAVE", "horizon": "now"},
        {"do": "keep", "customer_ref": "c1", "need": "NOPE", "horizon": "now"},
        {"do": "keep", "customer_ref": "c1", "need": "SAVE", "horizon": "never"},
        {"do": "keep", "customer_ref": "c1", "need": "SAVE"},
        {"do": "show", "customer_ref": "a\u202eb"},
        {"do": "show", "customer_ref": "x" * 65},
        {},
    ],
)
def test_bad_input_is_said_and_nothing_kept(on, sign_in, data):
    response = sign_in("seller").post("/survey/profile/", data, **PART)

    assert response.status_code == 422
    assert 'role="alert"' in response.content.decode()
    assert NeedProfile.objects.count() == 0


def test_the_cards_follow_and_say_so(on, sign_in, told):
    day = timezone.localdate()
    told("SAVE", day=day)
    client = sign_in("seller")

    panel = client.post("/desk/ACC-BAS/", {"customer_ref": "c1"}, **PART).context["panel"]
    other = client.post("/desk/ACC-BAS/", {"customer_ref": "c2"}, **PART).context["panel"]

    reason = f"said in {day:%B}: Save"
    first = panel.cards[0]
    assert first.reasons[0].startswith(reason)
    assert [c for c in other.drawn if any(r.startswith("said in") for r in c.reasons)] == []
    assert {c.code for c in panel.drawn} == {c.code for c in other.drawn}


def test_off_by_default_the_desk_is_the_same_to_the_byte(sign_in, told, queries):
    client = sign_in("seller")
    key = "5b0c3f0e-7d0f-4c8e-9d7e-0d2a4a1f0c11"
    form = {"customer_ref": "c1", "uuid": key}

    def look() -> tuple[list[str], int]:
        with queries() as seen:
            pages = [
                client.get("/desk/").content.decode(),
                client.get("/desk/panels/").content.decode(),
                client.post("/desk/ACC-BAS/", form, **PART).content.decode(),
                client.get("/day/").content.decode(),
            ]
        sql = [q["sql"] for q in seen.captured_queries if "voice_" in q["sql"]]
        assert sql == []
        return [_without_token(page) for page in pages], len(seen)

    look()
    before = look()
    told("SAVE", day=timezone.localdate())

    assert look() == before
    assert [page for page in before[0] if "profile" in page or 'data-key="w"' in page] == []
    assert client.get("/survey/profile/").status_code == 404
    assert client.post("/survey/profile/", {"customer_ref": "c1"}).status_code == 404


def _without_token(page: str) -> str:
    """Two pages never carry the same token against forged requests, nor countdown."""
    page = re.sub(r'csrfmiddlewaretoken" value="\w+"|X-CSRFToken": "\w+"', "", page)
    page = re.sub(r'name="uuid" value="[-\w]+"', "", page)
    return re.sub(r'data-seconds-left="\d+"', "", page)


def test_without_customer_numbers_there_is_no_profile(on, sign_in):
    switches.turn(key=switches.CUSTOMER_REFERENCE, on=False, at=NOON, by="admin")

    assert sign_in("seller").get("/survey/profile/").status_code == 404
    assert 'data-key="w"' not in sign_in("seller").get("/desk/panels/").content.decode()


def test_on_the_desk_has_a_key_for_it(on, sign_in):
    assert 'data-key="w"' in sign_in("seller").get("/desk/panels/").content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_do_not_grow_with_the_plans(on, sign_in, told, queries, rows):
    for need in ("SAVE", "HOME", "TRAVEL")[:rows]:
        told(need, day=timezone.localdate())
    client = sign_in("seller")
    client.post("/desk/ACC-BAS/", {"customer_ref": "c1"}, **PART)

    with queries() as shown:
        client.post("/survey/profile/", {"customer_ref": "c1", "do": "show"}, **PART)
    with queries() as drawn:
        client.post("/desk/ACC-BAS/", {"customer_ref": "c1"}, **PART)

    assert len(shown) == 5  # session, person, areas, needs, plans
    assert len([q for q in drawn.captured_queries if "voice_needprofile" in q["sql"]]) == 1
