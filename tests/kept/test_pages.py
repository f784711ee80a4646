"""The pages: what is due, finding a sale without leaving its number anywhere, noting by hand."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.utils import timezone

from crossbank.desk.models import Consultation
from crossbank.kept import services
from crossbank.kept.models import Outcome
from crossbank.org import switches
from tests.kept.conftest import code_of, state_of, today
from tests.review.conftest import figures_on

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(sign_in):
    return sign_in("manager")


def listed(page, what: str = "due") -> list[int]:
    return [line["sale"].item.pk for line in page.context[what]]


def test_due_checks_of_the_own_branch_the_longest_waiting_first(sign_in, sell, note):
    second, first, elsewhere = sell(100), sell(130), sell(120, who="seller2")
    sell(30)
    note(sell(110), "open", 95)

    page = sign_in("manager").get("/kept/")

    assert listed(page) == [first.pk, second.pk]
    assert figures_on(page)["due"] == "2"
    assert listed(sign_in("manager2").get("/kept/")) == [elsewhere.pk]
    assert listed(sign_in("conduct").get("/kept/")) == [first.pk, elsewhere.pk, second.pk]


def test_sales_are_found_by_code_or_number_of_the_own_branch(manager, sell):
    mine, younger, elsewhere = (
        sell(100, reference="4711"),
        sell(10, reference="4711"),
        sell(100, reference="4711", who="seller2"),
    )

    assert listed(manager.post("/kept/", {"customer_ref": "4711"}), "found") == [
        younger.pk,
        mine.pk,
    ]
    assert listed(manager.post("/kept/", {"code": code_of(mine).lower()}), "found") == [mine.pk]
    assert listed(manager.post("/kept/", {"code": code_of(elsewhere)}), "found") == []
    assert manager.post("/kept/", {"code": "K7Q-F3M-2XX"}).status_code == 422
    assert manager.post("/kept/", {}).status_code == 422


def test_branches_are_told_apart_where_there_are_several(manager, sell, merged):
    here, there = sell(120), sell(100, who="seller2")

    page = manager.get("/kept/")

    assert listed(page) == [here.pk, there.pk]
    assert all(f"<td>{code}</td>" in page.text for code in ("B01", "B02"))


def test_one_branch_needs_no_name(manager, sell):
    sell(120)

    assert "<td>B01</td>" not in manager.get("/kept/").text


def test_no_number_is_asked_for_where_the_bank_keeps_none(manager, sell):
    switches.turn(key=switches.CUSTOMER_REFERENCE, on=False, at=timezone.now(), by="admin")

    page = manager.get("/kept/")

    assert 'name="code"' in page.content.decode()
    assert "customer_ref" not in page.content.decode()


def test_note_by_hand_shows_what_became_of_it(manager, sell):
    item = sell(100)
    address = f"/kept/{item.pk}/"
    day = item.consultation.business_date
    first = figures_on(manager.get(address))
    data = {
        "seen": "0",
        "mark": "closed",
        "on": f"{day + timedelta(days=40)}",
        "note": "moved away",
    }

    assert manager.post(address, data).status_code == 303

    then = manager.get(address)
    assert first["state"] == "Not known yet"
    assert figures_on(then)["state"] == "Ended early"
    assert "moved away" in then.content.decode()
    again = manager.post(address, {**data, "mark": "open", "on": f"{today()}"})
    assert (again.status_code, Outcome.objects.count()) == (409, 1)
    seen = f"{Outcome.objects.get().pk}"
    assert f'name="seen" value="{seen}"' in again.content.decode()
    assert manager.post(address, {**data, "mark": "open", "on": f"{today()}", "seen": seen})
    assert state_of(item) == "kept"


@pytest.mark.parametrize(
    "wrong",
    [
        {"mark": ""},
        {"mark": "lost"},
        {"on": "2001-01-01"},
        {"on": "soon"},
        {"mark": "withdrawn"},
        {"note": "x" * 141},
        {"note": "\u202etxet"},
        {"note": "Account 4711 4712"},
    ],
)
def test_what_is_refused_keeps_what_was_typed(manager, sell, wrong):
    data = {"seen": "0", "mark": "open", "on": f"{today()}", "note": "typed"}

    page = manager.post(f"/kept/{sell(100).pk}/", {**data, **wrong})

    assert page.status_code == 422
    assert ("typed" in page.content.decode()) is ("note" not in wrong)
    assert not Outcome.objects.exists()


def test_what_was_voided_meanwhile_is_no_sale_any_more(manager, sell, monkeypatch):
    item, note = sell(100), services.note_outcome

    def void_first(**given):
        Consultation.objects.filter(pk=item.consultation_id).update(
            voided_at=timezone.now(), voided_by=item.consultation.employee_id
        )
        return note(**given)

    monkeypatch.setattr(services, "note_outcome", void_first)
    answer = manager.post(f"/kept/{item.pk}/", {"seen": "0", "mark": "open", "on": f"{today()}"})

    assert answer.status_code == 404
    assert not Outcome.objects.exists()


def test_a_sale_is_young_by_the_clock_of_its_branch(manager, sell, merged, monkeypatch):
    at = datetime.combine(today(), time(18), tzinfo=UTC)  # tomorrow in Bangkok, today in Berlin
    items = [sell(89), sell(89, who="seller2")]
    monkeypatch.setattr(timezone, "now", lambda: at)

    young = [manager.get(f"/kept/{one.pk}/").context["still_young"] for one in items]

    assert young == [True, False]


def test_a_mistake_can_be_noted_of_what_was_noted_alone(manager, sell, note):
    item = sell(100)

    def offered() -> list[str]:
        form = manager.get(f"/kept/{item.pk}/").context["form"]
        return [mark for mark, _words in form.fields["mark"].choices]

    assert "mistaken" not in offered()
    note(item, "closed", 20)
    assert "mistaken" in offered()
    note(item, "mistaken", 20)
    assert "mistaken" not in offered()


def test_nothing_is_chosen_beforehand(manager, sell):
    page = manager.get(f"/kept/{sell(100).pk}/").content.decode()

    assert page.count('type="radio"') == 3  # a mistake is none before something was noted
    assert "checked" not in page


@pytest.mark.parametrize(
    ("who", "get", "post"),
    [
        ("manager", 200, 303),
        ("manager2", 404, 404),
        ("conduct", 200, 403),
        ("auditor", 200, 403),
        ("seller", 403, 403),
        ("regional", 403, 403),
        ("owner", 403, 403),
        ("admin", 403, 403),
    ],
)
def test_who_reads_and_who_notes(sign_in, sell, who, get, post):
    address = f"/kept/{sell(100).pk}/"
    data = {"seen": "0", "mark": "open", "on": f"{today()}"}

    assert sign_in(who).get(address).status_code == get
    assert sign_in(who).post(address, data).status_code == post
    assert Outcome.objects.exists() is (who == "manager")


def test_a_voided_record_is_no_sale_any_more(manager, sell):
    item = sell(100)
    Consultation.objects.filter(pk=item.consultation_id).update(
        voided_at=timezone.now(), voided_by=item.consultation.employee_id
    )

    assert manager.get(f"/kept/{item.pk}/").status_code == 404


def test_switched_off_nothing_knows_it(sign_in, sell, queries):
    item = sell(100)
    switches.turn(key=switches.KEPT, on=False, at=timezone.now(), by="admin")
    manager = sign_in("manager")
    pages = ["/kept/", f"/kept/{item.pk}/", "/kept/import/", "/kept/report/"]

    assert [manager.get(page).status_code for page in pages] == [404] * 4
    with queries() as seen:
        shown = manager.get("/review/").content.decode()
        shown += sign_in("admin").get("/admin/").content.decode()
    assert [path for path in ("/kept/", "kept/outcome") if path in shown] == []
    assert [q["sql"] for q in seen.captured_queries if "kept_outcome" in q["sql"]] == []
    page = manager.get(f"/desk/consultations/{item.consultation.uuid}/customer/")
    assert page.status_code == 200
    assert code_of(item) not in page.content.decode()


def test_recording_asks_nothing_of_this_room(sign_in, queries):
    data = {"uuid": "00000000-0000-4000-8000-000000000001", "main": "ACC-BAS", "edition": "1"}
    with queries() as seen:
        answer = sign_in("seller").post(
            "/desk/consultations/", {**data, "item-CRD-DEB": "accepted"}
        )

    assert answer.status_code == 303
    assert [q["sql"] for q in seen.captured_queries if "kept_" in q["sql"]] == []
