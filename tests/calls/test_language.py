"""A call is worded in the customer's language, or in that of whoever calls."""

import pytest
from django.conf import settings
from django.utils import formats, timezone, translation

from crossbank.calls import script
from crossbank.calls.models import Task
from crossbank.org.models import User
from tests.calls.test_pages import new_call, text_of

pytestmark = pytest.mark.django_db
SAY = {"say": "With the app you see it.", "say_in": {"ru": "В приложении видно всё."}}


@pytest.fixture
def call(promised, person):
    """A call of today to a customer who speaks some language."""

    def make(language: str = "", **fields) -> Task:
        at = timezone.now()
        day = person("seller").branch.local_day(at)
        return promised(at=at, day=day, language=language, **SAY, **fields)

    return make


def said_on(task: Task, language: str) -> str:
    with translation.override(language):
        return formats.date_format(task.created_at.astimezone(task.branch.zone), "DATE_FORMAT")


@pytest.mark.parametrize(
    ("customer", "reader", "chosen", "language"),
    [
        ("", "", "", "en"),
        ("", "ru", "", "ru"),
        ("ru", "", "", "ru"),
        ("ru", "el", "", "ru"),
        ("ru", "", "?language=en", "en"),
        ("", "", "?language=ru", "ru"),
        ("ru", "", "?language=xx", "ru"),
        ("ru", "", "?language=el&print=1", "el"),
    ],
)
def test_lines_are_in_one_language_dates_and_facts_too(
    sign_in, call, customer, reader, chosen, language
) -> None:
    task = call(customer)
    User.objects.filter(username="seller").update(language=reader)

    page = sign_in("seller").get(f"/calls/{task.pk}/{chosen}")

    lines = page.context["lines"]
    assert page.context["language"] == language
    assert f'<ol lang="{language}">' in text_of(page)
    assert said_on(task, language) in lines[0]
    assert SAY["say_in"].get(language, SAY["say"]) in lines[3]


def test_catalogue_of_that_language_words_the_lines(call, person, monkeypatch) -> None:
    """Stands in for translations: each sentence names the language that was asked for."""
    monkeypatch.setattr(script, "_", lambda words: f"{translation.get_language()}: {words}")

    lines = script.lines(call(), reader=person("seller"), language="th")

    assert [line[:4] for line in lines[:3]] == ["th: "] * 3
    assert translation.get_language() == "en"


def test_links_name_the_languages_and_mark_the_one_in_use(sign_in, call) -> None:
    page = sign_in("seller").get(f"/calls/{call('ru').pk}/")

    words = text_of(page)
    assert words.count("?language=") == 5
    assert (
        f'href="/calls/{Task.objects.get().pk}/?language=ru" aria-current="true">Russian' in words
    )
    assert "?print=1&amp;language=ru" in words


@pytest.mark.parametrize("language", ["", "zh-hans"])
def test_new_call_takes_the_language(sign_in, person, language) -> None:
    day = person("seller").branch.local_day(timezone.now())

    sign_in("seller").post("/calls/new/", new_call(day, language=language))

    assert Task.objects.get().language == language


def test_language_that_the_bank_does_not_speak_is_refused(sign_in, person) -> None:
    day = person("seller").branch.local_day(timezone.now())

    reply = sign_in("seller").post("/calls/new/", new_call(day, language="xx"))

    assert (reply.status_code, Task.objects.count()) == (422, 0)


def test_number_that_is_shown_is_not_printed(sign_in, call) -> None:
    task = call(contact="0151 77")

    page = text_of(sign_in("seller").post(f"/calls/{task.pk}/number/"))

    assert '<strong class="cb-call-number d-print-none">0151 77</strong>' in page


# --- a yes leads to the desk -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "address"),
    [
        ({"code": "SAV-TRM"}, "/desk/SAV-TRM/"),
        ({"code": "CRD-DEB", "main_code": "ACC-BAS"}, "/desk/CRD-DEB/"),  # a main of its own
        ({"code": "DIG-APP", "main_code": "ACC-BAS"}, "/desk/ACC-BAS/?asked-DIG-APP=1"),
        ({"code": "DIG-APP", "main_code": "NO-SUCH"}, "/desk/"),
        ({"code": "DIG-APP"}, "/desk/"),
        ({"product": None}, "/desk/"),
    ],
)
def test_yes_offers_the_way_to_the_desk(sign_in, call, fields, address) -> None:
    client, task = sign_in("seller"), call(**fields)

    client.post(f"/calls/{task.pk}/outcome/", {"outcome": "reached_yes"})

    page = text_of(client.get("/calls/"))
    assert f'Noted: Reached: goes on. <a href="{address}">Open the desk with {task.about}' in page
    assert client.get(address).status_code == 200


def test_name_of_a_product_is_text_in_that_link(sign_in, call) -> None:
    client, task = sign_in("seller"), call(product_name="<b>Card</b>")

    client.post(f"/calls/{task.pk}/outcome/", {"outcome": "reached_yes"})

    assert "Open the desk with &lt;b&gt;Card&lt;/b&gt;</a>" in text_of(client.get("/calls/"))


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES if code != "en"])
@pytest.mark.parametrize("kind", Task.Kind.values)
def test_every_line_is_said_in_each_language(promised, person, kind, language):
    """A stale or missing catalogue shows here, and so does a lost name, day or price."""
    task = promised(kind=kind)
    seller = person("seller")

    english = script.lines(task, reader=seller, language="en")
    said = script.lines(task, reader=seller, language=language)

    assert len(said) == 5
    assert not set(said) & set(english)
    assert seller.display_name in said[0]
    assert task.about in said[0]
    assert task.product.price_text in said[3]
    assert "%(" not in " ".join(said)
