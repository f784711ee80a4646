"""Explain and try: the desk's own cards, every product once, past days as they were."""

from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser

import pytest
from django.utils import timezone

from crossbank.catalog.models import Need, Product
from crossbank.desk.explain import Asked, matrix_of, tell
from crossbank.desk.forms import Row
from crossbank.desk.panels import Counter, panel
from crossbank.desk.pictures import Draft, retired_codes
from crossbank.desk.where import facts_at
from crossbank.engine.offer_choice import OfferBook
from crossbank.matrix import editions
from crossbank.matrix.models import Edition, Pairing, PairingRule
from crossbank.matrix.services import publish_edition
from crossbank.offers import services as offers
from crossbank.offers.models import Offer
from crossbank.org.models import Branch
from tests.released import hold_none, release

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 18, 11, 0, tzinfo=UTC)
KINDS = ("", "new", "existing")


class _Lines(HTMLParser):
    """(code, place, number) and the chain of every line of the page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.places: list[tuple[str, str, int]] = []
        self.chains: dict[str, list[str]] = {}
        self.inside = ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if "data-code" in given:
            code = given["data-code"]
            self.places.append((code, given["data-place"], int(given["data-number"])))
            self.chains[code] = []
        self.inside = tag

    def handle_endtag(self, tag):
        self.inside = ""

    def handle_data(self, data):
        if self.inside == "li" and self.places:
            self.chains[self.places[-1][0]].append(data.strip())


@pytest.fixture
def ask(sign_in):
    """ask(main="ACC-BAS", …) -> the page's lines, as the product owner sees them."""

    def asked(who: str = "owner", **query: str) -> _Lines:
        answer = sign_in(who).get("/explain/", query)
        assert answer.status_code == 200, answer.content.decode()
        return _Lines(answer.content.decode())

    return asked


def counter(branch: Branch, at: datetime) -> Counter:
    loaded = editions.current(at)
    return Counter(
        loaded=loaded,
        offers=OfferBook(offers.all_terms(at).values()),
        retired=retired_codes(loaded.snapshot, branch.local_day(at)),
        facts=facts_at(branch),
        at=at,
        zone=branch.zone,
    )


def test_every_answer_is_the_desks(bank) -> None:
    Offer.objects.filter(code__startswith="OT-").update(customer_status="new")
    release()
    branch = Branch.objects.get(code="B01")
    here = counter(branch, NOW)
    mains = [p.code for p in here.snapshot.products if p.is_main]
    known = offers.all_terms(NOW).values()
    matrix = matrix_of(Asked(main="", branch=branch, at=NOW), now=NOW)
    seen = 0

    for main in mains:
        for need in ("", *here.snapshot.need):
            for kind in KINDS:
                drawn = panel(Draft(main=main, values={"need": need, "customer_kind": kind}), here)
                asked = Asked(main=main, need=need, customer_kind=kind, branch=branch, at=NOW)
                told = tell(asked, matrix, known)

                rows = {
                    key: [r for s in told.sections for r in s.rows if r.place in places]
                    for key, places in {
                        "cards": ("card",),
                        "rest": ("more", "offer_line"),
                        "line": ("offer_line",),
                        "never": ("not_allowed",),
                        "better": ("better",),
                    }.items()
                }
                codes = {key: [row.code for row in found] for key, found in rows.items()}
                by_number = sorted(rows["rest"], key=lambda row: row.number)
                assert codes["cards"] == [card.code for card in drawn.cards]
                assert [row.code for row in told.cards] == codes["cards"]
                assert [row.code for row in by_number] == [card.code for card in drawn.more]
                assert codes["line"] == ([drawn.offer_line.code] if drawn.offer_line else [])
                assert sorted(codes["never"]) == sorted(w.code for w in drawn.not_allowed)
                assert codes["better"] == [better.code for better in drawn.better]
                assert sorted(row.code for s in told.sections for row in s.rows) == sorted(
                    Product.objects.values_list("code", flat=True)
                )
                seen += 1
    assert seen == len(mains) * (1 + Need.objects.filter(is_active=True).count()) * 3


def test_page_shows_the_cards_of_the_desk(bank, ask) -> None:
    branch = Branch.objects.get(code="B02")
    here = counter(branch, timezone.now())

    for main, need, kind in (
        ("ACC-BAS", "EVERYDAY", "new"),
        ("CRD-CLA", "", ""),
        ("HOM-PUR", "", "existing"),
    ):
        drawn = panel(Draft(main=main, values={"need": need, "customer_kind": kind}), here)
        lines = ask(main=main, need=need, kind=kind, branch="B02")

        shown = [code for code, place, _n in lines.places if place == "card"]
        assert shown == [card.code for card in drawn.cards]
        assert len(lines.places) == Product.objects.count()


def test_what_is_taken_and_held_ranks_as_at_the_desk(bank, ask) -> None:
    here = counter(Branch.objects.get(code="B01"), timezone.now())
    before = panel(Draft(main="ACC-SAL"), here)
    taken, held = before.cards[1].code, before.more[0].code
    rows = {held: Row(held="1"), taken: Row(item="accepted")}
    slots = tuple(
        card.code for card in panel(Draft(main="ACC-SAL", rows={held: Row(held="1")}), here).cards
    )
    drawn = panel(Draft(main="ACC-SAL", rows=rows, slots=slots), here)

    lines = ask(main="ACC-SAL", branch="B01", taken=taken.lower(), held=f"{held} , {held}")

    places = {code: place for code, place, _n in lines.places}
    assert [c for c, place, _n in lines.places if place == "card"] == [c.code for c in drawn.cards]
    assert places[held] == "held"
    assert places[taken] == "card"


def test_past_moment_uses_the_edition_and_the_offers_of_then(bank, ask, person) -> None:
    hold_none()
    offer = Offer.objects.create(
        code="SPRING", name="Spring", kind="time_limited", window="fixed", priority=10,
        cross=Product.objects.get(code="DIG-ALR"), benefit_type="text", benefit_text="A gift",
        from_on=date(2026, 3, 1), until_on=date(2026, 3, 11),
    )  # fmt: skip
    offer.mains.set(Product.objects.filter(code="ACC-BAS"))
    release(offer)
    pairing = Pairing.objects.get(main__code="ACC-BAS", cross__code="CRD-DEB")
    pairing.rating, pairing.instead = "not_allowed", "Wait"
    pairing.save()
    then = datetime(2026, 3, 15, tzinfo=UTC)
    publish_edition(effective_from=then, at=then, by=person("owner"), approver=person("owner2"))

    early = ask(main="ACC-BAS", branch="B01", at="2026-03-10T23:59")
    between = ask(main="ACC-BAS", branch="B01", at="2026-03-11T00:00")
    late = ask(main="ACC-BAS", branch="B01", at="2026-03-15T01:00")
    by_number = ask(main="ACC-BAS", branch="B01", at="2026-03-15T01:00", edition="1")

    assert "the offer “Spring” applies: A gift" in early.chains["DIG-ALR"]
    assert "the offer “Spring” does not apply: ended on 10 Mar 2026" in between.chains["DIG-ALR"]
    placed = [
        {c: p for c, p, _n in lines.places}["CRD-DEB"]
        for lines in (early, between, late, by_number)
    ]
    assert placed == ["card", "card", "not_allowed", "card"]


def test_offer_for_other_customers_says_so(bank, ask) -> None:
    offer = Offer.objects.get(code="TL-2")

    chains = {kind: ask(main="ACC-SAL", kind=kind).chains["CRD-CLA"] for kind in KINDS}

    lost = f"the offer “{offer.name}” does not apply: "
    assert [
        [line.removeprefix(lost) for line in chains[kind] if line.startswith(lost)]
        for kind in KINDS
    ] == [["needs a personal approval"], ["existing customers only"], ["needs a personal approval"]]


def test_midnight_is_the_branchs(bank, ask) -> None:
    offer = Offer.objects.get(code="TL-3")  # every year from 1 June
    lines = {
        branch: ask(main="CRD-CLA", branch=branch, at="2026-06-01T00:30").chains["INS-TRV"]
        for branch in ("B01", "B02")
    }
    before = ask(main="CRD-CLA", branch="B02", at="2026-05-31T23:30").chains["INS-TRV"]

    applies = f"the offer “{offer.name}” applies: {offer.benefit_text}"
    assert [applies in chain for chain in (lines["B01"], lines["B02"], before)] == [
        True,
        True,
        False,
    ]


def test_draft_names_the_rules_that_lost(bank, ask) -> None:
    rule = PairingRule.objects.create(code="R-1", rating="good", reason="As a rule", priority=9)
    rule.target_products.set(Product.objects.filter(code__in=["DIG-APP", "INV-BRK"]))
    rule.source_products.set(Product.objects.filter(code="ACC-BAS"))

    draft = ask(main="ACC-BAS", edition="draft")
    published = ask(main="ACC-BAS")

    assert "the rule R-1 does not decide: the pair is written by hand" in draft.chains["DIG-APP"]
    assert draft.chains["INV-BRK"][:2] == ["Good: As a rule", "written by the rule R-1"]
    assert "Not rated" not in str(published.chains["DIG-APP"])
    assert [c for c, p, _n in published.places if p == "not_rated" and c == "INV-BRK"] == [
        "INV-BRK"
    ]
    heir = ask(main="ACC-PLS", edition="draft").chains["DIG-APP"]
    name = Product.objects.get(code="ACC-BAS").name
    assert f"inherited from the row of {name}, written there by hand" in heir
    assert "the rule R-1 does not decide: the pair is written by hand" in heir


def test_losing_rules_of_an_edition_are_told_while_it_equals_the_draft(bank, ask, person) -> None:
    rule = PairingRule.objects.create(code="R-1", rating="good", reason="As a rule", priority=9)
    rule.target_products.set(Product.objects.filter(code="DIG-APP"))
    rule.source_products.set(Product.objects.filter(code="ACC-BAS"))
    lost = "the rule R-1 does not decide: the pair is written by hand"
    publish_edition(at=timezone.now(), by=person("owner"), approver=person("owner2"))

    same = ask(main="ACC-BAS").chains["DIG-APP"]
    Pairing.objects.filter(main__code="ACC-BAS").update(rank=7)
    moved = ask(main="ACC-BAS").chains["DIG-APP"]

    assert (lost in same, lost in moved) == (True, False)


def test_product_that_the_edition_lacks_says_why(bank, ask) -> None:
    family = Product.objects.get(code="DIG-APP").family
    day = timezone.now().date()
    Product.objects.create(code="NEW-1", name="New", family=family)
    Product.objects.create(code="NEW-2", name="Later", family=family, valid_from=day + timedelta(9))
    Product.objects.filter(code="DIG-APP").update(valid_until=day)

    lines = ask(main="ACC-BAS")

    places = {code: place for code, place, _n in lines.places}
    assert (places["NEW-1"], places["NEW-2"], places["DIG-APP"]) == ("absent", "absent", "retired")
    assert lines.chains["NEW-1"] == ["it is sold on that day, but this matrix was made without it"]
    assert lines.chains["NEW-2"] == ["it is not sold on that day"]
    assert lines.chains["DIG-APP"][-1] == "no longer sold"


@pytest.mark.parametrize(
    ("query", "field", "message"),
    [
        ({"main": "NOPE"}, "main", "Select a valid choice"),
        ({"main": ""}, "main", "This field is required"),
        ({"main": "ACC-BAS", "need": "NOPE"}, "need", "Select a valid choice"),
        ({"main": "ACC-BAS", "kind": "old"}, "kind", "Select a valid choice"),
        ({"main": "ACC-BAS", "at": "yesterday"}, "at", "is not a day and a time"),
        ({"main": "ACC-BAS", "at": "2026-03-01T10:00+02:00"}, "at", "is not a day and a time"),
        ({"main": "ACC-BAS", "at": "0001-01-01T00:00"}, "at", "is not a day and a time"),
        ({"main": "ACC-BAS", "at": "2001-01-01T00:00"}, "at", "No edition was in force then."),
        ({"main": "ACC-BAS", "edition": "99"}, "edition", "Select a valid choice"),
        ({"main": "ACC-BAS", "taken": "NOPE-1 DIG-APP"}, "taken", "There is no product NOPE-1."),
        ({"main": "ACC-BAS", "held": "ACC-BAS"}, "held", "The main product itself"),
        ({"main": "ACC-BAS", "taken": "DIG-APP", "held": "DIG-APP"}, "held", "in both fields"),
        ({"main": "ACC-BAS", "taken": "\x00"}, "taken", "Null characters"),
        ({"main": "ACC-BAS", "taken": " ".join(f"P{n}" for n in range(41))}, "taken", "At most 40"),
    ],
)
def test_bad_question_is_answered_at_its_field_and_stays_typed(
    sign_in, query, field, message
) -> None:
    answer = sign_in("owner").get("/explain/", query)

    form = answer.context["form"]
    assert answer.status_code == 422
    assert set(form.errors) == {field}
    assert message in form.errors[field][0]
    assert form["main"].value() == query["main"]
    assert "data-place" not in answer.content.decode()
    if query.get("at") == "yesterday":
        assert 'name="at" value="yesterday" type="text"' in answer.content.decode()


def test_main_that_was_one_only_later_is_named_at_its_field(bank, sign_in) -> None:
    Product.objects.filter(code="DIG-APP").update(is_main=True)

    answer = sign_in("owner").get("/explain/?main=DIG-APP")

    assert answer.status_code == 422
    assert answer.context["form"].errors["main"] == [
        "In this matrix it is no main product on sale."
    ]


def test_first_visit_asks_and_complains_about_nothing(sign_in) -> None:
    answer = sign_in("conduct").get("/explain/")

    assert answer.status_code == 200
    assert "Choose a main product" in answer.content.decode()
    assert 'role="alert"' not in answer.content.decode()


def test_manager_asks_for_his_own_branch_and_sees_no_draft(sign_in) -> None:
    manager = sign_in("manager")
    Pairing.objects.filter(main__code="ACC-BAS", cross__code="DIG-APP").update(
        reason="draft-canary"
    )

    assert manager.get("/explain/?main=ACC-BAS&branch=B02").status_code == 404
    assert manager.get("/explain/?main=ACC-BAS&branch=NOPE").status_code == 404
    assert manager.get("/explain/?main=ACC-BAS&edition=draft").status_code == 422
    page = manager.get("/explain/?main=ACC-BAS").content.decode()
    assert "draft-canary" not in page
    assert "The draft" not in page
    assert 'data-place="card"' in page
    owner = sign_in("owner").get("/explain/?main=ACC-BAS&edition=draft").content.decode()
    assert "draft-canary" in owner


def test_offers_that_are_off_are_nowhere(sign_in, ask) -> None:
    from crossbank.org import switches

    switches.turn(key=switches.OFFERS, on=False, at=timezone.now(), by="x")

    lines = ask(main="CRD-CLA", at="2026-07-01T10:00")

    assert [code for code, chain in lines.chains.items() if "offer" in " ".join(chain)] == []


def test_question_takes_few_queries_whatever_the_catalogue(sign_in, queries) -> None:
    client = sign_in("owner")
    client.get("/explain/?main=ACC-BAS")

    with queries() as small:
        client.get("/explain/?main=ACC-BAS")
    family = Product.objects.first().family
    Product.objects.bulk_create(
        Product(code=f"N-{n}", name=f"N {n}", family=family) for n in range(30)
    )
    with queries() as large:
        client.get("/explain/?main=ACC-BAS")

    assert len(large) == len(small) <= 34
    assert Edition.objects.count() == 1
