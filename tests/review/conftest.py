"""The small bank with its readers, and how a test reads a page and a workbook."""

from collections.abc import Callable
from datetime import timedelta
from html.parser import HTMLParser
from io import BytesIO
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from python_calamine import load_workbook

from crossbank.org import switches
from crossbank.org.models import Branch, Role, User
from crossbank.review.models import Goal
from tests.review import world


@pytest.fixture
def people(db: None) -> dict[str, User]:
    """Names that nothing else contains, so that a search for them means something."""
    north, east = world.region("R-NORTH", "North"), world.region("R-EAST", "East")
    harbour = world.branch("B01", region=north, time_zone="Europe/Berlin", name="Harbour")
    river = world.branch("B02", region=east, time_zone="Asia/Bangkok", name="River")
    everyone = [
        world.person("anna.zx", Role.SELLER, name="Anna Zxavia", branch=harbour),
        world.person("bruno.qv", Role.SELLER, name="Bruno Qvist", branch=harbour),
        world.person("chai.wj", Role.SELLER, name="Chai Wjong", branch=river),
        world.person("mia", Role.MANAGER, branch=harbour),
        world.person("rita", Role.REGIONAL, region=north),
        world.person("olga", Role.OWNER),
        world.person("carl", Role.CONDUCT),
        world.person("adam", Role.ADMIN),
    ]
    return {one.username: one for one in everyone}


@pytest.fixture
def shelf(people: dict[str, User]) -> world.Shelf:
    return world.shelf(author=people["olga"])


@pytest.fixture
def twelve(people: dict[str, User], shelf: world.Shelf) -> dict[str, User]:
    world.twelve_records(
        shelf, anna=people["anna.zx"], bruno=people["bruno.qv"], chai=people["chai.wj"]
    )
    return people


@pytest.fixture
def harbour(people: dict[str, User]) -> Branch:
    return people["mia"].branch


@pytest.fixture
def ask(people: dict[str, User]) -> Callable[..., HttpResponse]:
    """ask("mia", "from=…&until=…") -> the answer of /review/, or of a page below it."""

    def answer(username: str, query: str = "", *, page: str = "", **headers: str) -> HttpResponse:
        client = Client(headers=headers)
        client.force_login(people[username])
        return client.get(f"/review/{page}?{query}")

    return answer


class _Figures(HTMLParser):
    """Gathers the text of every element that names a figure."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self._name = ""
        self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        name = dict(attrs).get("data-figure")
        if name:
            self._name, self._text = name, ""

    def handle_data(self, data: str) -> None:
        self._text += data

    def handle_endtag(self, tag: str) -> None:
        if self._name:
            self.found.append((self._name, self._text.strip()))
            self._name = ""


def figures_on(page: HttpResponse) -> dict[str, str]:
    """figure -> text. A figure that stands twice on the page must say the same twice."""
    parser = _Figures()
    parser.feed(page.content.decode())
    found: dict[str, str] = {}
    for name, text in parser.found:
        assert found.setdefault(name, text) == text, name
    return found


def sheets_of(content: bytes) -> dict[str, list[list[Any]]]:
    """sheet -> rows, read by a second reader, which knows nothing of ours."""
    book = load_workbook(BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def table_of(rows: list[list[Any]]) -> list[dict[str, Any]]:
    head, *lines = rows
    return [dict(zip(head, line, strict=True)) for line in lines]


@pytest.fixture
def read_page() -> Callable[[HttpResponse], dict[str, str]]:
    return figures_on


@pytest.fixture
def read_book() -> Callable[[bytes], dict[str, list[list[Any]]]]:
    return sheets_of


@pytest.fixture
def read_table() -> Callable[[list[list[Any]]], list[dict[str, Any]]]:
    return table_of


@pytest.fixture
def crowd(people: dict[str, User]) -> dict[str, User]:
    """More readers, where teams have goals."""
    switches.turn(key=switches.TEAM_GOALS, on=True, at=timezone.now(), by="adam")
    more = [
        world.person("mona", Role.MANAGER, branch=people["chai.wj"].branch),
        world.person("cora", Role.CONDUCT),
        world.person("aron", Role.AUDITOR),
    ]
    return {**people, **{one.username: one for one in more}}


@pytest.fixture
def enter(crowd: dict[str, User]) -> Callable[[str], Client]:
    def entered(username: str) -> Client:
        client = Client()
        client.force_login(crowd[username])
        return client

    return entered


@pytest.fixture
def put_goal(crowd: dict[str, User]) -> Callable[..., Goal]:
    """put_goal("agreed", measure="kept", since=…) -> a goal of B01 that runs, as a row."""

    def put(state: str = "waiting", **fields: object) -> Goal:
        now, today = timezone.now(), timezone.localdate()
        terms = {
            "branch": crowd["mia"].branch,
            "measure": "coverage",
            "least": 60,
            "since": today - timedelta(days=10),
            "until": today + timedelta(days=30),
            "reason": "Customers ask why nobody said it.",
            "proposed_by": crowd["mia"],
            "proposed_at": now,
        }
        if state != "waiting":
            terms |= {"decision": state, "decided_by": crowd["carl"], "decided_at": now}
        if state == "sent_back":
            terms["decision_note"] = "Too high."
        return Goal.objects.create(**{**terms, **fields})

    return put
