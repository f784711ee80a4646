"""The offers as a workbook: judged by the offers' own form; last days inclusive."""

from datetime import date

import pytest
from django.contrib.admin.models import LogEntry

from crossbank.catalog.models import Product
from crossbank.engine.offer_checks import CheckKind
from crossbank.matrix.models import Pairing
from crossbank.offers.book import OFFERS_BOOK
from crossbank.offers.models import Offer, OfferReview
from crossbank.offers.releases import CannotRelease, submit
from crossbank.offers.services import all_terms
from crossbank.org import switches, table_books
from crossbank.org.uploads import CannotTakeOver
from tests.matrix.workbooks import edited
from tests.tables import NOW, exported, line, state, with_cells, writing

pytestmark = pytest.mark.django_db


def look(content: bytes) -> table_books.TablePlan:
    return table_books.look(OFFERS_BOOK, content)


def take(content: bytes, by) -> table_books.TablePlan:
    return table_books.take_over(OFFERS_BOOK, content=content, at=NOW, by=by)


def test_offers_come_back_without_a_difference(bank) -> None:
    Offer.objects.filter(window="fixed").update(name="=Προσφορά ข้อเสนอ")

    plan = look(edited(exported(OFFERS_BOOK), lambda book: None))

    assert Offer.objects.filter(window="fixed").exists()
    assert (plan.changes, plan.troubles, plan.notes) == ((), (), ())


@pytest.fixture
def fixed(bank) -> Offer:
    return Offer.objects.filter(window="fixed", until_on__isnull=False).order_by("code").first()


def test_last_day_is_inclusive_in_the_sheet(fixed, person) -> None:
    def looked(book) -> None:
        sheet = book["Offers"]
        heads = [cell.value for cell in sheet[1]]
        row = line(book, "Offers", fixed.code)
        shown = sheet.cell(row, heads.index("until_on") + 1).value
        assert shown.date().toordinal() == fixed.until_on.toordinal() - 1
        writing(Offers={fixed.code: {"from_on": date(2026, 5, 1), "until_on": date(2026, 5, 31)}})(
            book
        )

    plan = take(edited(exported(OFFERS_BOOK), looked), person("owner"))

    made = Offer.objects.get(pk=fixed.pk)
    assert (made.from_on, made.until_on) == (date(2026, 5, 1), date(2026, 6, 1))
    told = plan.groups()[1].lines[0].fields
    assert told[-1].endswith("→ 2026-05-31")
    entry = LogEntry.objects.get(object_id=str(made.pk), user=person("owner"))
    assert entry.get_change_message() == "Changed First day and Last day."


NEW = {
    "code": "OF-NEW", "name": "Ζώα", "kind": "Time-limited", "cross": "CRD-DEB",
    "mains": "ACC-PLS, ACC-BAS", "benefit_type": "Another price", "benefit_text": "Half price",
    "price_with_text": "12.50 a year", "price_with_minor": 12.5, "window": "From day to day",
    "from_on": date(2026, 4, 1), "until_on": date(2026, 4, 30), "priority": 777,
}  # fmt: skip


def test_new_offer_is_the_one_that_was_written(bank, person) -> None:
    content = with_cells(OFFERS_BOOK, Offers={90: NEW})

    take(content, person("owner"))

    made = Offer.objects.get(code="OF-NEW")
    assert [main.code for main in made.mains.order_by("code")] == ["ACC-BAS", "ACC-PLS"]
    assert (made.cross.code, made.price_with_minor, made.customer_status) == (
        "CRD-DEB",
        1250,
        "both",
    )
    assert (made.until_on, made.is_paused, made.trigger_event) == (date(2026, 5, 1), False, "")
    again = look(content)
    assert (again.count, again.troubles) == (0, ())


def test_two_offers_of_one_pair_may_trade_their_ranks(bank, person) -> None:
    take(with_cells(OFFERS_BOOK, Offers={90: NEW}), person("owner"))
    second = NEW | {"code": "OF-TWO", "priority": 778}
    take(with_cells(OFFERS_BOOK, Offers={90: second}), person("owner"))
    content = with_cells(
        OFFERS_BOOK, Offers={"OF-NEW": {"priority": 778}, "OF-TWO": {"priority": 777}}
    )

    plan = take(content, person("owner"))

    assert plan.count == 2
    ranks = dict(
        Offer.objects.filter(code__in=["OF-NEW", "OF-TWO"]).values_list("code", "priority")
    )
    assert ranks == {"OF-NEW": 778, "OF-TWO": 777}
    assert {o.mains.count() for o in Offer.objects.filter(code__in=ranks)} == {2}


TROUBLES = {
    "no window": ({"from_on": None}, "Offers!R", "This window needs it."),
    "one-time over days": ({"kind": "One-time"}, "Offers!P", "only in the consultation"),
    "beside itself": ({"cross": "SAV-CHI", "mains": "SAV-CHI"}, "Offers!E", "not offered beside itself"),
    "forbidden pair": ({"cross": "LON-CSH", "mains": "SAV-CHI"}, "Offers!E", "is not allowed beside"),
    "no main": ({"mains": "DIG-APP"}, "Offers!E", "DIG-APP is not one of"),
    "no such main": ({"mains": "ACC-BAS, NO"}, "Offers!E", "There is no product with the code “NO”"),
    "nobody": ({"mains": None}, "Offers!E", "required"),
    "ends before it begins": ({"until_on": date(2026, 3, 1)}, "Offers!A", "ends after it begins"),
    "price without words": ({"price_with_text": None}, "Offers!J", "Say the price with the offer"),
    "every year without days": (
        {"window": "Only in the consultation", "repeats_yearly": "yes"}, "Offers!T", "comes every year"),
    "free for decades": (
        {"needs_second_consent": "yes", "free_days": 3661}, "Offers!O", "At most 3660 days"),
    "last day there is": ({"until_on": "9999-12-31"}, "Offers!S", "too far away"),
}  # fmt: skip


@pytest.mark.parametrize("name", TROUBLES)
def test_what_the_form_refuses_is_refused_by_its_cell(bank, person, name) -> None:
    main, cross = (Product.objects.get(code=code) for code in ("SAV-CHI", "LON-CSH"))
    Product.objects.filter(pk=main.pk).update(is_main=True)
    said = {"rating": "not_allowed", "reason": "x", "instead": "y"}
    Pairing.objects.update_or_create(main=main, cross=cross, defaults=said)
    cells, where, words = TROUBLES[name]
    content, before = with_cells(OFFERS_BOOK, Offers={90: NEW | cells}), state(OFFERS_BOOK)

    with pytest.raises(CannotTakeOver) as found:
        take(content, person("owner"))

    told = [(trouble.where, trouble.words) for trouble in found.value.plan.troubles]
    assert len(told) == 1, told
    assert told[0][0] == f"{where}90"
    assert words in told[0][1]
    assert state(OFFERS_BOOK) == before


def test_tie_is_written_and_refused_when_it_is_to_hold(bank, person) -> None:
    """A workbook writes drafts, as the form does; the tie is judged before a promise is made."""
    free = NEW | {"price_with_minor": 0}
    take(with_cells(OFFERS_BOOK, Offers={90: free}), person("owner"))
    take(with_cells(OFFERS_BOOK, Offers={90: free | {"code": "OF-TWO"}}), person("owner"))
    drafts = Offer.objects.filter(code__in=["OF-NEW", "OF-TWO"])

    with pytest.raises(CannotRelease) as refusal:
        submit(offers=drafts, note="Both", at=NOW, by=person("owner"))

    assert [(check.kind, check.subject, check.subjects) for check in refusal.value.checks] == [
        (CheckKind.TIE, "OF-TWO", ("ACC-BAS", "ACC-PLS")),
        (CheckKind.TIE, "OF-NEW", ("ACC-BAS", "ACC-PLS")),
    ]
    assert not OfferReview.objects.exists()


def test_taking_over_a_file_makes_nothing_hold(bank, person) -> None:
    before = all_terms(NOW)

    take(with_cells(OFFERS_BOOK, Offers={90: NEW, "OT-1": {"say": "Other"}}), person("owner"))

    assert Offer.objects.get(code="OT-1").say == "Other"
    assert Offer.objects.get(code="OF-NEW").release is None
    assert all_terms(NOW) == before


def test_missing_row_stays_and_a_marked_one_goes_unless_records_name_it(bank, person) -> None:
    codes = list(Offer.objects.order_by("code").values_list("code", flat=True))
    take(with_cells(OFFERS_BOOK, Offers={90: NEW}), person("owner"))

    def edit(book) -> None:
        writing(Offers={"OF-NEW": {"remove": "remove"}})(book)
        book["Offers"].delete_rows(line(book, "Offers", codes[1]))

    take(edited(exported(OFFERS_BOOK), edit), person("owner"))

    assert list(Offer.objects.order_by("code").values_list("code", flat=True)) == codes


def test_marked_row_that_was_released_stays(bank, person) -> None:
    content, before = (
        with_cells(OFFERS_BOOK, Offers={"OT-1": {"remove": "remove"}}),
        state(OFFERS_BOOK),
    )

    with pytest.raises(CannotTakeOver) as found:
        take(content, person("owner"))

    assert len(found.value.plan.troubles) == 1
    assert state(OFFERS_BOOK) == before


@pytest.mark.parametrize("is_on", [True, False])
def test_page_is_there_while_offers_are_used(sign_in, is_on) -> None:
    owner = sign_in("owner")
    switches.turn(key=switches.OFFERS, on=is_on, at=NOW, by="admin")

    answer = owner.get("/admin/offers/workbook/?export=xlsx")

    assert answer.status_code == (200 if is_on else 404)
    first = owner.get("/admin/").content.decode()
    assert ("/admin/offers/workbook/" in first) is is_on
    assert sign_in("seller").get("/admin/offers/workbook/").status_code == 403


def test_many_changed_offers_compile_the_matrix_once(bank, queries) -> None:
    codes = list(Offer.objects.values_list("code", flat=True))
    counts = []
    for some in (codes[:1], codes[:5]):
        content = with_cells(OFFERS_BOOK, Offers={code: {"name": "Other"} for code in some})
        with queries() as asked:
            assert look(content).count == len(some)
        counts.append(sum("matrix_pairing" in query["sql"] for query in asked.captured_queries))

    assert counts[0] == counts[1] > 0
