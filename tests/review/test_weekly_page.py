"""Where one asks for the weekly workbook, and what is said there of the mails that went out."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail
from django.db.models.signals import post_init
from django.test import Client
from django.utils import timezone

from crossbank.org.models import User
from crossbank.review.models import SavedView, WeeklyMail
from tests.review.test_weekly_mail import run, run_badly, wants
from tests.review.world import MONDAY

State = WeeklyMail.State


@pytest.fixture(autouse=True)
def _monday(monkeypatch, settings) -> None:
    """It is Monday after the week of the twelve records, and the server sends mail."""
    moment = datetime(2026, 3, 9, 7, tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: moment)
    settings.SENDS_MAIL = True


@pytest.fixture
def mia(twelve, settings):
    wants(twelve["mia"], is_weekly=False)
    client = Client()
    client.force_login(twelve["mia"])

    def turn(**fields):
        view = SavedView.objects.get(by=twelve["mia"])
        response = client.post(f"/review/views/{view.pk}/", {"name": "Mine", **fields})
        return response, SavedView.objects.get(pk=view.pk).is_weekly

    return turn


@pytest.fixture
def views_page(mia, twelve):
    """The page on which she turns it on."""

    def read() -> str:
        client = Client()
        client.force_login(twelve["mia"])
        return client.get("/review/views/").content.decode()

    return read


def test_one_turns_it_on_and_off_for_oneself(mia, views_page):
    assert "to mia@bank.example. Only you can turn it on or off." in views_page()
    assert mia(is_weekly="on", email="other@x.example")[1] is True
    assert User.objects.get(username="mia").email == "mia@bank.example"
    assert mia()[1] is False


@pytest.mark.parametrize(
    ("email", "sends", "words"),
    [
        ("", True, "an administrator enters it under People."),
        ("mia@bank.example", False, "This server sends no mail yet"),
    ],
)
def test_where_nothing_can_be_sent_the_page_says_who_helps(
    mia, views_page, settings, email, sends, words
):
    User.objects.filter(username="mia").update(email=email)
    settings.SENDS_MAIL = sends

    assert words in views_page()
    assert mia(is_weekly="on")[1] is False
    SavedView.objects.update(is_weekly=True)
    assert mia()[1] is False  # off is always possible


@pytest.mark.parametrize(
    ("state", "tries", "words"),
    [
        (State.SENT, 1, "The newest mail: 2 March 2026 – 8 March 2026."),
        (State.FAILED, 1, "could not be sent; it is tried again."),
        (State.FAILED, 5, "8 March 2026 could not be sent."),
        (State.UNCLEAR, 1, "is not known; it is not sent twice."),
    ],
)
def test_the_page_says_how_the_newest_mail_went(views_page, state, tries, words):
    view = SavedView.objects.get()
    SavedView.objects.update(is_weekly=True)
    for week, fields in ((MONDAY, {"state": state, "tries": tries}), (date(2026, 2, 2), {})):
        WeeklyMail.objects.create(view=view, week=week, tried_at=timezone.now(), **fields)

    assert words in views_page()


@pytest.mark.parametrize(
    ("view", "person", "sends"),
    [
        ({"is_weekly": True}, {}, True),
        ({"is_weekly": False}, {}, True),
        ({"is_weekly": True}, {"email": ""}, True),
        ({"is_weekly": True}, {}, False),
        ({"is_weekly": True, "filter": "branch=B02"}, {}, True),
    ],
)
def test_it_is_tried_again_where_the_next_run_does(views_page, settings, view, person, sends):
    """`run` is the judge: whoever reads that it is tried again gets it."""
    WeeklyMail.objects.create(
        view=SavedView.objects.get(), week=MONDAY, tried_at=timezone.now(), state=State.FAILED
    )
    SavedView.objects.update(**view)
    User.objects.filter(username="mia").update(**person)
    settings.SENDS_MAIL = sends

    words = views_page()

    run() if sends else run_badly()
    assert "could not be sent" in words
    assert ("it is tried again" in words) is bool(mail.outbox)


def test_of_many_mails_the_page_reads_the_newest_of_each_view(views_page, queries):
    view = SavedView.objects.get()
    other = SavedView.objects.create(by=view.by, name="Other", period="days28")
    for n in range(20):
        for one, age in ((view, n), (other, n + 1)):
            WeeklyMail.objects.create(
                view=one, week=MONDAY - timedelta(weeks=age), tried_at=timezone.now(), state="sent"
            )
    read = []

    def count(instance: WeeklyMail, **_told: object) -> None:
        read.append(instance.week)

    post_init.connect(count, sender=WeeklyMail)
    try:
        with queries() as seen:
            words = views_page()
    finally:
        post_init.disconnect(count, sender=WeeklyMail)

    assert sum("review_weeklymail" in query["sql"] for query in seen.captured_queries) == 1
    assert sorted(read) == [MONDAY - timedelta(weeks=1), MONDAY]
    assert words.count("The newest mail: ") == 2


def test_only_an_administrator_enters_an_address(person, sign_in):
    seller = person("seller")
    page = sign_in("admin").get(f"/admin/org/user/{seller.pk}/change/").content.decode()

    assert 'name="email"' in page
    assert 'name="email"' not in sign_in("manager").get("/accounts/preferences/").content.decode()
