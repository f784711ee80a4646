"""The pages: handing on, the unit's queue, one lead, the units' cards; and nothing of it when off."""

import re
from html import unescape

import pytest
from django.utils import timezone

from crossbank.catalog.models import Product
from crossbank.conduct.models import AuditEntry
from crossbank.leads import services
from crossbank.leads.models import Lead, Unit
from crossbank.org import switches
from crossbank.org.models import Branch
from tests.leads.conftest import DAY, HOUR

pytestmark = pytest.mark.django_db
BESIDE = {"HX-Request": "true"}


@pytest.fixture
def now():
    return timezone.now()


def words(response) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def buttons(page: str) -> list[str]:
    return re.findall(r'name="unit" value="([A-Z]+)"', page)


def test_handing_on_as_a_page_and_beside_the_desk(sign_in, form) -> None:
    seller = sign_in("seller")

    page, part = seller.get("/leads/new/"), seller.get("/leads/new/", headers=BESIDE)
    assert ("<html" in page.text, "<html" in part.text) == (True, False)
    assert buttons(page.text) == buttons(part.text)
    assert buttons(part.text) == ["MORTGAGE", "INVEST", "INSURE", "BUSINESS", "CONNECT"]
    assert [r["Vary"].startswith("HX-Request, Cookie") for r in (page, part)] == [True, True]
    # Enter in the line presses the first button of the form: that one does nothing
    assert part.text.index("disabled hidden") < part.text.index('value="MORTGAGE"')

    done = seller.post("/leads/new/", form(), headers=BESIDE)
    sent = seller.post("/leads/new/", form())
    assert (done.status_code, sent.status_code, sent["Location"]) == (201, 303, "/leads/")
    assert "Handed on to Mortgage advisers" in words(done)
    assert Lead.objects.count() == 2


def test_units_that_serve_the_row_come_first(sign_in) -> None:
    seller = sign_in("seller")

    # a main product that only advisers conclude is what the need is about
    for query, product in (
        ("main=INV-FND", "INV-FND"),
        ("main=ACC-SAL&product=PEN-VOL", "PEN-VOL"),
        ("main=ACC-SAL&product=", ""),
    ):
        page = seller.get(f"/leads/new/?{query}")
        assert page.context["form"]["product"].value() == product

    assert buttons(seller.get("/leads/new/?main=LON-CAR").text)[0] == "INSURE"
    assert buttons(seller.get("/leads/new/?product=INV-FND").text)[0] == "INVEST"
    assert buttons(seller.get("/leads/new/?main=LON-CAR").text)[-1] == "CONNECT"
    assert buttons(seller.get("/leads/new/?main=<x>").text)[0] == "MORTGAGE"


def test_own_unit_is_not_offered_and_refused_at_its_field(sign_in, form) -> None:
    marie = sign_in("marie.w")

    assert buttons(marie.get("/leads/new/").text) == ["INSURE", "BUSINESS", "CONNECT"]
    refused = marie.post("/leads/new/", form())
    assert refused.status_code == 422
    assert "your own unit" in words(refused)
    assert 'value="Lease ends in May"' in refused.text  # what was typed stays
    assert Lead.objects.count() == 0


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"said": ""}, "Write in one line"),
        ({"said": "x" * 141}, "at most 140"),
        ({"said": "evil \u202e text"}, "cannot be stored"),
        ({"said": "0171 234 56 78 90"}, "telephone or account number"),
        ({"unit": ""}, "Choose one of the units"),
        ({"unit": "NOWHERE"}, "Choose one of the units"),
        ({"uuid": "x"}, "valid UUID"),
        ({"product": "INV-FND", "unit": "BUSINESS"}, "needs a licensed adviser"),
        ({"product": "NOPE"}, "valid choice"),
        ({"contact_on": "2026-02-31"}, "valid date"),
        ({"contact_on": "2001-01-01"}, "This day has passed"),
        ({"value_estimate": "much"}, "Write an amount"),
        ({"value_estimate": "99999999999"}, "Write an amount"),
        ({"contact": "y" * 61}, "at most 60"),
    ],
)
def test_bad_input_is_said_and_writes_nothing(sign_in, form, fields, said) -> None:
    refused = sign_in("seller").post("/leads/new/", form(**fields), headers=BESIDE)

    assert (refused.status_code, said in words(refused)) == (422, True)
    assert Lead.objects.count() == 0


def test_unit_without_people_is_not_offered_and_refused_in_words(sign_in, form, walk, now) -> None:
    lead = walk("accept", at=now - DAY)
    Unit.objects.get(code="BUSINESS").members.update(is_active=False)

    assert buttons(sign_in("seller").get("/leads/new/").text) == [
        "MORTGAGE",
        "INVEST",
        "INSURE",
        "CONNECT",
    ]
    refused = sign_in("seller").post("/leads/new/", form("BUSINESS"))
    assert (refused.status_code, "Nobody takes leads there" in words(refused)) == (422, True)
    assert 'value="BUSINESS"' not in sign_in("marie.w").get(f"/leads/{lead.pk}/").text
    assert Lead.objects.count() == 1


def test_keeper_is_told_of_a_unit_without_people(sign_in) -> None:
    owner, unit = sign_in("owner"), Unit.objects.get(code="BUSINESS")
    address = f"/admin/leads/unit/{unit.pk}/change/"
    fields = {"name": unit.name, "about": unit.about, "order": "3", "is_active": "1"}

    for members, is_told in ((list(unit.members.values_list("pk", flat=True)), False), ([], True)):
        saved = owner.post(address, {**fields, "members": members}, follow=True)
        assert ("Nobody accepts leads for" in words(saved)) is is_told
        assert unit.members.count() == len(members)


def test_same_key_with_other_words_is_refused(sign_in, form) -> None:
    seller, fields = sign_in("seller"), form()

    answers = [seller.post("/leads/new/", {**fields, "said": said}) for said in ("a", "a", "b")]

    assert [answer.status_code for answer in answers] == [303, 303, 422]
    assert "in other words" in words(answers[2])
    assert [lead.said for lead in Lead.objects.all()] == ["a"]


def test_markup_is_shown_as_it_was_typed(sign_in, form) -> None:
    sign_in("seller").post("/leads/new/", form(said="<b>house</b> & garden"))

    page = sign_in("marie.w").get("/leads/").text
    assert "&lt;b&gt;house&lt;/b&gt; &amp; garden" in page


def test_unit_sees_its_queue_in_groups(sign_in, hand_on, walk, now) -> None:
    hand_on(at=now - HOUR, said="Just now")
    walk("accept", at=now - 20 * DAY, said="Long due")
    walk("accept", "qualify", at=now - 3 * DAY, said="On its way")
    walk("accept", "lose", at=now - 3 * DAY, said="Over")
    hand_on(at=now - 90 * DAY, said="Ran out")
    hand_on(unit="INSURE", at=now - HOUR, said="Of another unit")

    text = words(sign_in("kanya.t").get("/leads/"))

    order = ["Mortgage advisers", "New 1", "Just now", "Due today or late 1", "Long due"]
    order += ["On their way 1", "On its way"]
    places = [text.index(part) for part in order]
    assert places == sorted(places)
    assert "late since" in text
    assert [said for said in ("Over”", "Ran out", "Of another unit") if said in text] == []


def test_lead_outside_ones_reach_does_not_exist(sign_in, hand_on) -> None:
    pk = hand_on().pk

    seen = {
        who: sign_in(who).get(f"/leads/{pk}/").status_code
        for who in ("seller", "manager", "marie.w", "kanya.t", "anna.d", "niran.c", "manager2")
    }
    acted = {
        who: sign_in(who).post(f"/leads/{pk}/act/", {"act": "accept"}).status_code
        for who in ("seller", "manager", "anna.d", "niran.c", "manager2", "admin")
    }

    assert seen == {
        **dict.fromkeys(("seller", "manager", "marie.w", "kanya.t"), 200),
        **dict.fromkeys(("anna.d", "niran.c", "manager2"), 404),
    }
    assert acted == {
        **dict.fromkeys(("seller", "manager"), 403),
        **dict.fromkeys(("anna.d", "niran.c", "manager2", "admin"), 404),
    }
    assert Lead.objects.get().state == "new"
    assert sign_in("seller").get("/leads/99999999999999999999999/").status_code == 404


def test_outcomes_one_press_each(sign_in, hand_on, now) -> None:
    lead, marie = hand_on(at=now - HOUR), sign_in("marie.w")
    address = f"/leads/{lead.pk}/act/"

    def press(act: str, **fields) -> int:
        return marie.post(address, {"act": act, **fields}).status_code

    assert press("accept") == 303
    assert press("contact") == 303
    assert press("qualify", note="Talk on Friday") == 303
    assert press("win", kept="900.00", sold="INV-FND") == 422  # not of this unit
    assert press("win", kept="900.00", sold="HOM-PUR") == 303
    lead.refresh_from_db()
    assert (lead.state, lead.kept_minor) == ("won", 90_000)

    page = words(sign_in("seller").get("/leads/"))
    assert "News" in page
    assert "Won" in page
    story = words(sign_in("seller").get(f"/leads/{lead.pk}/"))
    parts = ["Handed on", "Accepted", "Spoke with the customer", "Began to work on it", "Won"]
    places = [story.rindex(part) for part in parts]
    assert places == sorted(places)
    assert "“Talk on Friday”" in story
    assert f"Won : {Product.objects.get(code='HOM-PUR').name} · turnover that stays:" in story


def test_accepted_twice_is_409_in_words_without_names(sign_in, hand_on, now) -> None:
    lead = hand_on(at=now - HOUR)
    address = f"/leads/{lead.pk}/act/"
    sign_in("marie.w").post(address, {"act": "accept"})

    second = sign_in("kanya.t").post(address, {"act": "accept"})

    assert second.status_code == 409
    alert = re.search(r'role="alert".*?</div>', second.text, re.DOTALL)[0]
    assert "accepted already" in alert
    assert "Marie" not in alert
    assert lead.events.count() == 2


def test_bad_presses_are_said(sign_in, walk, now) -> None:
    lead, marie = walk("accept", at=now - DAY), sign_in("marie.w")
    address = f"/leads/{lead.pk}/act/"
    pressed = [
        ({"act": "lose"}, 422, "Say why"),
        ({"act": "win"}, 409, "moved on"),
        ({"act": "hand_on"}, 422, "hand_on"),
        ({}, 422, "required"),
        ({"act": "reassign"}, 422, "Choose the unit"),
        ({"act": "reassign", "unit": "NOPE"}, 422, "Choose one of the units"),
        ({"act": "hand_over", "colleague": "niran.c"}, 422, "valid choice"),
        ({"act": "lose", "note": "x" * 201}, 422, "at most 200"),
        ({"act": "lose", "note": "0171 234 56 78 90"}, 422, "telephone"),
    ]

    for fields, status, said in pressed:
        answer = marie.post(address, fields)
        assert (answer.status_code, said in words(answer)) == (status, True), fields
    assert lead.events.count() == 2


def test_passed_on_lead_leaves_the_unit(sign_in, walk, now) -> None:
    lead, marie = walk("accept", at=now - DAY), sign_in("marie.w")

    passed = marie.post(f"/leads/{lead.pk}/act/", {"act": "reassign", "unit": "INSURE"})

    assert (passed.status_code, passed["Location"]) == (303, "/leads/")
    assert marie.get(f"/leads/{lead.pk}/").status_code == 404
    assert sign_in("sofia.t").get(f"/leads/{lead.pk}/").status_code == 200
    assert "Insurance desk" in words(sign_in("seller").get(f"/leads/{lead.pk}/"))


def test_contact_is_shown_to_its_owner_on_asking(sign_in, walk, now) -> None:
    lead = walk("accept", at=now - HOUR * 5, contact="CANARY-4711")
    address = f"/leads/{lead.pk}/"

    closed = sign_in("marie.w").get(address)
    opened = sign_in("marie.w").post(f"{address}contact/")
    others = [sign_in(who).get(address).text for who in ("seller", "manager", "kanya.t")]

    assert ("CANARY" in closed.text, "CANARY" in opened.text) == (False, True)
    assert opened["Cache-Control"] == "no-store"
    assert [text for text in others if "CANARY" in text or "contact/" in text] == []
    assert sign_in("kanya.t").post(f"{address}contact/").status_code == 403
    assert AuditEntry.objects.filter(action="lead_contact_read").count() == 1


def test_slip_has_a_box_instead_of_the_number(sign_in, walk, now) -> None:
    lead = walk("accept", at=now - HOUR * 5, contact="CANARY-4711")
    address = f"/leads/{lead.pk}/?print=1"

    slips = {
        who: sign_in(who).get(address)
        for who in ("seller", "marie.w", "kanya.t", "manager", "anna.d")
    }

    assert {who: slip.status_code for who, slip in slips.items()} == {
        "seller": 200,
        "marie.w": 200,
        **dict.fromkeys(("kanya.t", "manager", "anna.d"), 404),
    }
    for who in ("seller", "marie.w"):
        assert ("CANARY" in slips[who].text, "cb-slip__box" in slips[who].text) == (False, True)
        assert "Destroy this slip" in words(slips[who])
        assert slips[who]["Cache-Control"] == "no-store"
        page = sign_in(who).get(f"/leads/{lead.pk}/").text
        assert re.search(rf'href="/leads/{lead.pk}/\?print=1" data-key="p"', page)
    assert 'data-key="p"' not in sign_in("manager").get(f"/leads/{lead.pk}/").text
    services.lose(lead=lead, note="No", at=now, by=lead.assignee)
    assert sign_in("seller").get(address).status_code == 404


def test_manager_sees_his_branch_and_no_other(sign_in, hand_on, person, now) -> None:
    hand_on(at=now - HOUR, said="Of the harbour")
    hand_on("seller2", at=now - HOUR, said="Of the river")

    first, second = (words(sign_in(who).get("/leads/")) for who in ("manager", "manager2"))

    assert ("Of the harbour" in first, "Of the river" in first) == (True, False)
    assert str(person("seller")) in first
    assert ("Of the harbour" in second, "Of the river" in second) == (False, True)


@pytest.mark.parametrize("who", ["regional", "owner", "conduct", "auditor"])
def test_others_see_no_single_lead(sign_in, hand_on, who, now) -> None:
    pk = hand_on(at=now - HOUR, said="Canary").pk

    assert "Canary" not in sign_in(who).get("/leads/").text
    assert sign_in(who).get(f"/leads/{pk}/").status_code == 404


def test_seen_news_are_no_news(sign_in, walk, now) -> None:
    walk("accept", at=now - 5 * HOUR)
    seller = sign_in("seller")
    assert "News on your leads: 1" in words(seller.get("/day/"))

    page = seller.get("/leads/").text
    until = re.search(r'name="until" value="([^"]+)"', page)[1]
    assert seller.post("/leads/seen/", {"until": until}).status_code == 303

    assert "News on your leads" not in words(seller.get("/day/"))
    assert 'name="until"' not in seller.get("/leads/").text
    for junk in ("", "x", "9999-99-99", "2026-03-16"):
        assert seller.post("/leads/seen/", {"until": junk}).status_code == 303


def test_my_day_reminds_the_unit_of_what_waits(sign_in, hand_on, walk, person, now) -> None:
    hand_on(at=now - HOUR)  # new, due tomorrow at the earliest
    walk("accept", at=now - 20 * DAY)
    walk("accept", "lose", at=now - 20 * DAY)
    hand_on(at=now - 90 * DAY)  # ran out
    hand_on(unit="INSURE", at=now - HOUR)
    own = hand_on("kanya.t", unit="INSURE", at=now - HOUR)
    own.to_unit = Unit.objects.get(code="MORTGAGE")  # his unit now, and still his own lead
    own.save(update_fields=["to_unit"])
    # where it is tomorrow already, what is due tomorrow is due
    Lead.objects.filter(due_on__gt=now.date()).update(due_on=now.date() + 5 * DAY)

    for who, n in (("marie.w", 3), ("kanya.t", 2)):
        assert f"Leads waiting: {n}, 1 due" in words(sign_in(who).get("/day/"))
    assert "Leads waiting" not in words(sign_in("seller").get("/day/"))
    yesterday = (now - DAY).date().isoformat()
    assert "Leads waiting" not in words(sign_in("marie.w").get(f"/day/{yesterday}/"))


def test_unit_cards_say_what_to_listen_for(sign_in) -> None:
    client = sign_in("auditor")

    every, one = words(client.get("/leads/units/")), words(client.get("/leads/units/INVEST/"))

    assert "Mortgage advisers" in every
    assert "“It just lies on the account.”" in one
    assert one.count("licensed: only this way") == 3
    assert "Mortgage advisers" not in one
    Unit.objects.filter(code="INVEST").update(is_active=False)
    assert client.get("/leads/units/INVEST/").status_code == 404
    assert client.get("/leads/units/invest/").status_code == 404


@pytest.mark.parametrize("who", ["seller", "marie.w", "manager"])
def test_list_asks_as_often_for_three_as_for_one(sign_in, hand_on, walk, queries, who, now) -> None:
    client, counts = sign_in(who), []
    for rounds in (1, 2):
        for _n in range(rounds):
            hand_on(at=now - HOUR)
            hand_on("anna.d", at=now - HOUR)
            walk("accept", "qualify", at=now - 2 * DAY)
        with queries() as seen:
            assert client.get("/leads/").status_code == 200
        counts.append(len(seen))

    assert counts[0] == counts[1] <= 14


def test_my_day_asks_once_and_not_at_all_when_off(sign_in, walk, queries, now) -> None:
    client, counts = sign_in("seller"), []
    client.get("/day/")  # the edition is in memory from here on
    for on in (False, True):
        switches.turn(key=switches.LEADS, on=on, at=now, by="admin")
        for _n in range(2):
            walk("accept", at=now - 5 * HOUR)
            with queries() as seen:
                client.get("/day/")
            counts.append((len(seen), sum("leads_" in q["sql"] for q in seen.captured_queries)))

    assert [about for _n, about in counts] == [0, 0, 1, 1]
    assert counts[2][0] == counts[3][0] == counts[0][0] + 1


PAGES = ("/desk/", "/desk/ACC-BAS/", "/desk/panels/", "/day/", "/matrix/", "/offers/", "/review/")


def test_what_is_off_is_nowhere_and_asked_by_nobody(sign_in, walk, queries, now) -> None:
    lead = walk("accept", at=now - DAY)
    switches.turn(key=switches.LEADS, on=False, at=now, by="admin")
    addresses = ["", "new/", "units/", "units/INVEST/", "programme/", f"{lead.pk}/"]

    for who in ("manager", "marie.w"):
        client = sign_in(who)
        for page in PAGES:
            with queries() as seen:
                text = client.get(page).text
            assert ("/leads/" in text, "Hand on" in text, "hand it on" in text) == (False,) * 3
            assert [q["sql"] for q in seen.captured_queries if "leads_" in q["sql"]] == []
        found = {a: client.get(f"/leads/{a}").status_code for a in addresses}
        assert found == dict.fromkeys(addresses, 404)
        posted = {a: client.post(f"/leads/{a}", {}).status_code for a in ("new/", "seen/")}
        assert set(posted.values()) == {404}
        assert client.post(f"/leads/{lead.pk}/act/", {"act": "qualify"}).status_code == 404
    assert "leads" not in sign_in("owner").get("/admin/").text
    lead.refresh_from_db()
    assert lead.state == "accepted"


def test_desk_with_leads_asks_no_more(sign_in, queries, now) -> None:
    client, counts = sign_in("seller"), {}
    for on in (False, True):
        switches.turn(key=switches.LEADS, on=on, at=now, by="admin")
        for page in ("/desk/", "/desk/ACC-BAS/", "/desk/panels/"):
            client.get(page)
            with queries() as seen:
                text = client.get(page).text
            counts.setdefault(page, []).append(len(seen))
            assert ('data-key="l"' in text) == (on and page != "/desk/panels/")

    assert [page for page, (off, on) in counts.items() if off != on] == []


def test_licensed_card_says_how_to_hand_it_on(sign_in, now) -> None:
    client = sign_in("seller")

    assert "hand it on (l)" in client.get("/desk/panels/").text
    switches.turn(key=switches.LEADS, on=False, at=now, by="admin")
    assert "An adviser concludes it: note interest" in client.get("/desk/panels/").text


def test_erased_services_leave_the_trail_in_words(walk, person, now) -> None:
    lead = walk("accept", at=now - DAY)
    services.lose(lead=lead, note="Has one", at=now, by=person("marie.w"))

    acts = AuditEntry.objects.filter(subject=f"lead {lead.pk}").order_by("pk")
    assert list(acts.values_list("action", flat=True)) == [
        "lead_hand_on",
        "lead_accept",
        "lead_lose",
    ]


def test_who_goes_on_for_a_branch_sees_what_it_handed_on(sign_in, hand_on, person, now) -> None:
    lead = hand_on(at=now - HOUR)
    manager = sign_in("manager2")
    assert manager.get(f"/leads/{lead.pk}/").status_code == 404

    Branch.objects.filter(pk=lead.from_branch_id).update(merged_into=person("manager2").branch)

    assert manager.get(f"/leads/{lead.pk}/").status_code == 200
    assert "Lease ends in May" in words(manager.get("/leads/"))
