"""Lists of customer numbers: rights for customers, and no number anywhere."""

import io
import json
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from openpyxl import Workbook, load_workbook

from crossbank.conduct.models import AuditEntry
from crossbank.conduct.references import reference_hash
from crossbank.engine.eligibility import day_starts
from crossbank.offers import approvals
from crossbank.offers.models import ApprovalList, Grant, Offer
from crossbank.org import switches
from crossbank.org.models import Branch, Upload
from tests.released import release

pytestmark = pytest.mark.django_db

PAGE = "/admin/offers/approvals/"
CANARY = "CANARY-778899"


def workbook(*values, heading: object = "Customer number") -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("List")
    sheet.append([heading])
    for value in values:
        sheet.append([value])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def send(client, content: bytes, **fields):
    file = io.BytesIO(content)
    file.name = "list.xlsx"
    today = timezone.localdate().isoformat()
    return client.post(PAGE, {"offer": "TL-2", "approved_on": today, **fields, "file": file})


def confirm(client, page, **fields):
    return client.post(PAGE, {"seen": page.context["plan"].digest, **fields})


def everything_stored() -> str:
    """Every text of every table, as one text."""
    with connection.cursor() as cursor:
        pieces = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            pieces += [
                bytes(v).decode("utf-8", "replace") if isinstance(v, bytes | memoryview) else str(v)
                for row in cursor.fetchall()
                for v in row
            ]
    return "\n".join(pieces)


@pytest.mark.parametrize("bank_zone", ["UTC", "Asia/Tokyo", "America/Havana"])
def test_right_out_of_a_list_is_good_to_the_end_of_its_last_day_in_every_branch(
    sign_in, settings, bank_zone
) -> None:
    settings.TIME_ZONE = bank_zone
    owner = sign_in("owner")
    approved_on = timezone.localdate() - timedelta(days=3)
    confirm(owner, send(owner, workbook("4711"), approved_on=approved_on.isoformat()))

    grant = Grant.objects.get()
    day = approved_on + timedelta(days=60)
    ends = {b.code: day_starts(day + timedelta(days=1), b.zone) for b in Branch.objects.all()}

    assert grant.last_day == day
    assert grant.until == max(ends.values()) == ends["B01"]  # Berlin; in Bangkok it is over sooner
    assert ends["B01"] > ends["B02"]


def test_list_gives_every_customer_his_right(sign_in) -> None:
    owner = sign_in("owner")
    page = send(owner, workbook("4711", 4712, "CANARY-778899"))

    assert (page.status_code, Grant.objects.count()) == (200, 0)
    assert confirm(owner, page, note="Spring").status_code == 302

    grants = Grant.objects.order_by("pk")
    assert [g.customer_ref for g in grants] == [
        reference_hash(number) for number in ("4711", "4712", "CANARY-778899")
    ]
    assert {g.release.offer.code for g in grants} == {"TL-2"}
    assert len({g.code for g in grants}) == 3
    assert {(g.until - timedelta(seconds=1)).date() - g.issued_on for g in grants} == {
        timedelta(days=60)
    }
    made = ApprovalList.objects.get()
    assert (made.rows, made.note, made.by.username) == (3, "Spring", "owner")
    entry = AuditEntry.objects.get(action="approvals_taken_over")
    assert (entry.subject, entry.detail["rights"]) == ("offer TL-2", 3)


def test_rows_that_give_nothing_are_named_and_need_a_yes(sign_in) -> None:
    owner = sign_in("owner")
    page = send(owner, workbook("4711", "4711", "!!", 3.7, True, "=1+1", " 4711 ", "4712"))
    plan = page.context["plan"]

    assert len(plan.hashes) == 2
    assert [one.row for one in plan.doubles] == [3, 8]
    assert [one.row for one in plan.unread] == [4, 5, 6, 7]
    refused = confirm(owner, page)
    assert (refused.status_code, Grant.objects.count()) == (422, 0)
    assert confirm(owner, page, without="1").status_code == 302
    assert Grant.objects.count() == 2


def test_who_has_an_open_right_gets_no_second_one(sign_in) -> None:
    owner = sign_in("owner")
    confirm(owner, send(owner, workbook("4711")))

    page = send(owner, workbook("4711", "4712"))

    assert (page.context["plan"].known, len(page.context["plan"].hashes)) == (1, 1)
    confirm(owner, page)
    assert Grant.objects.count() == 2


def test_second_confirmation_gives_nothing(sign_in) -> None:
    owner = sign_in("owner")
    page = send(owner, workbook("4711"))

    assert [confirm(owner, page).status_code for _ in range(2)] == [302, 409]
    assert Grant.objects.count() == 1


def test_list_that_was_overtaken_gives_nothing(sign_in) -> None:
    owner, owner2 = sign_in("owner"), sign_in("owner2")
    page = send(owner, workbook("4711", "4712"))
    confirm(owner2, send(owner2, workbook("4712")))

    assert confirm(owner, page).status_code == 409
    assert Grant.objects.count() == 1


def test_list_of_an_offer_that_was_released_again_gives_nothing(sign_in) -> None:
    """Terms, days and price may be others than the ones that were shown."""
    owner = sign_in("owner")
    page = send(owner, workbook("4711"))
    Offer.objects.filter(code="TL-2").update(days_after=1)
    release("TL-2")

    refused = confirm(owner, page)

    assert (refused.status_code, Grant.objects.count()) == (409, 0)
    assert "Nothing was given; look again." in refused.content.decode()


def test_only_windows_of_days_after_an_approval_take_lists(sign_in) -> None:
    today = timezone.localdate()
    dates = {"from_on": today, "until_on": today + timedelta(days=9), "days_after": None}
    Offer.objects.filter(code="TL-2").update(window="fixed", **dates)
    release("TL-2")

    page = send(sign_in("owner"), workbook("4711"))

    assert (page.status_code, list(page.context["form"].errors)) == (422, ["offer"])


@pytest.mark.parametrize(("days", "status"), [(60, 302), (61, 422)])
def test_approval_whose_rights_have_all_ended_is_said_at_its_day(sign_in, days, status) -> None:
    """TL-2 holds for sixty days after it, the last one to its end."""
    owner = sign_in("owner")
    day = timezone.localdate() - timedelta(days=days)

    page = send(owner, workbook("4711"), approved_on=day.isoformat())
    if status == 302:
        assert confirm(owner, page).status_code == 302

    errors = page.context["form"].errors if status == 422 else {}
    assert list(errors) == (["approved_on"] if status == 422 else [])
    assert Grant.objects.count() == (status == 302)


def test_rights_that_ended_while_the_list_waited_are_not_given(sign_in, person) -> None:
    owner = sign_in("owner")
    page = send(owner, workbook("4711"))
    plan = page.context["plan"]

    with pytest.raises(approvals.AllEnded):
        approvals.take_over(
            waiting=plan, note="", at=timezone.now() + timedelta(days=62), by=person("owner")
        )


def test_code_that_is_taken_is_drawn_again(sign_in, monkeypatch) -> None:
    owner = sign_in("owner")
    confirm(owner, send(owner, workbook("4711")))
    taken = Grant.objects.get().code
    drawn = iter([taken, "SECOND", "SECOND", "THIRD"])
    monkeypatch.setattr("crossbank.offers.rights.new_code", lambda: next(drawn))

    assert confirm(owner, send(owner, workbook("4712", "4713"))).status_code == 302

    codes = Grant.objects.exclude(code=taken).values_list("code", flat=True)
    assert sorted(codes) == ["SECOND", "THIRD"]


def test_every_row_of_the_report_is_there_to_take_away(sign_in) -> None:
    owner = sign_in("owner")
    bad = [f"{CANARY}!{n}" for n in range(150)]
    page = send(owner, workbook("4711", *bad, "4711", "4712"))
    assert (len(page.context["left_out"]), page.context["more"]) == (100, 51)

    answer = owner.get(PAGE, {"report": "xlsx"})

    sheet = load_workbook(io.BytesIO(answer.content)).active
    assert answer.headers["Content-Disposition"] == 'attachment; filename="approvals_report.xlsx"'
    assert [tuple(row) for row in sheet.iter_rows(values_only=True)] == [
        ("Row", "Why it gives no right of its own"),
        *((row, "is no number of a customer") for row in range(3, 153)),
        (153, "stands in row 2 already"),
    ]
    assert "CANARY" not in str([*sheet.iter_rows(values_only=True)])


def test_report_of_a_list_that_gives_nothing_is_there_too(sign_in) -> None:
    owner = sign_in("owner")
    page = send(owner, workbook("!!"))
    assert page.context["plan"].hashes == ()

    sheet = load_workbook(io.BytesIO(owner.get(PAGE, {"report": "xlsx"}).content)).active

    assert [row[0] for row in sheet.iter_rows(values_only=True)] == ["Row", 2]
    assert confirm(owner, page, without="1").status_code == 409
    assert ApprovalList.objects.count() == 0


def test_report_is_his_who_sent_the_list(sign_in) -> None:
    send(sign_in("owner"), workbook("4711", "!!"))

    assert sign_in("owner2").get(PAGE, {"report": "xlsx"}).status_code == 404
    assert sign_in("owner").get(PAGE, {"report": "pdf"}).status_code == 404


@pytest.mark.parametrize(
    ("heading", "rows"),
    [("Customer number", []), ("K000000001", [1]), (4711, [1]), (None, []), ("!!", [])],
)
def test_customer_in_the_place_of_the_heading_is_named(sign_in, heading, rows) -> None:
    page = send(sign_in("owner"), workbook("4712", heading=heading))

    assert [(one.row, one.words) for one in page.context["plan"].unread] == [
        (row, "stands where the heading belongs: put one above it") for row in rows
    ]


@pytest.mark.parametrize(
    ("content", "fields", "field"),
    [
        (b"no workbook", {}, "file"),
        (workbook(), {}, "file"),
        (workbook("4711"), {"approved_on": "2026-02-31"}, "approved_on"),
        (workbook("4711"), {"approved_on": "2999-01-01"}, "approved_on"),
        (workbook("4711"), {"approved_on": "0001-01-01"}, "approved_on"),
        (workbook("4711"), {"offer": "OT-1"}, "offer"),
    ],
)
def test_bad_input_is_said_at_its_field(sign_in, content, fields, field) -> None:
    page = send(sign_in("owner"), content, **fields)

    assert page.status_code == 422
    assert list(page.context["form"].errors) == [field]
    assert not Upload.objects.filter(kind="approvals").exists()


def test_number_in_clear_is_nowhere(sign_in, caplog, settings) -> None:
    caplog.set_level("DEBUG")
    owner = sign_in("owner")
    page = send(owner, workbook(CANARY, CANARY, f"{CANARY}!", "4712"))
    between = everything_stored()
    confirm(owner, page, without="1")

    for place in (between, everything_stored(), caplog.text, page.content.decode()):
        assert CANARY not in place
        assert "778899" not in place
    assert Upload.objects.count() == 0
    assert reference_hash(CANARY) in everything_stored()


def test_waiting_list_holds_hashes_only(sign_in) -> None:
    send(sign_in("owner"), workbook(CANARY))

    hashes, *_report = json.loads(bytes(Upload.objects.get().content))

    assert hashes == [reference_hash(CANARY)]


def test_long_list_is_reported_row_by_row(sign_in) -> None:
    """Fifty thousand, with time and memory: `python -m tests.bench.approvals`."""
    numbers = [f"K{n:09}" for n in range(4_688)]
    owner = sign_in("owner")

    page = send(owner, workbook(*numbers, *numbers[:300], *["!" * n for n in range(1, 13)]))
    plan = page.context["plan"]

    assert (len(plan.hashes), len(plan.doubles), len(plan.unread)) == (4_688, 300, 12)
    assert [one.row for one in plan.doubles] == list(range(4_690, 4_990))
    assert [one.row for one in plan.unread] == list(range(4_990, 5_002))
    assert confirm(owner, page, without="1").status_code == 302
    assert Grant.objects.count() == 4_688


@pytest.mark.parametrize("area", [switches.OFFERS, switches.CUSTOMER_REFERENCE])
def test_without_offers_or_customer_numbers_there_is_no_list(sign_in, area) -> None:
    owner = sign_in("owner")
    assert PAGE in owner.get("/admin/").content.decode()
    switches.turn(key=area, on=False, at=timezone.now(), by="admin")

    assert PAGE not in owner.get("/admin/").content.decode()
    assert owner.get(PAGE).status_code == 404
    assert send(owner, workbook("4711")).status_code == 404
    assert Upload.objects.count() == 0
