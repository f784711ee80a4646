"""The page: who may ask for what, what he is told, and that asking changes nothing."""

import re
import zipfile
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from crossbank.conduct.models import AuditEntry
from crossbank.org import switches
from crossbank.org.models import Role
from crossbank.review import views
from tests.review import world
from tests.review.world import MONDAY, TUESDAY

PERIOD = f"from={MONDAY}&until={TUESDAY}"
SECRETS = ("anna.zx", "Zxavia", "bruno.qv", "Qvist", "chai.wj", "Wjong")


def whole_text(content: bytes) -> str:
    """Every part of a workbook: cells, formats, properties, chart caches."""
    with zipfile.ZipFile(BytesIO(content)) as parts:
        return "\n".join(parts.read(name).decode() for name in parts.namelist())


@pytest.mark.parametrize(
    ("username", "status"), [("anna.zx", 403), ("adam", 403), ("mia", 200), ("carl", 200)]
)
@pytest.mark.parametrize("query", ["", "export=xlsx"])
def test_doors(twelve, ask, username, status, query):
    assert ask(username, query).status_code == status


def test_signed_out_is_sent_to_the_door(db):
    response = Client().get(f"/review/?{PERIOD}")

    assert response.status_code == 302
    assert response.url.startswith("/accounts/login/?next=/review/")


@pytest.mark.parametrize(
    ("username", "query"),
    [
        ("mia", "branch=B02"),
        ("mia", "region=R-EAST"),
        ("mia", "staff=chai.wj"),
        ("mia", "staff=nobody"),
        ("mia", "main=NIX"),
        ("mia", "main=APP"),  # exists, and is no main product
        ("mia", "branch=B02&from=rubbish"),
        ("mia", "export=csv"),
        ("rita", "branch=B02"),
        ("rita", "region=R-EAST"),
        ("rita", "staff=anna.zx"),
        ("olga", "staff=anna.zx"),
        ("carl", "branch=B99"),
        ("carl", "branch=B01&export=pdf"),
    ],
)
def test_what_is_out_of_scope_is_not_there(twelve, ask, username, query):
    assert ask(username, query).status_code == 404


@pytest.mark.parametrize(
    ("username", "query", "total"),
    [
        ("mia", "", "7"),
        ("mia", "branch=B01", "7"),
        ("mia", "region=R-NORTH", "7"),
        ("mia", "staff=anna.zx", "5"),
        ("rita", "", "7"),
        ("olga", "", "9"),
        ("olga", "branch=B02&main=LON", "1"),
        ("carl", "staff=chai.wj", "2"),
    ],
)
def test_everybody_sees_his_own_part(twelve, ask, read_page, username, query, total):
    assert read_page(ask(username, f"{PERIOD}&{query}"))["total"] == total


@pytest.mark.parametrize("username", ["mia", "carl"])
def test_names_for_those_who_may(twelve, ask, username):
    page = ask(username, f"{PERIOD}&branch=B01")
    book = ask(username, f"{PERIOD}&branch=B01&export=xlsx")

    assert "Anna Zxavia" in page.content.decode()
    assert "anna.zx" in whole_text(book.content)


@pytest.mark.parametrize("username", ["rita", "olga"])
@pytest.mark.parametrize("query", ["", "branch=B01", "main=ACC"])
def test_no_names_above_the_branch(twelve, ask, username, query):
    page = ask(username, f"{PERIOD}&{query}")
    book = ask(username, f"{PERIOD}&{query}&export=xlsx")

    assert page.status_code == book.status_code == 200
    text = page.content.decode() + whole_text(book.content)
    assert [secret for secret in SECRETS if secret in text] == []


def test_names_above_the_branch_when_the_bank_says_so(twelve, ask):
    switches.turn(
        key=switches.NAMES_ABOVE_BRANCH, on=True, at=twelve["adam"].date_joined, by="adam"
    )

    assert "Anna Zxavia" in ask("rita", PERIOD).content.decode()
    assert ask("rita", f"{PERIOD}&staff=anna.zx").status_code == 200
    assert "Zxavia" not in ask("olga", PERIOD).content.decode()


def test_colleagues_stand_in_alphabetical_order(people, shelf, ask):
    """Neither by their figures, up or down, nor by user name: three orders that all differ."""
    for username, name, records in (("z.a", "Aaron", 2), ("m.m", "Mo", 3), ("a.z", "Zoe", 1)):
        seller = world.person(username, Role.SELLER, name=name, branch=people["mia"].branch)
        for _ in range(records):
            world.consultation(shelf=shelf, employee=seller, day=MONDAY)

    page = ask("mia", PERIOD).content.decode()

    people_only = page[: page.index('id="main-title"')]
    assert re.findall(r'cb-bar__name"[^>]*>([^<]+)<', people_only) == ["Aaron", "Mo", "Zoe"]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("from=gestern&until=2026-03-03", "“gestern” is not a day"),
        ("from=2026-02-30", "“2026-02-30” is not a day"),
        ("from=2026-03-03&until=2026-03-02", "The last day lies before the first."),
        ("from=2025-03-02&until=2026-03-03", "Choose at most 366 days."),
        ("until=9999-12-31", "Until: Choose 2099-12-31 or an earlier day."),
        ("from=0001-01-01&until=0001-01-02", "From: Choose 2000-01-01 or a later day."),
    ],
)
def test_what_cannot_be_counted_is_said_and_kept(twelve, ask, query, words):
    response = ask("mia", f"{query}&main=ACC&export=xlsx")

    page = response.content.decode()
    assert response.status_code == 422
    assert words in page
    assert f'value="{query.split("=")[1].split("&")[0]}"' in page
    assert '<option value="ACC" selected>' in page
    assert AuditEntry.objects.count() == 0


def test_the_longest_period_is_a_leap_year(twelve, ask):
    assert ask("mia", "from=2025-03-03&until=2026-03-03").status_code == 200
    assert ask("mia", "from=2025-03-02&until=2026-03-03").status_code == 422


def test_without_dates_the_last_28_days_are_shown(twelve, ask):
    page = ask("carl").content.decode()

    found = re.findall(r'name="(?:from|until)" value="([\d-]+)"', page)
    since, until = (date.fromisoformat(day) for day in found)
    assert until - since == timedelta(days=27)
    assert 'aria-current="true">Last 28 days' in page


def test_an_empty_period_says_so(twelve, ask, read_page):
    response = ask("mia", "from=2026-04-01&until=2026-04-02")

    assert response.status_code == 200
    assert "Nothing was recorded here in this period." in response.content.decode()
    assert read_page(response) == {}


def test_the_page_writes_nothing(twelve, people):
    client = Client()
    client.force_login(people["mia"])

    def refuse(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        assert sql.lstrip(" (\n").upper().startswith(("SELECT", "BEGIN")), sql
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuse):
        response = client.get(f"/review/?{PERIOD}")

    assert response.status_code == 200


def test_an_export_leaves_one_line_in_the_trail(twelve, ask):
    response = ask("mia", f"{PERIOD}&staff=anna.zx&export=xlsx")

    assert response.headers["Content-Disposition"] == (
        'attachment; filename="crossbank_B01_2026-03-02_2026-03-03.xlsx"'
    )
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.actor_role, entry.branch_code) == ("mia", "manager", "B01")
    assert (entry.action, entry.subject) == (
        "export",
        "crossbank_B01_2026-03-02_2026-03-03.xlsx",
    )
    assert entry.detail == {
        "filter": "from=2026-03-02&until=2026-03-03&staff=anna.zx",
        "rows": 7,
    }


def test_without_its_line_in_the_trail_no_workbook_leaves(twelve, ask, monkeypatch):
    def fail(**_: Any) -> None:
        raise RuntimeError("the trail is full")

    monkeypatch.setattr(views, "record", fail)

    with pytest.raises(RuntimeError, match="the trail is full"):
        ask("mia", f"{PERIOD}&export=xlsx")


def test_too_many_rows_are_refused_kindly(twelve, ask, read_page, monkeypatch):
    monkeypatch.setattr(views, "ROW_LIMIT", 10)

    response = ask("mia", f"{PERIOD}&export=xlsx")

    page = response.content.decode()
    assert response.status_code == 422
    assert "This would be 11 rows; a workbook holds 10. Choose a shorter period" in page
    assert read_page(response)["total"] == "7"
    assert AuditEntry.objects.count() == 0


@pytest.mark.parametrize("sellers", [1, 30])
def test_the_page_stays_small(people, shelf, ask, django_assert_num_queries, sellers):
    for number in range(sellers):
        seller = world.person(f"seller{number}", Role.SELLER, branch=people["mia"].branch)
        for day in range(28):
            world.consultation(
                shelf=shelf,
                employee=seller,
                day=date(2026, 3, 1) + timedelta(days=day),
                answers={"CRD": "accepted", "APP": "declined"},
            )
    client = Client()
    client.force_login(people["mia"])

    # session, person; branches, staff, mains; saved views; days, three sums; consultations, items;
    # edition; areas, what is known of sales
    with django_assert_num_queries(15):
        response = client.get("/review/?from=2026-03-01&until=2026-03-28")

    nodes = len(re.findall(r"<[a-z]", response.content.decode()))
    assert 300 < nodes <= 1500, nodes


@pytest.mark.parametrize("language", ["en", "ru", "el", "th", "zh-hans"])
def test_coordinates_have_a_point_in_every_language(twelve, ask, language):
    page = ask("mia", PERIOD, accept_language=language).content.decode()

    places = re.findall(
        r'<(?:rect|text|line|circle)[^>]*?((?: (?:[xyr]\d?|cx|cy|width|height)="[^"]*")+)', page
    )
    values = re.findall(r'"([^"]*)"', "".join(places))
    assert len(values) > 50
    assert [value for value in values if not re.fullmatch(r"\d+(\.\d+)?%?", value)] == []
    if language == "ru":
        assert "57,1" in page  # 4 of 7: numbers in words follow the language


def test_what_may_exceed_the_total_says_why(twelve, people, shelf, ask, read_page):
    """Anna's customers who left without the main product are entered, and in no column."""
    for _ in range(5):
        world.consultation(shelf=shelf, employee=people["anna.zx"], day=MONDAY, no_main=True)

    response = ask("mia", PERIOD)
    page, text = read_page(response), response.content.decode()

    assert int(page["live"]) > int(page["total"])
    assert "<dt>Entered at the desk, No main included</dt>" in text
    assert '<dt class="cb-number-label">Total</dt>' in text


def test_a_day_leads_to_itself(twelve, ask, read_page):
    page = ask("mia", f"{PERIOD}&main=ACC&of=course", page="table/").content.decode()

    assert "?from=2026-03-03&amp;until=2026-03-03&amp;main=ACC" in page
    narrowed = read_page(ask("mia", "from=2026-03-03&until=2026-03-03&main=ACC"))
    assert narrowed["total"] == "2"


def test_rates_are_rounded_not_cut(twelve, ask, read_page):
    """The workbook's formats round, so the page must: 5 of 9 is 55.6 %, 7 / 9 is 0.778."""
    page = read_page(ask("carl", PERIOD))

    assert (page["cross_rate"], page["depth"]) == ("55.6 %", "0.778")


def test_all_that_a_region_sees_is_called_by_its_name(twelve, people, ask):
    north = people["rita"].region
    world.branch("B09", region=north, time_zone="Europe/Berlin", name="Mill")

    assert "<h1>R-NORTH North</h1>" in ask("rita", PERIOD).content.decode()
    file = ask("rita", f"{PERIOD}&export=xlsx").headers["Content-Disposition"]
    assert "crossbank_R-NORTH_" in file
    assert "<h1>Whole bank</h1>" in ask("olga", PERIOD).content.decode()
    assert "<h1>R-NORTH North</h1>" in ask("olga", f"{PERIOD}&region=R-NORTH").content.decode()
