"""Own and partner products: the month's statement on the page, on paper and as a workbook."""

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client

from crossbank.catalog.models import Partner, Product
from crossbank.conduct.models import AuditEntry
from crossbank.desk.models import Consultation, ConsultationItem, Redemption
from crossbank.offers.models import Offer
from crossbank.org import switches
from crossbank.review import excel, partner_views
from crossbank.review import scope as scopes
from crossbank.review.figures import figures
from crossbank.review.partner_forms import PartnerFilter
from crossbank.review.partners import statement
from crossbank.review.results import Answers
from crossbank.web.templatetags.house import share
from tests.review import world
from tests.review.conftest import figures_on, sheets_of, table_of
from tests.review.test_pages import SECRETS, whole_text
from tests.review.world import MONDAY, TUESDAY

AT = datetime(2026, 3, 4, 8, tzinfo=UTC)
PARTNERS = {"INS": "COVER", "TRV": "COVER", "APP": "APPCO"}
BENEFIT = {"code": "FUEL", "name": "Cheap fuel", "partner": "PUMP", "partner_name": "+Pump"}


@pytest.fixture
def month(people):
    """The twelve records of March under an edition whose APP, INS and TRV are partners'."""
    products = world.products()
    shelf = world.Shelf(
        products=products,
        edition=world.edition(author=people["olga"], partners=PARTNERS),
        ratings={(main, cross): rating.value for main, cross, rating in world.PAIRS},
    )
    world.twelve_records(
        shelf, anna=people["anna.zx"], bruno=people["bruno.qv"], chai=people["chai.wj"]
    )
    for code in ("COVER", "APPCO", "PUMP"):
        Partner.objects.create(code=code, name=f"{code} Ltd")
    # standing and not: what was voided or replaced gave nothing
    Consultation.objects.filter(main_code="LON").update(comes_with=[BENEFIT])
    Consultation.objects.filter(bucket="no_main").update(comes_with=[])
    Consultation.objects.exclude(voided_at=None).update(comes_with=[BENEFIT])
    _withdraw(products["TRV"], people)
    return people


def _withdraw(product, people) -> None:
    """The travel cover of the correction was taken with an offer and given back."""
    offer = Offer.objects.create(
        code="OFF",
        name="Offer",
        cross=product,
        kind="one_time",
        benefit_type="text",
        benefit_text="x",
        window="consultation",
        priority=1,
    )
    items = ConsultationItem.objects.filter(product=product)
    items.update(offer=offer, offer_terms={})
    for item in items:
        Redemption.objects.create(
            consultation=item.consultation,
            item=item,
            product=product,
            offer=offer,
            terms={},
            at=AT,
            reversed_at=AT,
            reversed_by=people["bruno.qv"],
        )


@pytest.fixture
def look(people):
    def answer(username: str, query: str = "month=2026-03"):
        client = Client()
        client.force_login(people[username])
        return client.get(f"/review/partners/?{query}")

    return answer


def added_up(**asked: str):
    scope = scopes.whole_bank()
    places = scopes.narrow(scope, since=date(2026, 3, 1), last=date(2026, 3, 31), **asked)
    return statement(places, partner=None, with_offers=True, made_by="Test", made_at=AT)


def test_a_month_adds_up_by_partner_and_product(month):
    found = added_up()

    rows = {
        (row.partner.code, row.product.code): row.answers
        for part in found.parts
        for row in part.rows
    }
    assert rows == {
        ("APPCO", "APP"): Answers(accepted=2, declined=2, follow_up=1),
        ("COVER", "INS"): Answers(interested=1, declined=1),
        ("COVER", "TRV"): Answers(accepted=1, with_offer=1, withdrawn=1),
    }
    assert found.own == Answers(accepted=3, declined=1)
    assert found.partners == Answers(
        accepted=3, declined=3, interested=1, follow_up=1, with_offer=1, withdrawn=1
    )
    assert [
        (row.partner.code, row.benefit.code, row.main.code, row.times) for row in given(found)
    ] == [("PUMP", "FUEL", "LON", 2)]


def given(found):
    return [row for part in found.parts for row in part.given]


def test_own_and_partners_are_the_review_s_sum(month):
    found = added_up()
    asked = scopes.narrow(scopes.whole_bank(), since=date(2026, 3, 1), last=date(2026, 3, 31))

    review = figures(asked, made_by="Test", made_at=AT)

    both = found.own + found.partners
    assert (both.presented, both.accepted) == (review.totals.presented, review.totals.taken)
    assert [(row.partner, row.product, row.answers.presented) for row in review.partners] == [
        (row.partner, row.product, row.answers.presented)
        for part in found.parts
        for row in part.rows
    ]


def test_a_benefit_changes_no_other_figure(month):
    before = figures(
        scopes.narrow(scopes.whole_bank(), since=MONDAY, last=TUESDAY), made_by="", made_at=AT
    )
    Consultation.objects.update(comes_with=[])

    after = figures(
        scopes.narrow(scopes.whole_bank(), since=MONDAY, last=TUESDAY), made_by="", made_at=AT
    )

    assert after == before
    assert given(added_up()) == []


@pytest.mark.parametrize(
    ("username", "query", "app", "times"),
    [
        ("mia", "month=2026-03", "3", "1"),
        ("rita", "month=2026-03", "3", "1"),
        ("olga", "month=2026-03", "5", "2"),
        ("carl", "month=2026-03", "5", "2"),
        ("carl", "month=2026-03&branch=B02", "2", "1"),
        ("olga", "month=2026-03&region=R-EAST", "2", "1"),
    ],
)
def test_everybody_sees_his_own_part(month, look, username, query, app, times):
    page = figures_on(look(username, query))

    assert (page["APP:presented"], page["given:FUEL:LON"]) == (app, times)


@pytest.mark.parametrize(
    ("username", "query"),
    [
        ("mia", "branch=B02"),
        ("mia", "region=R-EAST"),
        ("rita", "branch=B02"),
        ("olga", "branch=B99"),
        ("mia", "partner=NOBODY"),
        ("mia", "partner=NOBODY&month=nonsense"),
        ("mia", "month=2026-03&export=pdf"),
    ],
)
def test_what_is_out_of_scope_is_not_there(month, look, username, query):
    assert look(username, query).status_code == 404


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("month=2026-13", "is not a month"),
        ("month=March", "is not a month"),
        ("month=1999-01", "is not a month"),
        ("month=2099-01", "This month has not begun."),
        ("month=2099-01&export=xlsx", "This month has not begun."),
    ],
)
def test_a_month_that_cannot_be_is_said(month, look, query, words):
    response = look("mia", query)

    assert response.status_code == 422
    assert words in response.content.decode()
    assert AuditEntry.objects.count() == 0


@pytest.mark.parametrize(
    ("today", "since", "until"),
    [
        (date(2026, 3, 1), date(2026, 2, 1), date(2026, 3, 1)),
        (date(2026, 1, 31), date(2025, 12, 1), date(2026, 1, 1)),
        (date(2028, 3, 31), date(2028, 2, 1), date(2028, 3, 1)),
    ],
)
def test_without_a_month_the_last_whole_one_is_shown(db, today, since, until):
    form = PartnerFilter(QueryDict(), scope=scopes.whole_bank(), today=today)

    assert form.is_valid()
    assert (form.cleaned_data["asked"].since, form.cleaned_data["asked"].until) == (since, until)


def test_one_partner_gets_his_own_lines(month, look):
    page = look("olga", "month=2026-03&partner=COVER")

    found = figures_on(page)
    assert found["COVER:presented"] == "3"
    assert (found["INS:presented"], found["INS:withdrawn"], found["TRV:withdrawn"]) == (
        "2",
        "–",
        "1",
    )
    assert [name for name in found if name.startswith(("APP:", "given:"))] == []
    # the bank's own figures stand on the screen, and are not printed
    assert re.search(r'd-print-none" aria-labelledby="totals-title"', page.content.decode())
    assert found["own:presented"] == "4"


def test_a_month_without_partners_says_so(month, look):
    page = look("mia", "month=2026-02")

    assert (
        "Nothing of a partner was presented or given here in this month." in page.content.decode()
    )
    assert figures_on(page)["all:presented"] == "0"
    assert figures_on(page)["all:acceptance"] == "–"


def test_it_names_no_colleague(month, look):
    for query in ("month=2026-03", "month=2026-03&branch=B01"):
        page = look("mia", query)
        book = look("mia", f"{query}&export=xlsx")
        text = page.content.decode() + whole_text(book.content)
        assert [secret for secret in SECRETS if secret in text] == []


@pytest.fixture
def as_main(month) -> None:
    """COVER sells LON too: twice taken; left without, ticked on paper and voided do not count."""
    shelf = world.Shelf(
        products={product.code: product for product in Product.objects.all()},
        edition=world.edition(author=month["olga"], number=2, partners={"LON": "COVER"}),
        ratings={},
    )
    anna = {"shelf": shelf, "employee": month["anna.zx"], "day": TUESDAY, "main": "LON"}
    world.consultation(**anna)
    world.consultation(**anna, no_main=True)
    world.consultation(**anna, source="paper")
    world.consultation(**anna, voided_at=AT, voided_by=month["anna.zx"])
    world.consultation(**{**anna, "employee": month["chai.wj"]})


def test_what_was_taken_as_main_stands_on_the_statement(as_main, look):
    found = figures_on(look("olga"))
    own_branch = figures_on(look("mia"))
    before = added_up()

    assert (found["main:LON"], own_branch["main:LON"]) == ("2", "1")
    assert [name for name in found if name.startswith("main:")] == ["main:LON"]
    assert before.partners.presented == 8  # as without it: it was not presented


def test_with_offers_off_no_column_and_no_query_knows_them(month, look, queries):
    switches.turn(key=switches.OFFERS, on=False, at=AT, by="admin")

    with queries() as seen:
        page, book = look("olga"), look("olga", "month=2026-03&export=xlsx")

    text = page.content.decode()
    words = text + whole_text(book.content)
    assert [one for one in ("With an offer", "Withdrawn in time") if one in words] == []
    assert [name for name in figures_on(page) if name.endswith((":with_offer", ":withdrawn"))] == []
    assert list(table_of(sheets_of(book.content)["Statement"])[0])[-1] == "Acceptance"
    assert [q["sql"] for q in seen.captured_queries if "desk_redemption" in q["sql"]] == []


@pytest.mark.parametrize("query", ["", "&partner=COVER", "&partner=PUMP", "&branch=B02"])
def test_workbook_read_back_equals_the_page(as_main, look, query):
    page = figures_on(look("olga", f"month=2026-03{query}"))
    book = sheets_of(look("olga", f"month=2026-03{query}&export=xlsx").content)

    written = {}
    for row in table_of(book["Statement"]):
        written |= {f"{row['Product']}:{key}": _text(key, row[name]) for key, name in _KEYS.items()}
    for row in table_of(book["Came with it"]):
        written[f"given:{row['Benefit']}:{row['Main']}"] = _text("", row["Times"])
    for row in table_of(book["Taken as main"]):
        written[f"main:{row['Main']}"] = _text("", row["Times"])
    totals = table_of(book["Own and partners"]) if "Own and partners" in book else []
    for key, row in zip(("own", "partners", "all"), totals, strict=False):
        written |= {
            f"{key}:{name}": _text(name, row[label]) for name, label in list(_KEYS.items())[:6]
        }
    alone = {name for name in page if name.startswith(("own:", "partners:", "all:"))}
    sums = {name for name in page if name.startswith(tuple(f"{p}:" for p in PARTNERS.values()))}
    left_out = sums | (alone if "partner=" in query else set())
    assert written == {name: text for name, text in page.items() if name not in left_out}
    assert ("Own and partners" in book) == ("partner=" not in query)


_KEYS = {
    "presented": "Presented", "accepted": "Accepted", "declined": "Declined",
    "interested": "Interested", "follow_up": "Follow up", "acceptance": "Acceptance",
    "with_offer": "With an offer", "withdrawn": "Withdrawn in time",
}  # fmt: skip


def _text(key: str, value: Any) -> str:
    if value == "":
        return "–"
    return share(value) if key == "acceptance" else f"{value:.0f}"


def test_text_stays_text(month, look):
    book = look("olga", "month=2026-03&export=xlsx").content

    rows = sheets_of(book)
    assert rows["Came with it"][1][0] == "PUMP"
    assert "=COVER Ltd" in whole_text(book)  # shown beside the code, never a formula


def test_an_export_leaves_one_line_in_the_trail(month, look):
    response = look("mia", "month=2026-03&partner=COVER&export=xlsx")

    name = "crossbank_partners_B01_COVER_2026-03.xlsx"
    assert response.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.action, entry.subject) == ("mia", "export", name)
    assert entry.detail == {"filter": "month=2026-03&partner=COVER", "rows": 2}


def test_without_its_line_in_the_trail_no_workbook_leaves(month, look, monkeypatch):
    def fail(**_: Any) -> None:
        raise RuntimeError("the trail is full")

    monkeypatch.setattr(partner_views, "record", fail)

    with pytest.raises(RuntimeError, match="the trail is full"):
        look("mia", "month=2026-03&export=xlsx")


def test_the_page_writes_nothing(month, people):
    client = Client()
    client.force_login(people["mia"])

    def refuse(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        assert sql.lstrip(" (\n").upper().startswith(("SELECT", "BEGIN")), sql
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuse):
        assert client.get("/review/partners/?month=2026-03").status_code == 200


def test_many_lines_take_no_more_queries_than_one(people, look, queries):
    world_shelf = world.Shelf(
        products=world.products(),
        edition=world.edition(author=people["olga"], partners=dict.fromkeys(world.NAMES, "COVER")),
        ratings={},
    )
    anna, chai = people["anna.zx"], people["chai.wj"]

    def talk(cross: str, who=anna) -> None:
        world.consultation(
            shelf=world_shelf,
            employee=who,
            day=MONDAY,
            answers={cross: "accepted"},
            comes_with=[{**BENEFIT, "code": cross}],
        )

    talk("CRD")
    look("olga")
    with queries() as one:
        assert len(given_on(look("olga"))) == 1
    talk("INS")
    talk("TRV", chai)
    with queries() as three:
        assert len(given_on(look("olga"))) == 3

    assert len(one) == len(three)


def given_on(page) -> list[str]:
    return [name for name in figures_on(page) if name.startswith("given:")]


def test_the_manager_s_workbook_has_a_sheet_of_partners(month):
    asked = scopes.narrow(scopes.whole_bank(), since=MONDAY, last=TUESDAY)
    found = figures(asked, made_by="Test", made_at=AT, with_data=True)

    book = sheets_of(excel.workbook(found))

    assert list(book) == [
        "Summary",
        "Tally",
        "Pairings",
        "Missed",
        "Changes",
        "Partners",
        "Data",
        "About",
    ]
    assert book["Partners"] == [
        ["Partner", "Product", "Presented", "Accepted", "Declined", "Interested", "Follow up", "Acceptance"],
        ["APPCO", "APP", 5, 2, 2, 0, 1, 0.4],
        ["COVER", "INS", 2, 0, 1, 1, 0, 0],
        ["COVER", "TRV", 1, 1, 0, 0, 0, 1],
    ]  # fmt: skip


def test_without_partner_products_the_workbook_is_as_ever(twelve):
    asked = scopes.narrow(scopes.whole_bank(), since=MONDAY, last=TUESDAY)

    book = sheets_of(excel.workbook(figures(asked, made_by="", made_at=AT, with_data=True)))

    assert list(book) == ["Summary", "Tally", "Pairings", "Missed", "Changes", "Data", "About"]


def test_a_product_that_changed_hands_stays_with_who_it_was(month, people):
    world.consultation(
        shelf=world.Shelf(
            products={product.code: product for product in Product.objects.all()},
            edition=world.edition(author=people["olga"], number=2, partners={"INS": "APPCO"}),
            ratings={},
        ),
        employee=people["anna.zx"],
        day=TUESDAY,
        answers={"INS": "accepted", "TRV": "declined"},
    )

    found = added_up()

    rows = {
        (row.partner.code, row.product.code): row.answers.presented
        for part in found.parts
        for row in part.rows
    }
    assert rows == {
        ("APPCO", "APP"): 5, ("APPCO", "INS"): 1, ("COVER", "INS"): 2, ("COVER", "TRV"): 1,
    }  # fmt: skip
    assert found.own.presented == 5
