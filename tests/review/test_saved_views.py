"""Views that people keep: their own, at most twelve, one opens first, and what is out of sight."""

import re
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from crossbank.conduct.models import AuditEntry
from crossbank.review import periods, saved
from crossbank.review import scope as scopes
from crossbank.review.models import SavedView
from tests.desk.test_races import at_once
from tests.review import world
from tests.review.world import MONDAY, TUESDAY

PERIOD = f"from={MONDAY}&until={TUESDAY}"


@pytest.fixture
def as_(people):
    def signed_in(username: str) -> Client:
        client = Client()
        client.force_login(people[username])
        return client

    return signed_in


def keep(client: Client, query: str = PERIOD, *, name: str = "Mine", period: str = "fixed"):
    data = {"filter": query, "name": name, "period": period}
    return client.post("/review/views/", data)


def kept(person, **fields) -> SavedView:
    """One of the last 28 days, unless the fields say otherwise."""
    return SavedView.objects.create(
        **{"by": person, "name": "Mine", "period": periods.LAST_28, **fields}
    )


def fixed(person, **fields) -> SavedView:
    return kept(person, period="fixed", first_day=MONDAY, last_day=TUESDAY, **fields)


def names_on(page: str) -> list[str]:
    """The links below the filter."""
    block = re.search(r'<ul class="[^"]*cb-review-views".*?</ul>', page, re.DOTALL)[0]
    found = re.findall(r"<a [^>]*>(.*?)</a>", block, re.DOTALL)
    return [re.sub(r"<svg.*?</svg>|<[^>]*>", "", one, flags=re.DOTALL).strip() for one in found]


def test_everything_in_the_address_is_kept_and_opens_again(twelve, as_, read_page):
    mia = as_("mia")

    response = keep(mia, f"{PERIOD}&staff=anna.zx&main=ACC", name=" Anna,  accounts ")

    view = SavedView.objects.get()
    assert (response.status_code, response["Location"]) == (303, f"/review/?view={view.pk}")
    assert (view.by, view.name) == (twelve["mia"], "Anna, accounts")
    page = mia.get(response["Location"])
    same = mia.get(f"/review/?{PERIOD}&staff=anna.zx&main=ACC")
    assert read_page(page) == read_page(same)
    assert read_page(page)["total"] == "5"
    assert f'view={view.pk}" aria-current="true"' in page.content.decode()
    assert AuditEntry.objects.count() == 0  # a preference


def test_a_view_is_a_workbook_too(twelve, as_, read_book):
    view = fixed(twelve["mia"], filter="staff=anna.zx")

    book = as_("mia").get(f"/review/?view={view.pk}&export=xlsx")

    assert len(read_book(book.content)["Tally"]) == 1 + 2


@pytest.mark.parametrize(
    ("kind", "first", "last"),
    [
        ("days28", date(2026, 2, 5), date(2026, 3, 4)),
        ("days7", date(2026, 2, 26), date(2026, 3, 4)),
        ("week", MONDAY, date(2026, 3, 4)),
        ("month", date(2026, 3, 1), date(2026, 3, 4)),
        ("last_month", date(2026, 2, 1), date(2026, 2, 28)),
        ("fixed", MONDAY, TUESDAY),
    ],
)
def test_a_relative_period_moves_and_a_fixed_one_stays(twelve, as_, kind, first, last):
    keep(as_("mia"), PERIOD, period=kind)

    assert saved.days(SavedView.objects.get(), date(2026, 3, 4)) == (first, last)


@pytest.mark.parametrize(
    ("since", "last", "kind"),
    [
        (date(2026, 2, 9), date(2026, 3, 8), "days28"),
        (date(2026, 3, 2), date(2026, 3, 8), "week"),  # a Sunday: the last seven days as well
        (date(2026, 3, 1), date(2026, 3, 8), "month"),
        (date(2026, 2, 1), date(2026, 2, 28), "last_month"),
        (date(2026, 3, 2), date(2026, 3, 7), ""),
    ],
)
def test_what_a_period_is_taken_for(since, last, kind):
    assert periods.kind_of(since, last, date(2026, 3, 8)) == kind


def test_the_form_begins_with_what_the_period_is(twelve, as_):
    relative = as_("mia").get("/review/views/?branch=B01").content.decode()
    other = as_("mia").get(f"/review/views/?{PERIOD}").content.decode()

    assert '<option value="days28" selected>' in relative
    assert '<option value="fixed" selected>Exactly 2 March 2026 – 3 March 2026<' in other


def test_twelve_a_person(twelve, as_):
    for number in range(SavedView.MOST):
        kept(twelve["mia"], name=f"View {number}")
    kept(twelve["carl"])

    response = keep(as_("mia"))

    assert response.status_code == 422
    assert "You keep 12 views, as many as one keeps." in response.content.decode()
    assert SavedView.objects.own(twelve["mia"]).count() == 12
    assert keep(as_("carl"), name="Another").status_code == 303


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": ""}, "This field is required."),
        ({"name": "x" * 41}, "at most 40 characters"),
        ({"name": "Mine"}, "You keep another view under this name."),
        ({"name": "My\u202eview"}, "cannot be stored (U+202E)"),
        ({"period": "ever"}, "Select a valid choice"),
        ({"query": "from=rubbish"}, "is not a day"),
    ],
)
def test_what_cannot_be_kept_is_said(twelve, as_, fields, words):
    kept(twelve["mia"])

    response = keep(as_("mia"), **{"name": "Other", **fields})

    assert response.status_code == 422
    assert words in response.content.decode()
    assert SavedView.objects.count() == 1


def test_a_name_is_one_line(twelve, as_):
    keep(as_("mia"), name="Mine\r\nBcc: all@bank.example\u2028x")

    assert SavedView.objects.get().name == "Mine Bcc: all@bank.example x"


@pytest.mark.parametrize("query", ["branch=B02", "staff=chai.wj", "main=APP", "region=R-EAST"])
def test_what_one_does_not_see_is_not_kept(twelve, as_, query):
    assert keep(as_("mia"), query).status_code == 404
    assert as_("mia").get(f"/review/views/?{query}").status_code == 404
    assert SavedView.objects.count() == 0


def test_nobody_sees_or_touches_anothers(twelve, as_):
    view = kept(twelve["mia"], name="Of Mia alone", opens_first=True)
    carl = as_("carl")

    answers = [
        carl.get(f"/review/?view={view.pk}").status_code,
        carl.post(f"/review/views/{view.pk}/", {"name": "Carl's"}).status_code,
        carl.post(f"/review/views/{view.pk}/remove/").status_code,
        carl.get("/review/?view=x").status_code,
        carl.get("/review/?view=").status_code,
    ]

    assert answers == [404] * 5
    assert SavedView.objects.get().name == "Of Mia alone"
    assert "Of Mia alone" not in carl.get("/review/").content.decode()
    assert "Of Mia alone" not in carl.get("/review/views/").content.decode()
    assert as_("anna.zx").get("/review/views/").status_code == 403


def test_one_opens_first_and_the_usual_one_is_a_click_away(twelve, as_, read_page):
    mia = as_("mia")
    first, other = fixed(twelve["mia"], filter="main=LON"), fixed(twelve["mia"], name="Whole")
    for view in (first, other, first):  # the last word counts
        mia.post(f"/review/views/{view.pk}/", {"name": view.name, "opens_first": "on"})

    plain = mia.get("/review/")

    assert list(SavedView.objects.filter(opens_first=True)) == [first]
    assert read_page(plain)["total"] == "1"
    text = plain.content.decode()
    assert names_on(text) == [
        "Mine (Opens first)", "Whole", "The usual view", "Keep this view", "Change your views",
    ]  # fmt: skip
    assert 'href="/review/?view=usual"' in text
    usual = mia.get("/review/?view=usual").content.decode()
    assert f'name="from" value="{timezone.localdate() - timedelta(days=27)}"' in usual
    assert read_page(mia.get(f"/review/?{PERIOD}"))["total"] == "7"  # an address means itself
    mia.post(f"/review/views/{first.pk}/", {"name": "Mine"})
    assert f'name="from" value="{timezone.localdate() - timedelta(days=27)}"' in (
        mia.get("/review/").content.decode()
    )


def test_an_empty_view_that_opens_first_leads_out_of_itself(people, as_):
    kept(people["mia"], period="fixed", first_day=MONDAY, last_day=MONDAY, opens_first=True)

    page = as_("mia").get("/review/").content.decode()

    assert 'href="/review/?view=usual">Show the last 28 days' in page


def test_renamed_and_removed(twelve, as_):
    view, other = kept(twelve["mia"]), kept(twelve["mia"], name="Other")
    mia = as_("mia")

    taken = mia.post(f"/review/views/{view.pk}/", {"name": "Other", "opens_first": "on"})
    renamed = mia.post(f"/review/views/{view.pk}/", {"name": "Better"})

    assert (taken.status_code, renamed.status_code) == (422, 303)
    assert "You keep another view under this name." in taken.content.decode()
    view.refresh_from_db()
    assert (view.name, view.opens_first) == ("Better", False)
    assert mia.post(f"/review/views/{view.pk}/remove/").status_code == 303
    assert list(SavedView.objects.all()) == [other]


@pytest.mark.parametrize("query", ["view={pk}", ""])
def test_a_view_of_what_is_out_of_sight_says_so_and_can_go(twelve, as_, harbour, query):
    mia = twelve["mia"]
    view = fixed(mia, name="Harbour", filter="branch=B01&staff=anna.zx", opens_first=True)
    mia.branch = world.branch("B05", region=harbour.region, time_zone="Europe/Berlin")
    mia.save()

    pages = [
        as_("mia").get("/review/?" + query.format(pk=view.pk)),
        as_("mia").get("/review/views/"),
    ]

    assert [page.status_code for page in pages] == [200, 200]
    texts = [page.content.decode() for page in pages]
    assert "Your view “Harbour” names a place, a colleague or a product that you do not" in texts[0]
    assert "It names a place, a colleague or a product that you do not see." in texts[1]
    for text in texts:
        assert f"/review/views/{view.pk}/remove/" in text
        assert [one for one in ("B01", "anna.zx", "Zxavia") if one in text] == []
    assert as_("mia").get(f"/review/?view={view.pk}&export=xlsx").status_code == 404


def test_it_goes_with_the_account(people):
    kept(people["carl"])

    people["carl"].delete()

    assert SavedView.objects.count() == 0


def test_many_views_cost_one_query(twelve, as_, queries):
    client = as_("mia")
    client.get(f"/review/?{PERIOD}")
    with queries() as none:
        client.get(f"/review/?{PERIOD}")
    for number in range(SavedView.MOST):
        kept(twelve["mia"], name=f"View {number}", filter="staff=anna.zx")
    with queries() as twelve_of_them:
        client.get(f"/review/?{PERIOD}")

    assert len(twelve_of_them) == len(none)


@pytest.mark.parametrize(
    "fields",
    [
        {"period": "fixed"},
        {"first_day": MONDAY},
        {"name": "First"},
        {"name": "Second", "opens_first": True},
    ],
)
def test_the_database_keeps_the_rules(people, fields):
    kept(people["mia"], name="First", opens_first=True)

    with pytest.raises(IntegrityError), transaction.atomic():
        kept(people["mia"], **{"name": "Another", **fields})


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_at_once_keep_the_twelfth_once(people):
    mia = people["mia"]
    for number in range(SavedView.MOST - 1):
        kept(mia, name=f"View {number}")
    asked = scopes.narrow(scopes.of(mia), since=MONDAY, last=TUESDAY)
    connection.close()

    done = at_once(
        [
            lambda name=name: saved.keep(name=name, period="week", asked=asked, by=mia)
            for name in ("One", "Two", "Three")
        ]
    )

    assert SavedView.objects.own(mia).count() == SavedView.MOST
    assert sorted(type(one).__name__ for one in done) == ["SavedView", "TooMany", "TooMany"]
