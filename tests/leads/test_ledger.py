"""Points and badges as they are stored, shown and proven; nothing of them while they are off."""

import io
import re
from datetime import UTC, datetime
from html import unescape
from zipfile import ZipFile

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.utils import timezone

from crossbank.catalog.models import Product
from crossbank.conduct.models import FrozenError
from crossbank.leads import ledger, services
from crossbank.leads.models import Badge, Lead, NameConsent, PointEntry
from crossbank.leads.own_points import own_points
from crossbank.leads.programme import HALF, QUARTER, programme
from crossbank.org import switches
from crossbank.org.models import User
from tests.leads.conftest import DAY, HOUR, MONDAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def points_on(bank) -> None:
    switches.turn(key=switches.POINTS, on=True, at=timezone.now(), by="admin")


def stored() -> tuple[list[tuple], list[tuple]]:
    entries = PointEntry.objects.values_list("lead", "number", "change", "at")
    return list(entries), list(Badge.objects.values_list("employee", "year", "level", "change"))


def test_settling_again_adds_nothing_and_a_reversal_adds_its_negative(walk, person) -> None:
    leads = [walk("accept", "qualify") for _n in range(5)]
    assert ledger.settle(at=MONDAY + 10 * DAY) == 0
    assert ledger.settle(at=MONDAY + 20 * DAY) == 6  # five points, one badge
    assert ledger.settle(at=MONDAY + 20 * DAY) == 0

    services.take_back_qualified(
        lead=leads[0], note="None", at=MONDAY + 21 * DAY, by=person("marie.w")
    )
    assert ledger.settle(at=MONDAY + 22 * DAY) == 2
    entries, badges = stored()
    assert sorted(change for _lead, _n, change, _at in entries) == [-1, 1, 1, 1, 1, 1]
    seller = person("seller").pk
    assert badges == [(seller, 2026, "bronze", "earned"), (seller, 2026, "bronze", "revoked")]


def test_no_point_stands_after_a_withdrawal_within_the_products_own_days(walk, person) -> None:
    """On the evening of the last of ninety days, far behind our own fourteen."""
    Product.objects.filter(code="HOM-PUR").update(withdrawal_days=90)
    lead = walk("accept", "qualify", "win", product="HOM-PUR")
    ledger.settle(at=MONDAY + 90 * DAY)

    services.lose(
        lead=lead, note="Withdrew", at=MONDAY + 90 * DAY + 12 * HOUR, by=person("marie.w")
    )
    ledger.settle(at=MONDAY + 400 * DAY)

    assert stored() == ([], [])


def test_ledger_is_written_once(walk) -> None:
    walk("accept", "qualify")
    ledger.settle(at=MONDAY + 30 * DAY)
    entry = PointEntry.objects.get()

    with pytest.raises(FrozenError):
        entry.save()
    with pytest.raises(FrozenError):
        PointEntry.objects.update(change=5)
    with pytest.raises(FrozenError):
        entry.delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        PointEntry.objects.bulk_create([PointEntry(**{**_columns(entry), "id": None})])
    with pytest.raises(IntegrityError), transaction.atomic():
        PointEntry.objects.bulk_create(
            [PointEntry(**{**_columns(entry), "id": None, "number": 2, "change": 7})]
        )


def _columns(row) -> dict[str, object]:
    return {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields}


def run(*options: str) -> tuple[str, int]:
    out = io.StringIO()
    try:
        call_command("points", *options, stdout=out, stderr=out)
    except SystemExit as ended:
        return out.getvalue(), ended.code
    return out.getvalue(), 0


def test_no_points_are_kept_while_they_are_off(walk) -> None:
    lead = walk("accept", "qualify")

    for options in ((), ("--check",), ("--fix",)):
        text, code = run(*options)
        assert ("uses no points" in text, code) == (True, 0)
    assert stored() == ([], [])
    Lead.objects.filter(pk=lead.pk).update(state="contacted")
    assert run("--fix")[1] == 1
    Lead.objects.filter(pk=lead.pk).update(state="qualified")

    switches.turn(key=switches.POINTS, on=True, at=timezone.now(), by="admin")
    assert run("--fix")[1] == 0
    point = PointEntry.objects.get()
    assert (point.lead_id, point.at) == (lead.pk, MONDAY + 2 * HOUR + 14 * DAY)


def test_command_checks_adds_and_names_what_is_too_much(walk, points_on) -> None:
    lead = walk("accept", "qualify")  # long vested by the clock of the machine

    assert run("--check")[1] == 1
    text, code = run("--fix")
    assert ("1 entries added" in text, code) == (True, 0)
    assert run()[1] == 0
    invented = _columns(PointEntry.objects.get()) | {"id": None, "number": 2, "change": -1}
    PointEntry.objects.bulk_create([PointEntry(**invented)])
    text, code = run("--fix")
    assert ("too much" in text, code) == (True, 1)
    Lead.objects.filter(pk=lead.pk).update(state="contacted")
    assert f"lead {lead.pk} is not as its last event says" in run()[0]


def words(response) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


FRONT_PAGES = ("/leads/", "/leads/units/", "/leads/new/", "/leads/{pk}/", "/day/", "/desk/",
               "/desk/panels/", "/matrix/", "/")  # fmt: skip
OFFICE_PAGES = ("/leads/", "/leads/units/", "/matrix/", "/review/", "/review/?export=xlsx", "/")
PLACES = {
    "seller": FRONT_PAGES,
    "manager": (*FRONT_PAGES, "/review/", "/review/?export=xlsx"),
    "owner": (*OFFICE_PAGES, "/admin/", "/admin/leads/unit/"),
    "conduct": OFFICE_PAGES,
    "auditor": OFFICE_PAGES,
    "admin": ("/admin/",),
}
TABLES = ("leads_pointentry", "leads_badge", "leads_nameconsent")
TRACES = re.compile(
    r"/leads/programme/|the programme|cb-badge|cb-lead-points|bronze|points? in \d{4}"
)


def told(response) -> str:
    """What a page says and holds, or what all parts of a workbook do."""
    if "sheet" not in response["Content-Type"]:
        return response.text.lower()
    with ZipFile(io.BytesIO(b"".join(response))) as book:
        return " ".join(book.read(name).decode() for name in book.namelist()).lower()


def test_points_are_nowhere_while_they_are_off(sign_in, walk, queries) -> None:
    lead = walk("accept", "qualify", at=timezone.now() - 40 * DAY)
    ledger.settle(at=timezone.now())

    for who, places in PLACES.items():
        client = sign_in(who)
        for page in places:
            with queries() as seen:
                answer = client.get(page.format(pk=lead.pk), follow=True)
                text = told(answer)
            assert (answer.status_code, TRACES.findall(text)) == (200, []), (who, page)
            about = [q["sql"] for q in seen.captured_queries]
            assert [sql for sql in about if any(table in sql for table in TABLES)] == []
        assert client.get("/leads/programme/").status_code == 404


def test_own_points_are_for_oneself(sign_in, walk, points_on) -> None:
    now = timezone.now()
    start = max(now - 40 * DAY, datetime(now.year, 1, 2, tzinfo=UTC))
    for _n in range(5):
        walk("accept", "qualify", at=start)
    walk("accept", "qualify", at=now - 3 * DAY)

    mine, managers = (
        words(sign_in("seller").get("/leads/")),
        words(sign_in("manager").get("/leads/")),
    )

    assert f"5 points in {now.year} 1 more when the cooling-off is over" in mine
    assert f"Bronze {now.year}" in mine
    assert f"0 points in {now.year}" in managers
    assert "Bronze" not in managers


def test_own_points_pause_in_sight_and_none_is_lost(walk, person) -> None:
    for _n in range(5):
        lead = walk("accept", "qualify")
        services.win(lead=lead, at=MONDAY + 15 * DAY, by=person("marie.w"))
        services.lose(lead=lead, note="Withdrew", at=MONDAY + 35 * DAY, by=person("marie.w"))

    for day, pause in ((34, ""), (36, "0/5")):
        told = own_points(person("seller"), at=MONDAY + day * DAY)
        assert (told.vested, told.pause, told.badges) == (5, pause, (("Bronze", 2026, pause),))
    line = " ".join(
        re.sub(r"<[^>]+>", " ", render_to_string("leads/_points.html", {"points": told})).split()
    )
    assert "5 points in 2026 pauses: 0/5 wins were kept" in line
    assert "Bronze 2026 · pauses: 0/5 wins were kept" in line


def test_programme_counts_periods_people_and_kept_turnover(walk, hand_on, person) -> None:
    at = datetime(2026, 6, 29, 10, tzinfo=UTC)
    won = walk("accept", "qualify", at=datetime(2025, 12, 29, 10, tzinfo=UTC))
    services.win(lead=won, kept_minor=700, at=at, by=person("marie.w"))
    fresh = walk("accept", "qualify", at=datetime(2025, 12, 30, 10, tzinfo=UTC))
    services.win(lead=fresh, kept_minor=5000, at=at + DAY, by=person("marie.w"))
    none = walk("accept", "qualify", "take_back_qualified", at=datetime(2025, 12, 30, tzinfo=UTC))
    services.lose(lead=none, note="No", at=at, by=person("marie.w"))
    hand_on("manager", at=at)
    hand_on("seller2", at=at)
    hand_on("seller2", at=at + 4 * DAY)  # the third of July

    now = at + 14 * DAY  # the other win may still be withdrawn from
    halves, quarters = programme(months=HALF, at=now), programme(months=QUARTER, at=now)

    told = [(p.label, p.leads, p.began, p.people, p.kept_minor) for p in halves.periods]
    assert told[-3:] == [
        ("2. half 2025", 3, 2, 1, 700),
        ("1. half 2026", 2, 0, 2, 0),
        ("2. half 2026", 1, 0, 1, 0),
    ]
    assert [p.is_running for p in halves.periods] == [False] * 5 + [True]
    assert [p.leads for p in quarters.periods] == [0, 0, 0, 0, 3, 0, 2, 1]
    later = programme(months=HALF, at=now + DAY)
    assert later.periods[-3].kept_minor == 5700
    assert (halves.taking_part, halves.staff) == (3, 22)
    assert [(r.label, r.leads, r.began) for r in halves.roles] == [
        ("Branch manager", 1, None),
        ("Seller", 5, None),  # two people: a share would be about them
    ]


def test_role_is_told_by_the_leads_whose_work_stands(walk, person) -> None:
    senders = User.objects.filter(role="seller", units=None).order_by("pk")[:5]
    for n, sender in enumerate(senders):
        walk("accept", *(["qualify"] if n else []), who=sender.username)
    taken_back = Lead.objects.last()
    services.take_back_qualified(
        lead=taken_back, note="None", at=MONDAY + DAY, by=person("marie.w")
    )
    won = Lead.objects.filter(state="qualified").first()
    services.win(lead=won, at=MONDAY + DAY, by=person("marie.w"))

    (role,) = programme(months=HALF, at=MONDAY + 2 * DAY).roles
    assert (role.leads, role.began, role.won) == (5, 3 / 5, 1 / 5)


def test_potential_is_told_from_five_leads_on(hand_on, walk) -> None:
    def potential() -> int | None:
        return programme(months=HALF, at=MONDAY + DAY).potential_minor

    for n in range(4):
        hand_on(value_estimate_minor=100 + n)
    hand_on()
    walk("accept", "lose", value_estimate_minor=9000)
    hand_on(value_estimate_minor=9000, at=MONDAY - 90 * DAY)  # ran out
    assert potential() is None

    walk("accept", "qualify", value_estimate_minor=1000)
    assert potential() == 1406


def test_programme_names_only_who_agreed(sign_in, walk, points_on, person) -> None:
    now = timezone.now()
    for who in ("seller", "anna.d"):
        for _n in range(5):
            walk("accept", "qualify", who=who, at=now - 40 * DAY)
    ledger.settle(at=now)
    seller = sign_in("seller")

    def named() -> list[bool]:
        page = words(sign_in("conduct").get("/leads/programme/"))
        return [str(person(who)) in page for who in ("seller", "anna.d")]

    assert named() == [False, False]
    assert seller.post("/leads/programme/name/", {"agree": "1"}).status_code == 303
    assert (named(), NameConsent.objects.count()) == ([True, False], 1)
    assert "checked" in seller.get("/leads/programme/").text
    User.objects.filter(username="seller").update(is_active=False)  # who left is not named
    assert named() == [False, False]
    User.objects.filter(username="seller").update(is_active=True)
    assert named() == [True, False]
    assert seller.post("/leads/programme/name/", {}).status_code == 303
    assert named() == [False, False]
    assert sign_in("conduct").post("/leads/programme/name/", {"agree": "1"}).status_code == 403


def test_programme_asks_as_often_for_many_as_for_few(sign_in, walk, points_on, queries) -> None:
    client, counts = sign_in("conduct"), []
    for n in (1, 3):
        for _n in range(n):
            walk("accept", "qualify", at=timezone.now() - 40 * DAY)
            walk("accept", "qualify", who="anna.d", at=timezone.now() - 40 * DAY)
        ledger.settle(at=timezone.now())
        with queries() as seen:
            assert client.get("/leads/programme/?by=quarter").status_code == 200
        counts.append(len(seen))

    assert counts[0] == counts[1] <= 14
    assert client.get("/leads/programme/?by=<x>").status_code == 200
