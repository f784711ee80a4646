"""The private mirrors: what the page counts of one's own customers, and that nobody else sees it."""

from datetime import UTC, datetime, timedelta
from html import unescape
from uuid import uuid4

import pytest
from django.utils import timezone

from crossbank.desk import services
from crossbank.desk.entries import Answer, Entry
from crossbank.desk.mirrors import mirror_page
from crossbank.desk.models import Consultation, Source
from crossbank.engine.mirrors import Cause

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 18, 15, 30, tzinfo=UTC)  # 16:30 in B01


@pytest.fixture
def talks(person):
    """This will record a number of customers of somebody: `"DIG-APP CRD-DEB+"`, + was taken."""

    def recorded(number: int, items: str = "", *, who: str = "seller", at=NOW, **fields) -> None:
        user = person(who)
        answers = tuple(
            Answer(code=word.rstrip("+"), response="accepted" if word.endswith("+") else "declined")
            for word in items.split()
        )
        for _ in range(number):
            entry = Entry(
                **{"uuid": uuid4(), "main": "ACC-BAS", "edition": 1, "answers": answers, **fields}
            )
            services.record(entry=entry, branch=user.branch, at=at, by=user)

    return recorded


@pytest.fixture
def seen(person):
    """username -> cause -> (name, part, of, is the sign there) of each figure, as he reads them."""

    def read(who: str = "seller", at=NOW) -> dict[str, list[tuple]]:
        page = mirror_page(person(who), at=at)
        return {
            str(mirror.cause): [
                (line.name, line.figure.part, line.figure.of, line.figure.is_seen)
                for line in mirror.lines
            ]
            for mirror in page.mirrors
        }

    return read


APP = "Online and mobile banking"
NOTHING = {str(cause): [] for cause in Cause}


def test_mirrors_read_what_was_presented_missed_and_where(talks, seen) -> None:
    talks(18, "DIG-APP")
    talks(2, "DIG-APP+ SAV-INS")
    talks(20, "CRD-DEB DIG-ALR DIG-APP", main="SAV-INS", at=NOW - timedelta(hours=5))

    assert seen() == {
        "focus": [(APP, 40, 82, False)],
        "field": [("Everyday services", 60, 82, False)],
        "skipped": [("Debit card", 20, 40, False)],
        "pay": [],
        "effort": [("Basic current account", 22, 20, True), ("15:00 – 18:00", 22, 20, True)],
    }


def test_who_took_two_more_or_left_without_main_was_not_passed_over(talks, seen) -> None:
    talks(20, "DIG-APP+ SAV-INS+")
    talks(20, "DIG-APP", no_main=True)

    assert seen()["skipped"] == []
    assert seen()["focus"] == [(APP, 40, 60, True)]


def test_what_he_had_already_was_not_passed_over(talks, seen) -> None:
    talks(19, "DIG-APP")
    everything_else = frozenset({"CRD-DEB", "DIG-ALR", "DIG-BIL", "SAV-INS", "SAV-GOL", "DIG-CSH"})
    talks(1, "DIG-APP", held=everything_else)

    assert seen()["skipped"] == []


def test_mirror_ends_with_today_and_reaches_28_days_back(talks, seen, person) -> None:
    talks(20, "DIG-APP", at=NOW - timedelta(days=27))
    page = mirror_page(person("seller"), at=NOW)

    assert (str(page.since), str(page.until), page.customers) == ("2026-02-19", "2026-03-18", 20)
    assert seen()["focus"] == [(APP, 20, 20, True)]
    assert seen(at=NOW + timedelta(days=1)) == NOTHING


def test_paper_void_and_corrected_ones_are_not_in_it(talks, person) -> None:
    talks(3, paper_taken=0)
    talks(2, "DIG-APP")
    first, second = Consultation.objects.filter(source="desk")
    user = person("seller")
    services.void(consultation=first, reason="", at=NOW, by=user)
    talks(1, "CRD-DEB", replaces=second.uuid, replace_reason="mistyped")

    assert mirror_page(user, at=NOW).customers == 1


def test_old_tallies_are_no_customers_of_the_mirror(talks, person) -> None:
    talks(1, "DIG-APP")
    talks(30)
    Consultation.objects.filter(presented=0).update(source=Source.IMPORT)

    assert mirror_page(person("seller"), at=NOW).customers == 1


def test_nobody_sees_a_colleague_in_his_mirror(talks, seen, person) -> None:
    from crossbank.org.models import User

    talks(25, "DIG-APP")
    colleague = User.objects.filter(role="seller", branch__code="B01").exclude(username="seller")[0]

    assert seen("seller")["focus"] == [(APP, 25, 25, True)]
    assert [seen(who) for who in (colleague.username, "manager", "seller2")] == [NOTHING] * 3


def test_address_knows_nobody_but_its_reader(talks, sign_in) -> None:
    talks(25, "DIG-APP", at=timezone.now())
    pages = {
        who: unescape(
            sign_in(who).get("/day/mirror/?staff=seller&employee=seller").content.decode()
        )
        for who in ("seller", "manager", "seller2")
    }

    assert f"{APP}: 25 of 25 presented" in pages["seller"]
    assert [who for who, page in pages.items() if APP in page] == ["seller"]
    assert sign_in("seller").get("/day/mirror/")["Cache-Control"] == "no-store"
    assert sign_in("seller").get("/day/seller/mirror/").status_code == 404


def test_page_says_the_sign_the_case_and_the_question(talks, sign_in) -> None:
    talks(25, "DIG-APP", at=timezone.now(), hands_on_ms=4000)
    client = sign_in("seller")

    page = " ".join(unescape(client.get("/day/mirror/").content.decode()).split())

    assert "One product is over half of what I present." in page
    assert f"<b>100.0 %</b> <span>{APP}: 25 of 25 presented</span>" in page
    assert "not presented to 25 of 25 customers" in page
    assert page.count("The sign is there.") == 3
    assert page.count("Nothing to see in these days.") == 1  # effort, with one main product
    assert page.count('class="cb-mirror__question"') == 5
    assert (
        '<td class="cb-num">25</td><td class="cb-num">1.0</td><td class="cb-num">4 s</td>' in page
    )
    assert 'href="/day/mirror/" data-key="m"' in client.get("/day/").content.decode()


def test_page_without_customers_shows_nothing_and_pay_no_figure(sign_in) -> None:
    page = sign_in("seller").get("/day/mirror/").content.decode()

    assert page.count("Nothing to see in these days.") == 4  # pay says why it has no figure
    assert "data-mirror=" not in page
    assert "My effort by main product" not in page
    assert "No figure: this program knows nobody’s pay" in page


def test_queries_do_not_grow_with_customers(talks, person, queries) -> None:
    user = person("seller")
    counts = []
    for number in (1, 24):
        talks(number, "DIG-APP CRD-DEB")
        mirror_page(user, at=NOW)  # the edition is read once per process
        with queries() as asked:
            mirror_page(user, at=NOW)
        counts.append(len(asked))

    assert counts == [2, 2]
