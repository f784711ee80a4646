"""The health page: every kind of finding in words, with the page that mends it; publishing shows it."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.utils import timezone

from crossbank.catalog.models import Need, Product
from crossbank.matrix.models import BasketRule, Edition, Pairing, PairingRule
from crossbank.matrix.services import publish_edition
from tests.review.talks import talk

pytestmark = pytest.mark.django_db
PAGE = "/admin/matrix/health/"


@pytest.fixture
def findings(sign_in):
    """() -> topic -> [(sentence, where it is mended)], read from the page."""

    def read() -> dict[str, list[tuple[str, str]]]:
        html = sign_in("owner").get(PAGE).content.decode()
        found = {}
        for key, body in re.findall(r'aria-labelledby="(\w+)">(.*?)</section>', html, re.DOTALL):
            lines = re.findall(r'<li>(.*?) <a href="([^"]*)">', body)
            found[key] = [(unescape(words), unescape(url)) for words, url in lines]
        return found

    return read


def pk(code: str) -> int:
    return Product.objects.get(code=code).pk


def pair(main: str, cross: str) -> Pairing:
    return Pairing.objects.get(main__code=main, cross__code=cross)


def rule(code: str, target: str, **fields) -> PairingRule:
    made = PairingRule.objects.create(code=code, reason="As a rule", **{"rating": "good", **fields})
    made.target_products.set(Product.objects.filter(code=target))
    return made


def test_sample_bank_is_healthy_but_for_one_way_pairs(bank, findings) -> None:
    found = findings()

    assert set(found) == {"reverse"}
    assert len(found["reverse"]) == 23
    assert found["reverse"][0] == (
        (
            "CRD-CLA Classic credit card beside ACC-BAS Basic current account is rated; "
            "ACC-BAS Basic current account beside CRD-CLA Classic credit card is not."
        ),
        f"/admin/matrix/pairing/add/?main={pk('CRD-CLA')}&cross={pk('ACC-BAS')}",
    )


def test_link_of_a_one_way_pair_opens_the_other_direction_filled_in(
    bank, sign_in, findings
) -> None:
    _words, address = findings()["reverse"][0]

    page = sign_in("owner").get(address).content.decode()

    chosen = re.findall(r'<option value="(\d+)" selected>', page)
    assert [str(pk("CRD-CLA")), str(pk("ACC-BAS"))] == chosen[:2]


def test_main_with_too_little_to_offer(bank, findings) -> None:
    Pairing.objects.filter(main__code="LON-CAR", rating__in=["good", "possible"]).delete()
    Pairing.objects.filter(main__code="SAV-INS", relation="cross_sell").delete()
    blocks = BasketRule.objects.create(code="BR-9", kind="excludes", message="Never")
    blocks.subjects.set(Product.objects.filter(code="LON-CAR"))
    blocks.others.set(Product.objects.filter(code="INS-MOT"))

    found = findings()["few"]

    assert found == [
        (
            "SAV-INS Instant savings has no row: at the desk nothing can be suggested beside it.",
            f"/admin/matrix/pairing/?main__id__exact={pk('SAV-INS')}",
        ),
        (
            "Beside LON-CAR Car loan only 2 products may be offered to everybody.",
            f"/admin/matrix/pairing/?main__id__exact={pk('LON-CAR')}",
        ),
    ]


def test_main_beside_which_nothing_free_fits(bank, findings) -> None:
    Product.objects.filter(code__startswith="DIG-").update(charge_kind="recurring")
    Product.objects.filter(code__startswith="SAV-").update(charge_kind="recurring")
    Product.objects.filter(code__startswith="ACC-").update(charge_kind="recurring")
    Product.objects.filter(code="CRD-DEB").update(charge_kind="recurring")

    said = [words for words, _url in findings()["few"]]

    assert (
        "Beside HOM-PUR Home purchase mortgage nothing that costs nothing fits, "
        "so the desk shows only two cards."
    ) in said


def test_few_strong_or_good_ones_are_named(bank, findings) -> None:
    Pairing.objects.filter(main__code="INV-FND", rating="good").update(rating="possible")

    assert findings()["few"] == [
        (
            (
                "INV-FND Fund savings plan has only 2 strong or good cross products; "
                "three make a choice."
            ),
            f"/admin/matrix/pairing/?main__id__exact={pk('INV-FND')}",
        )
    ]


def test_practice_leads_to_the_cell_where_it_was_written(bank, findings) -> None:
    now = timezone.now()
    said = {"DIG-BIL": "accepted", "DIG-ALR": "accepted", "SAV-GOL": "declined"}
    talk("LON-REF", times=20, said=said, at=now)
    talk("ACC-PLS", times=20, said={"DIG-APP": "declined", "CRD-DEB": "accepted"}, at=now)

    found = findings()

    assert found["unsaid"] == [
        (
            (
                "DIG-APP Online and mobile banking is strong beside LON-REF Debt consolidation loan "
                "and was presented in none of 20 conversations of the last 90 days."
            ),
            f"/admin/matrix/pairing/{pair('LON-REF', 'DIG-APP').pk}/change/",
        )
    ]
    assert found["refused"] == [
        (
            # ACC-PLS inherits the row of ACC-BAS
            (
                "DIG-APP Online and mobile banking beside ACC-PLS Plus account package was presented "
                "20 times in the last 90 days and always refused."
            ),
            f"/admin/matrix/pairing/{pair('ACC-BAS', 'DIG-APP').pk}/change/",
        ),
        (
            (
                "SAV-GOL Goal saver (auto-transfer) beside LON-REF Debt consolidation loan was "
                "presented 20 times in the last 90 days and always refused."
            ),
            f"/admin/matrix/pairing/{pair('LON-REF', 'SAV-GOL').pk}/change/",
        ),
    ]


def test_practice_of_a_cell_by_rule_leads_to_the_rule(bank, person, findings) -> None:
    now = timezone.now()
    pair("LON-REF", "DIG-APP").delete()
    made = rule("R-1", "DIG-APP", rating="strong")
    publish_edition(at=now - timedelta(days=1), by=person("owner"), approver=person("owner2"))
    said = {"DIG-BIL": "accepted", "DIG-ALR": "accepted"}
    talk("LON-REF", times=20, said=said, at=now, edition=2)

    (only,) = findings()["unsaid"]

    assert only[1] == f"/admin/matrix/pairingrule/{made.pk}/change/"


def test_lines_past_their_review_date(bank, findings) -> None:
    today = timezone.now().date()
    late = pair("ACC-BAS", "DIG-APP")
    late.review_on = today - timedelta(days=1)
    late.save()
    due = pair("ACC-BAS", "CRD-DEB")
    due.review_on = today
    due.save()
    made = rule("R-1", "DIG-APP", review_on=today - timedelta(days=2))
    rule("R-2", "DIG-APP", review_on=today - timedelta(days=2), is_active=False)

    found = findings()["review"]

    assert [url for _words, url in found] == [
        f"/admin/matrix/pairing/{late.pk}/change/",
        f"/admin/matrix/pairingrule/{made.pk}/change/",
    ]
    assert found[0][0].startswith(
        "DIG-APP Online and mobile banking beside ACC-BAS Basic current account was to be read "
        "again by "
    )
    assert found[1][0].startswith("The rule R-1 was to be read again by ")


def test_review_date_is_no_part_of_an_edition(bank, findings) -> None:
    from crossbank.engine.snapshot import digest
    from crossbank.matrix.services import compile_draft

    before = digest(compile_draft(at=timezone.now()).snapshot)
    Pairing.objects.update(review_on=timezone.now().date())

    assert digest(compile_draft(at=timezone.now()).snapshot) == before


def test_rules_that_decide_nothing(bank, findings) -> None:
    hidden = rule("R-1", "DIG-APP")
    hidden.source_products.set(Product.objects.filter(code__in=["ACC-BAS", "LON-CAR"]))
    idle = rule("R-2", "DIG-APP", source={"families": ["CARDS"], "tiers": ["premium"]})
    idle.source_products.set(Product.objects.filter(code="ACC-BAS"))
    rule("R-3", "DIG-APP", is_active=False)

    assert findings()["rules"] == [
        (
            "The rule R-1 speaks about 2 pairs and decides none: they are written by hand.",
            f"/admin/matrix/pairingrule/{hidden.pk}/change/",
        ),
        (
            "The rule R-2 speaks about nothing: no pair of products passes both of its sides.",
            f"/admin/matrix/pairingrule/{idle.pk}/change/",
        ),
    ]


def test_conflicting_rules_block(bank, sign_in, findings) -> None:
    for code, rating in (("R-1", "good"), ("R-2", "possible")):
        made = rule(code, "INV-BRK", rating=rating)
        made.source_products.set(Product.objects.filter(code="ACC-BAS"))

    found = findings()
    (only,) = found["blocking"]
    publish = sign_in("owner").get("/admin/matrix/edition/publish/").content.decode()

    assert "rules" not in found
    assert only[0].startswith("Rules of equal priority disagree about INV-BRK")
    assert only[1] == f"/admin/matrix/pairingrule/{made.pk}/change/"
    assert "<strong>1</strong> This must be mended first" in publish
    assert "so nothing can be published" in publish
    assert sign_in("owner").post("/admin/matrix/edition/publish/", {}).status_code == 422
    assert Edition.objects.count() == 1


def test_needs_that_are_not_covered(bank, findings) -> None:
    need = Need.objects.create(code="GOLF", name="Golf", question="Do you play?")
    need.mains.set(Product.objects.filter(code__in=["LON-REF", "ACC-BAS"]))
    need.crosses.set(Product.objects.filter(code__in=["INV-BRK", "INV-FND"]))
    empty = Need.objects.create(code="TENNIS", name="Tennis", question="Do you play?")
    Need.objects.create(code="CHESS", name="Chess", question="Do you?", is_active=False)

    assert findings()["needs"] == [
        (
            "The need TENNIS Tennis names no main product, or no cross product, that is on sale.",
            f"/admin/catalog/need/{empty.pk}/change/",
        ),
        (
            (
                "The need GOLF Golf is not served by what is rated beside "
                "ACC-BAS Basic current account, LON-REF Debt consolidation loan."
            ),
            f"/admin/catalog/need/{need.pk}/change/",
        ),
    ]


def test_products_that_no_main_leads_to(bank, findings) -> None:
    family = Product.objects.get(code="DIG-APP").family
    alone = Product.objects.create(code="ALONE", name="Alone", family=family, is_cross=True)
    neither = Product.objects.create(code="NEITHER", name="Neither", family=family)

    assert findings()["unreached"] == [
        ("No main product leads to ALONE Alone.", f"/admin/matrix/pairing/add/?cross={alone.pk}"),
        (
            "No main product leads to NEITHER Neither.",
            f"/admin/catalog/product/{neither.pk}/change/",
        ),
    ]


def test_every_link_opens(bank, sign_in, findings) -> None:
    test_needs_that_are_not_covered(bank, findings)
    test_rules_that_decide_nothing(bank, findings)
    test_products_that_no_main_leads_to(bank, findings)
    owner = sign_in("owner")
    links = {url for lines in findings().values() for _words, url in lines}

    statuses = {owner.get(url).status_code for url in links}

    assert len(links) > 25
    assert statuses == {200}


def test_strong_pair_nobody_presents_leads_to_the_reasons_too(bank, sign_in) -> None:
    talk(
        "LON-REF", times=20, said={"DIG-BIL": "accepted", "DIG-ALR": "accepted"}, at=timezone.now()
    )
    owner = sign_in("owner")

    page = owner.get(PAGE).content.decode()

    assert '<a href="/explain/?main=LON-REF&amp;edition=draft">Why?' in page
    assert owner.get("/explain/?main=LON-REF&edition=draft").status_code == 200


def test_publishing_shows_the_sums_and_the_way(bank, sign_in) -> None:
    page = sign_in("owner").get("/admin/matrix/edition/publish/").content.decode()

    assert "<strong>23</strong> Pairs whose other direction is empty" in page
    assert 'href="/admin/matrix/health/"' in page
    assert 'href="/admin/matrix/what-if/"' in page
    assert page.count("<strong>23</strong>") == 1


def test_healthy_matrix_says_so(bank, sign_in) -> None:
    Product.objects.exclude(code__in=["LON-CAR", "DIG-APP", "DIG-BIL", "INS-MOT"]).update(
        valid_until=timezone.now().date()
    )
    Need.objects.all().delete()
    BasketRule.objects.all().delete()

    page = sign_in("owner").get(PAGE).content.decode()
    publish = sign_in("owner").get("/admin/matrix/edition/publish/").content.decode()

    assert "Nothing was found. The matrix is in good health." in page
    assert "Nothing was found. The matrix is in good health." in publish
    assert '<section class="module' not in page


def test_long_topic_is_cut_and_counted(bank, sign_in) -> None:
    family = Product.objects.get(code="DIG-APP").family
    Product.objects.bulk_create(
        Product(code=f"N-{n:03}", name=f"N {n}", family=family) for n in range(104)
    )

    page = sign_in("owner").get(PAGE).content.decode()

    assert page.count("No main product leads to N-") == 200  # in the line and for the ear
    assert "and 4 more" in page


def test_few_queries_whatever_the_size(bank, sign_in, queries) -> None:
    owner = sign_in("owner")
    owner.get(PAGE)
    with queries() as small:
        owner.get(PAGE)
    family = Product.objects.get(code="DIG-APP").family
    Product.objects.bulk_create(
        Product(code=f"N-{n:03}", name=f"N {n}", family=family) for n in range(50)
    )

    with queries() as large:
        owner.get(PAGE)

    assert len(small) == len(large) <= 31
