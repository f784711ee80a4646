"""Sold and kept in numbers: one query, and the same as counting one by one."""

from collections import Counter
from datetime import date, timedelta
from random import Random

import pytest
from django.test import Client
from django.utils import timezone

from crossbank.desk.models import ConsultationItem
from crossbank.engine import keeping
from crossbank.org import switches
from crossbank.org.models import Switch, User
from crossbank.review import rollup, words
from crossbank.review import scope as scopes
from crossbank.review.keeping import kept_table
from crossbank.review.numbers import Kept
from crossbank.web.templatetags.house import DASH, share
from tests.review import world
from tests.review.conftest import figures_on, sheets_of
from tests.review.world import put

pytestmark = pytest.mark.django_db
FIRST = date(2026, 3, 2)
CROSSES = ("CRD", "APP", "SAV")
AT = timezone.now()


@pytest.fixture
def sold(people, shelf):
    """Sixty conversations of two branches and ten days, with random answers and outcomes."""
    dice = Random(7)
    for n in range(60):
        employee = people[dice.choice(("anna.zx", "bruno.qv", "chai.wj"))]
        said = {c: dice.choice(("accepted", "accepted", "declined")) for c in CROSSES}
        fields = dice.choice(({}, {}, {}, {"voided_at": AT, "voided_by": employee}))
        day, main = FIRST + timedelta(days=n % 10), dice.choice(("ACC", "LON"))
        world.consultation(
            shelf=shelf, employee=employee, day=day, main=main, answers=said, **fields
        )
    taken = ConsultationItem.objects.filter(
        response="accepted"
    )  # of nothing else is anything known
    for item in taken.select_related("consultation"):
        last = None
        for _n in range(dice.choice((0, 1, 1, 2, 3))):
            mark = dice.choice([one.value for one in keeping.Mark])
            age = dice.choice((0, 3, 89, 90, 91, 120))
            last = put(item, mark, age, by=people["mia"], replaces=last)
    return people


def slowly(who: User, since: date, last: date) -> list[tuple[str, str, str, keeping.State]]:
    """(branch, main, cross, state) of every sale, each looked at by itself."""
    found = []
    codes = [place.code for place in scopes.of(who).places]
    for item in ConsultationItem.objects.select_related("consultation__branch"):
        record = item.consultation
        is_sale = record.is_standing and item.response == "accepted"
        if is_sale and record.branch.code in codes and since <= record.business_date <= last:
            rows = sorted(item.outcomes.all(), key=lambda one: one.pk)
            state = keeping.state(rows[-1].noted if rows else None)
            found.append((record.branch.code, record.main_code, item.product_code, state))
    return found


def added(states) -> Kept:
    n = Counter(states)
    return Kept(
        sold=n.total(),
        kept=n[keeping.State.KEPT],
        withdrawn=n[keeping.State.WITHDRAWN],
        closed_early=n[keeping.State.CLOSED_EARLY],
    )


@pytest.mark.parametrize("who", ["mia", "olga", "rita"])
@pytest.mark.parametrize("days", [(0, 9), (3, 5), (20, 30)])
def test_figures_are_what_counting_one_by_one_gives(sold, who, days):
    since, last = (FIRST + timedelta(days=n) for n in days)
    asked = scopes.narrow(scopes.of(sold[who]), since=since, last=last)
    rows = slowly(sold[who], since, last)

    table = kept_table(asked)

    assert table.total == added(state for *_, state in rows)
    for part, key in (("by_branch", 0), ("by_product", 2)):
        wanted = {row[key]: added(r[-1] for r in rows if r[key] == row[key]) for row in rows}
        assert {row.key.code: row.kept for row in getattr(table, part)} == wanted
    pairs = {row[1:3]: added(r[-1] for r in rows if r[1:3] == row[1:3]) for row in rows}
    assert {(row.key.code, row.cross.code): row.kept for row in table.by_pair} == pairs
    assert days != (0, 9) or table.total.sold > 30


def test_all_figures_take_one_query(sold, queries):
    asked = scopes.narrow(scopes.of(sold["olga"]), since=FIRST, last=FIRST + timedelta(days=9))

    with queries() as seen:
        kept_table(asked)
    assert len(seen) == 1


def test_shares_are_told_from_twenty_on():
    few = Kept(sold=19, kept=19)
    known = Kept(sold=40, kept=15, withdrawn=2, closed_early=2)
    enough = Kept(sold=40, kept=15, withdrawn=3, closed_early=2)

    assert (few.known_share, few.kept_rate) == (None, None)
    assert (known.known_share, known.kept_rate) == (19 / 40, None)
    assert (enough.known_share, enough.kept_rate) == (0.5, 0.75)
    assert enough.not_known == 20


def test_page_says_the_figures_of_the_days_of_sale(sold):
    client = Client()
    client.force_login(sold["olga"])
    last = FIRST + timedelta(days=9)
    asked = scopes.narrow(scopes.of(sold["olga"]), since=FIRST, last=last)
    table = kept_table(asked)

    page = client.get(f"/kept/report/?from={FIRST}&until={last}")

    said = figures_on(page)
    total = table.total
    assert {
        name: said[name] for name in ("sold", "known", "kept", "withdrawn", "closed_early")
    } == {
        "sold": str(total.sold),
        "known": str(total.known),
        "kept": str(total.kept),
        "withdrawn": str(total.withdrawn),
        "closed_early": str(total.closed_early),
    }
    for row in table.by_branch:
        assert said[f"branch:{row.key.code}:sold"] == str(row.kept.sold)
    for row in table.by_pair:
        assert said[f"pair:{row.key.code}:{row.cross.code}:kept"] == str(row.kept.kept)
    assert "younger than" not in page.content.decode()


def test_young_sales_are_called_young(sold):
    client = Client()
    client.force_login(sold["mia"])
    today = timezone.localdate()
    item = ConsultationItem.objects.filter(
        response="accepted", consultation__branch=sold["mia"].branch, consultation__voided_at=None
    ).first()
    type(item.consultation).objects.filter(pk=item.consultation_id).update(
        business_date=today - timedelta(days=3)
    )

    page = client.get(f"/kept/report/?from={today - timedelta(days=5)}&until={today}")

    taken = item.consultation.items.filter(response="accepted").count()
    assert figures_on(page)["sold"] == str(taken)
    assert "younger than 90 days" in page.content.decode()


def test_default_period_is_one_whose_check_days_have_come(people):
    client = Client()
    client.force_login(people["mia"])

    asked = client.get("/kept/report/").context["form"].asked

    last = timezone.localdate() - timedelta(days=90)
    assert (asked.since, asked.last) == (last - timedelta(days=90), last)


def test_another_branch_does_not_exist(sold):
    client = Client()
    client.force_login(sold["mia"])

    assert client.get("/kept/report/?branch=B02").status_code == 404
    assert "River" not in client.get("/kept/report/").content.decode()


@pytest.mark.parametrize("page", ["/kept/report/", "/review/uses/"])
def test_nobodys_own_figures_have_an_address(sold, page):
    client = Client()
    client.force_login(sold["olga"])
    last = FIRST + timedelta(days=9)

    found = client.get(f"{page}?from={FIRST}&until={last}&staff=anna.zx")

    form = found.context["form"]
    assert (found.status_code, "staff" in form.fields, form.asked.staff) == (200, False, None)


# --- beside the first numbers ------------------------------------------------------------------

CHECKED = f"from={FIRST + timedelta(days=95)}&until={FIRST + timedelta(days=99)}"


@pytest.fixture
def told(sold, shelf, monkeypatch):
    """Somebody came in the period itself, or there would be no first numbers."""
    monkeypatch.setattr("crossbank.review.numbers.LEAST", 1)
    later = FIRST + timedelta(days=97)
    world.consultation(shelf=shelf, employee=sold["anna.zx"], day=later, main="LON")
    return sold


def first_numbers(who: User, query: str = CHECKED) -> dict[str, str]:
    client = Client()
    client.force_login(who)
    return figures_on(client.get(f"/review/?{query}"))


@pytest.mark.parametrize("who", ["mia", "olga"])
@pytest.mark.parametrize("narrowed", ["", "&main=LON"])
@pytest.mark.parametrize("are_rolled_up", [False, True])
def test_first_page_tells_of_sales_whose_check_day_has_come(told, who, narrowed, are_rolled_up):
    """Sold on days 5 to 9; before: on days 0 to 4."""
    if are_rolled_up:
        rollup.catch_up(at=AT)
    page = first_numbers(told[who], CHECKED + narrowed)

    for name, (since, last) in (("", (5, 9)), ("before:", (0, 4))):
        asked = scopes.narrow(
            scopes.of(told[who]),
            since=FIRST + timedelta(days=since),
            last=FIRST + timedelta(days=last),
            main="LON" if narrowed else "",
        )
        total = kept_table(asked).total
        assert (total.known, total.kept) > (0, 0)
        assert page[f"{name}known"] == share(total.known / total.sold)
        assert page[f"{name}kept_rate"] == share(total.kept / total.known)


@pytest.mark.parametrize(("of", "name"), [("known", "known"), ("kept", "kept")])
def test_rows_are_those_sales(told, ask, of, name):
    asked = scopes.narrow(
        scopes.of(told["mia"]),
        since=FIRST + timedelta(days=5),
        last=FIRST + timedelta(days=9),
    )

    page = ask("mia", f"{CHECKED}&of={of}", page="rows/")

    n = getattr(kept_table(asked).total, name)
    assert figures_on(page)["rows"] == str(n)
    assert page.content.decode().count("<tr>") == n + 1
    assert words.period(asked.since, asked.last) in page.content.decode()


def test_rows_of_sales_name_nobody(told, ask):
    """Counted, they would be everybody's own figure."""
    page = ask("mia", f"{CHECKED}&of=kept", page="rows/").content.decode()

    assert figures_on(ask("mia", f"{CHECKED}&of=kept", page="rows/"))["rows"] > "0"
    assert [name for name in ("Zxavia", "Qvist", "anna.zx") if name in page] == []
    assert "Zxavia" in ask("mia", f"{CHECKED}&of=total", page="rows/").content.decode()


def test_where_nobody_came_what_became_of_sales_is_told(told, ask):
    query = f"from={FIRST + timedelta(days=90)}&until={FIRST + timedelta(days=94)}"
    page = ask("mia", query)

    said = figures_on(page)
    assert "total" not in said
    assert said["known"] not in ("", DASH)
    assert "Nothing was recorded here" in page.content.decode()


def test_of_one_colleague_nothing_is_told(told, ask):
    assert "kept_rate" in first_numbers(told["mia"])
    assert "kept_rate" not in first_numbers(told["mia"], f"{CHECKED}&staff=anna.zx")
    assert ask("mia", f"{CHECKED}&of=kept&staff=anna.zx", page="rows/").status_code == 404
    book = sheets_of(ask("mia", f"{CHECKED}&staff=anna.zx&export=xlsx&sheets=kept").content)
    assert len(book["Sold and kept"]) == 1


def test_what_is_off_is_nowhere(told, ask):
    Switch.objects.create(key=switches.KEPT, is_on=False, changed_at=AT)

    page = ask("mia", CHECKED)
    assert "kept_rate" not in figures_on(page)
    assert "check day" not in page.content.decode()
    assert ask("mia", f"{CHECKED}&of=kept", page="rows/").status_code == 404
    assert ask("mia", f"{CHECKED}&export=xlsx&sheets=kept").status_code == 404
    told_of = str(sheets_of(ask("mia", f"{CHECKED}&export=xlsx").content))
    assert "90 days" not in told_of


def test_ledger_says_of_each_sale_what_became_of_it(told, ask):
    wanted = sorted(
        (branch, main, cross, state.value)
        for branch, main, cross, state in slowly(
            told["mia"], FIRST + timedelta(days=5), FIRST + timedelta(days=9)
        )
    )

    book = sheets_of(ask("mia", f"{CHECKED}&export=xlsx&sheets=kept").content)

    head, *rows = book["Sold and kept"]
    place = {name: head.index(name) for name in head}
    columns = ("Branch", "Main", "Product", "What became of it")
    assert sorted(tuple(row[place[name]] for name in columns) for row in rows) == wanted
    for row in rows:
        assert row[place["Check day"]] - row[place["Sold on"]] == timedelta(days=90)
        assert bool(row[place["As of"]]) != (row[place["What became of it"]] == "not_known")
    assert "anna" not in str(rows)
    assert {"ACC", "CRD", "SAV"} <= {row[0] for row in book["About"]}


def test_a_ledger_that_is_too_long_is_refused_kindly(told, ask, monkeypatch):
    monkeypatch.setattr("crossbank.review.views.ROW_LIMIT", 3)
    monkeypatch.setattr("crossbank.review.figures.ROW_LIMIT", 3)

    book = sheets_of(ask("mia", f"{CHECKED}&export=xlsx&sheets=days").content)
    assert len(book["Days"]) == 2  # what was not asked for stops nothing else
    answer = ask("mia", f"{CHECKED}&export=xlsx&sheets=kept")
    assert answer.status_code == 422
    assert "it holds 3. Untick “Sold and kept”" in answer.content.decode()
    assert "one sheet per month" not in answer.content.decode()
