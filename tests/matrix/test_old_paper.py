"""`/matrix/<MAIN>/?edition=<n>`: what became of the paper somebody holds."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.utils import formats, timezone

from crossbank.catalog.models import Need, Product
from crossbank.matrix.models import BasketRule, Edition, Pairing
from crossbank.matrix.services import publish_edition


@pytest.fixture
def seller(sign_in):
    return sign_in("seller")


@pytest.fixture
def publish(person):
    """The working copy as the next edition, in force at once."""

    def published(**given):
        people = {"by": person("owner"), "approver": person("owner2")}
        return publish_edition(at=timezone.now(), **people, **given)

    return published


@pytest.fixture
def second(bank, publish):
    """Edition 2: three things change on the row of ACC-BAS, one product loses its row."""
    Pairing.objects.filter(main__code="ACC-BAS", cross__code="SAV-INS").update(rating="strong")
    Pairing.objects.filter(main__code="ACC-BAS", cross__code="INS-TRV").delete()
    Product.objects.filter(code="CRD-CLA").update(price_text="29.00 a year", desk_order=40)
    take_the_row_away("SAV-TRM")
    return publish()


def take_the_row_away(code):
    """From the next edition on nobody comes for this product."""
    Need.mains.through.objects.filter(product__code=code).delete()
    Pairing.objects.filter(main__code=code).delete()
    Product.objects.filter(code=code).update(is_main=False, purpose_question="")


def notice(response):
    """What the notice says: its head, and each change as (what, how)."""
    page = " ".join(unescape(response.content.decode()).split())
    found = re.search(r'<section class="cb-notice .*?</section>', page)
    if found is None:
        return None
    head = re.search(r"<h2[^>]*>(.*?)</h2>", found[0])[1]
    lines = re.findall(r"<li><b>(.*?)</b>(.*?)</li>", found[0])
    return head, {what: [word for word in how.split("<br>") if word.strip()] for what, how in lines}


def test_an_old_paper_says_since_when_and_what_changed_on_its_row(seller, second):
    head, changes = notice(seller.get("/matrix/ACC-BAS/?edition=1"))

    until = formats.date_format(timezone.localtime(second.effective_from))
    assert head == f"This paper is from edition 1, in force until {until}; today’s is edition 2."
    assert {what: [how.strip() for how in lines] for what, lines in changes.items()} == {
        "Changed: Classic credit card": ["price in words: 24.00 a year → 29.00 a year"],
        "Changed: Basic current account → Instant savings": ["rating: Good → Strong"],
        "Removed: Basic current account → Annual travel cover": ["Ask first"],
    }


def test_below_the_notice_stands_the_sheet_of_today(seller, second):
    page = seller.get("/matrix/ACC-BAS/?edition=1").content.decode()

    sheet = page.split("<article")[1]
    assert "<b>Edition 2</b>" in sheet
    assert "29.00 a year" in sheet


def test_a_row_on_which_nothing_changed_says_so(seller, second):
    response = seller.get("/matrix/INV-FND/?edition=1")

    head, changes = notice(response)
    assert head.startswith("This paper is from edition 1, in force until")
    assert changes == {}
    assert "Nothing changed for this product between the two." in response.content.decode()


def test_the_first_question_is_told_of_the_main_only(seller, publish):
    Product.objects.filter(code="CRD-CLA").update(purpose_question="What for?")
    publish()

    own = notice(seller.get("/matrix/CRD-CLA/?edition=1"))[1]
    other = notice(seller.get("/matrix/ACC-BAS/?edition=1"))[1]

    assert list(own) == ["Changed: Classic credit card"]
    assert other == {}


def test_a_rule_about_a_product_of_the_row_is_told(seller, publish):
    rule = BasketRule.objects.get(subjects__code="CRD-SUP")
    rule.message = "First a card of his own."
    rule.save(update_fields=["message"])
    publish()

    own = notice(seller.get("/matrix/CRD-DEB/?edition=1"))[1]
    other = notice(seller.get("/matrix/LON-CAR/?edition=1"))[1]

    assert list(own) == [f"Changed: {rule.code}"]
    assert own[f"Changed: {rule.code}"][0].strip().endswith("→ First a card of his own.")
    assert other == {}


def test_a_paper_of_the_edition_in_force_may_be_used(seller, second):
    response = seller.get("/matrix/ACC-BAS/?edition=2")

    assert notice(response) == ("This paper is from edition 2, which is in force.", {})
    assert "cb-notice--success" in response.content.decode()


@pytest.mark.parametrize("query", ["", "?edition="])
def test_without_a_paper_there_is_no_notice(seller, second, query):
    assert notice(seller.get(f"/matrix/ACC-BAS/{query}")) is None


@pytest.mark.parametrize(
    "number", ["3", "99", "0", "-1", "abc", "1.5", "9" * 40, "9" * 5000, "%00", "<b>", "²"]
)
def test_an_edition_that_never_was_has_no_paper(seller, second, number):
    response = seller.get("/matrix/ACC-BAS/", {"edition": number})

    assert response.status_code == 404
    assert "<article" not in response.content.decode()


def test_an_edition_that_is_not_in_force_yet_has_no_paper(seller, publish):
    Product.objects.filter(code="CRD-DEB").update(name="Card")
    publish(effective_from=timezone.now() + timedelta(days=1))

    assert Edition.objects.count() == 2
    assert seller.get("/matrix/ACC-BAS/?edition=2").status_code == 404


def test_the_paper_of_a_product_without_a_row_today_is_not_to_be_used(seller, second):
    response = seller.get("/matrix/SAV-TRM/?edition=1")

    assert response.status_code == 404
    assert "This paper is from edition 1. Edition 2, in force today, has no sheet" in (
        response.content.decode()
    )


def test_a_product_that_its_edition_did_not_have_has_no_paper(seller, publish):
    take_the_row_away("SAV-TRM")
    publish()
    publish(again_of=Edition.objects.get(number=1))

    assert notice(seller.get("/matrix/SAV-TRM/?edition=1"))[0].endswith("today’s is edition 3.")
    assert seller.get("/matrix/SAV-TRM/?edition=2").status_code == 404
