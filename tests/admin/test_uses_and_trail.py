"""What this bank uses is turned by administrators and written down; the trail is only read."""

import pytest
from django.contrib.admin.models import LogEntry

from crossbank.conduct import services as conduct
from crossbank.conduct.models import AuditEntry
from crossbank.org import switches
from crossbank.org.models import Branch, Switch, User
from tests.admin.conftest import LONG_AGO, make_offer, save

pytestmark = pytest.mark.django_db

USES = "/admin/uses/"
NAMES = switches.NAMES_ABOVE_BRANCH


def test_page_shows_every_area_with_its_state(enter) -> None:
    page = enter("admin").get(USES)

    assert [(row.area.key, row.is_on) for row in page.context["rows"]] == [
        (area.key, area.default) for area in switches.AREAS
    ]
    text = page.content.decode()
    assert [area.key for area in switches.AREAS if str(area.title) not in text] == []


def test_turning_an_area_writes_it_and_the_trail(enter) -> None:
    admin = enter("admin")

    answer = admin.post(USES, {"key": NAMES, "on": "1"}, follow=True)

    assert answer.redirect_chain == [(USES, 302)]
    assert "“Names above the branch” is on." in answer.content.decode()
    assert switches.is_on(NAMES) is True
    switch = Switch.objects.get(key=NAMES)
    assert switch.changed_by == "admin-person"
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.subject, entry.detail, entry.actor) == (
        "switch_turned",
        NAMES,
        {"on": True},
        "admin-person",
    )
    assert entry.at == switch.changed_at


def test_turning_to_where_it_stands_writes_nothing(enter) -> None:
    admin = enter("admin")

    twice = [admin.post(USES, {"key": NAMES, "on": "1"}).status_code for _again in range(2)]
    admin.post(USES, {"key": switches.OFFERS, "on": "1"})

    assert twice == [302, 302]
    assert AuditEntry.objects.count() == 1
    assert Switch.objects.count() == 1


def rooms(client) -> list[str]:
    return [group["app_label"] for group in client.get("/admin/").context["app_list"]]


def test_offers_that_are_off_are_not_kept_here_but_can_be_read(enter, shelf) -> None:
    owner = enter("owner")
    offer = make_offer(code="OT", cross=shelf["CRD"], mains=[shelf["ACC"]])
    row = f"/admin/offers/offer/{offer.pk}"
    save(owner, f"{row}/change/", name="Renamed")
    switches.turn(key=switches.OFFERS, on=False, at=LONG_AGO, by="admin")

    groups = rooms(owner)
    refused = [
        owner.post(f"{row}/{page}/", {"post": "yes"}).status_code for page in ("change", "delete")
    ]
    refused.append(owner.get("/admin/offers/offer/add/").status_code)

    assert groups == ["catalog", "matrix", "leads", "org", "conduct"]
    assert refused == [403, 403, 403]
    assert "Changed Headline." in owner.get(f"{row}/history/").content.decode()
    assert f"{row}/change/" in enter("admin").get("/admin/admin/logentry/").content.decode()
    assert "_save" not in owner.get(f"{row}/change/").content.decode()
    switches.turn(key=switches.OFFERS, on=True, at=LONG_AGO, by="admin")
    assert rooms(owner) == ["catalog", "matrix", "offers", "leads", "org", "conduct"]


@pytest.mark.parametrize(("zone", "said"), [("Asia/Bangkok", "Asia/Bangkok"), ("", "UTC")])
def test_pages_say_whose_clock_they_show(enter, zone, said) -> None:
    admin = enter("admin")
    Branch.objects.update(time_zone=zone or "Europe/Berlin")
    if not zone:
        User.objects.update(branch=None)

    page = admin.get("/admin/conduct/auditentry/").content.decode()

    assert f"Times on these pages: {said}" in page


@pytest.mark.parametrize(
    "forged",
    [{}, {"key": "everything", "on": "1"}, {"key": NAMES}, {"key": NAMES, "on": "yes"}],
)
def test_forged_area_or_state_changes_nothing(enter, forged) -> None:
    answer = enter("admin").post(USES, forged)

    assert answer.status_code == 422
    assert "Nothing was changed" in answer.content.decode()
    assert (Switch.objects.count(), AuditEntry.objects.count()) == (0, 0)


@pytest.mark.parametrize("role", ["owner", "seller", "manager", "regional", "conduct", "auditor"])
def test_nobody_else_turns_areas(enter, role) -> None:
    client = enter(role)

    assert client.get(USES).status_code == 403
    assert client.post(USES, {"key": NAMES, "on": "1"}).status_code == 403
    assert (Switch.objects.count(), AuditEntry.objects.count()) == (0, 0)


def test_when_the_trail_fails_the_area_stays(enter, monkeypatch) -> None:
    def fail(**kwargs: object) -> None:
        raise RuntimeError("trail is full")

    monkeypatch.setattr(conduct, "record", fail)
    admin = enter("admin")
    admin.raise_request_exception = False

    assert admin.post(USES, {"key": NAMES, "on": "1"}).status_code == 500
    assert Switch.objects.count() == 0


def test_trail_and_log_are_read_only(enter, shelf) -> None:
    admin = enter("admin")
    person = User.objects.get(username="admin-person")
    conduct.record(action="seen", subject="x", detail={"n": 1}, at=LONG_AGO, by=person)
    save(admin, f"/admin/catalog/product/{shelf['CRD'].pk}/change/", name="Renamed")
    entry, log = AuditEntry.objects.get(action="seen"), LogEntry.objects.get()
    before = (
        list(AuditEntry.objects.order_by("pk").values()),
        list(LogEntry.objects.order_by("pk").values()),
    )

    answers = [
        admin.post(f"/admin/{model}/{path}", data)
        for model, pk in (("conduct/auditentry", entry.pk), ("admin/logentry", log.pk))
        for path, data in (
            (f"{pk}/change/", {"actor": "somebody", "object_repr": "forged"}),
            (f"{pk}/delete/", {"post": "yes"}),
            ("add/", {"actor": "somebody"}),
        )
    ]
    bulk = [
        admin.post(
            f"/admin/{model}/",
            {"action": "delete_selected", "_selected_action": pk, "post": "yes"},
        )
        for model, pk in (("conduct/auditentry", entry.pk), ("admin/logentry", log.pk))
    ]

    assert [answer.status_code for answer in answers] == [403] * 6
    assert all(answer.status_code < 500 for answer in bulk)
    after = (
        list(AuditEntry.objects.order_by("pk").values()),
        list(LogEntry.objects.order_by("pk").values()),
    )
    assert after == before


def test_trail_is_searched_and_shows_its_words(enter, shelf) -> None:
    admin = enter("admin")
    person = User.objects.get(username="admin-person")
    for subject in ("needle", "hay"):
        conduct.record(
            action="switch_turned", subject=subject, detail={"on": True}, at=LONG_AGO, by=person
        )

    found = admin.get("/admin/conduct/auditentry/?q=needle").context["cl"].result_list

    assert [entry.subject for entry in found] == ["needle"]
    page = admin.get(f"/admin/conduct/auditentry/{found[0].pk}/change/").content.decode()
    assert "Switch turned" in page
    assert "<div>on: True</div>" in page
    assert "Administrator" in page


def test_change_is_in_the_history_of_its_row(enter, shelf) -> None:
    owner = enter("owner")
    address = f"/admin/catalog/product/{shelf['CRD'].pk}"

    save(owner, f"{address}/change/", name="Renamed", price_text="nothing")

    history = owner.get(f"{address}/history/").content.decode()
    assert "Changed Name and Price in words." in history
    assert "owner-person" in history
    whole = enter("admin").get("/admin/admin/logentry/").content.decode()
    assert "Changed Name and Price in words." in whole
