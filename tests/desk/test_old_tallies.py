"""Old tallies out of a workbook: counted as they stood, all or nothing, and never twice."""

import io
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import IntegrityError
from django.utils import timezone
from openpyxl import Workbook, load_workbook

from crossbank.catalog.models import Product
from crossbank.conduct.models import AuditEntry
from crossbank.desk import old_tallies, services
from crossbank.desk.entries import Entry
from crossbank.desk.models import Consultation, DaySheet, OldTallies
from crossbank.desk.old_tallies import OldPlan
from crossbank.desk.old_tally_rows import KEYS
from crossbank.desk.proof import drift
from crossbank.desk.scene import Invalid
from crossbank.engine.tally import Counts
from crossbank.org.models import Branch, Upload

pytestmark = pytest.mark.django_db

PAGE = "/admin/desk/old-tallies/"
NOW = datetime(2026, 3, 18, 11, 0, tzinfo=UTC)
DAY = date(2026, 2, 3)
ROW = ("seller", "B01", DAY, "ACC-BAS", 3, 2, 1)


def workbook(*rows, keys=KEYS, headings=("User name", "Branch code"), sheets=()) -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.title = "Sheet"
    for row in (keys, headings, *rows):
        sheet.append(list(row))
    for title, value in sheets:
        book.create_sheet(title)["A1"] = value
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def row(**fields) -> tuple:
    return tuple((dict(zip(KEYS, ROW, strict=True)) | fields).values())


def look(*rows, **more) -> OldPlan:
    return old_tallies.plan(workbook(*rows, **more), at=NOW)


def said(plan: OldPlan) -> list[str]:
    return [str(trouble) for trouble in plan.troubles]


@pytest.fixture
def take_over(person):
    def taken(*rows, at=NOW) -> OldTallies:
        content = workbook(*rows)
        seen = old_tallies.plan(content, at=at).digest
        return old_tallies.take_over(content=content, seen=seen, at=at, by=person("admin"))

    return taken


def send(client, content: bytes):
    file = io.BytesIO(content)
    file.name = "old.xlsx"
    return client.post(PAGE, {"file": file})


def trail():
    """What the trail says of it; the sample bank has lines of its own."""
    return AuditEntry.objects.filter(action="old_tallies_taken_over")


def nothing_written() -> bool:
    tables = (Consultation.objects, DaySheet.objects, OldTallies.objects, trail())
    return [rows.count() for rows in tables] == [0, 0, 0, 0]


def test_three_rows_become_their_customers_and_sheets(person, take_over) -> None:
    made = take_over(
        ROW,
        row(main="LON-CSH", main_only=None, plus_one=None, plus_two=2),
        row(employee="seller2", branch="B02", day="2026-02-04", main_only=1, plus_one=0),
    )

    seller, seller2, admin = person("seller"), person("seller2"), person("admin")
    facts = ("employee", "business_date", "main_code", "bucket", "depth", "source", "entered_by")
    records = Consultation.objects.order_by("pk").values_list(*facts)
    assert list(records) == [
        *[(seller.pk, DAY, "ACC-BAS", "main_only", 0, "import", admin.pk)] * 3,
        *[(seller.pk, DAY, "ACC-BAS", "plus_one", 1, "import", admin.pk)] * 2,
        (seller.pk, DAY, "ACC-BAS", "plus_two", 2, "import", admin.pk),
        *[(seller.pk, DAY, "LON-CSH", "plus_two", 2, "import", admin.pk)] * 2,
        (seller2.pk, date(2026, 2, 4), "ACC-BAS", "main_only", 0, "import", admin.pk),
        (seller2.pk, date(2026, 2, 4), "ACC-BAS", "plus_two", 2, "import", admin.pk),
    ]
    one = Consultation.objects.order_by("pk").first()
    assert one.recorded_at == datetime(2026, 2, 3, 12, tzinfo=one.branch.zone)
    told = (one.received_at, one.main_name, one.presented, one.offerable, one.items.count())
    assert told == (NOW, one.main.name, 0, None, 0)
    assert len(set(Consultation.objects.values_list("uuid", flat=True))) == 10
    sheets = DaySheet.objects.order_by("pk")
    assert [(s.employee, s.branch.code, s.business_date) for s in sheets] == [
        (seller, "B01", DAY),
        (seller2, "B02", date(2026, 2, 4)),
    ]
    assert [services.sheet_counts(sheet) for sheet in sheets] == [
        Counts(main_only=3, plus_one=2, plus_two=3, taken=8),
        Counts(main_only=1, plus_two=1, taken=2),
    ]
    assert (made.rows, made.customers, made.by) == (3, 10, admin)
    assert (made.first_on, made.last_on) == (DAY, date(2026, 2, 4))
    entry = trail().get()
    assert (entry.actor, entry.subject) == ("admin", "2026-02-03 to 2026-02-04")
    assert entry.detail == {"customers": 10, "rows": 3, "days": 2, "file": made.digest}


def test_counters_and_rollups_agree_with_what_was_taken_over(take_over, capsys) -> None:
    take_over(ROW)

    assert drift() == []
    call_command("rollup", "--from", "2026-02-03", "--until", "2026-02-03")
    call_command("reconcile", "--check")
    assert "All counted days agree" in capsys.readouterr().out


def test_review_counts_them_and_no_product_of_them(take_over, sign_in) -> None:
    take_over(ROW)

    client = sign_in("auditor")
    page = client.get("/review/?from=2026-02-01&until=2026-02-28")
    book = load_workbook(
        io.BytesIO(client.get(page.request["PATH_INFO"], {
            "from": "2026-02-01", "until": "2026-02-28", "export": "xlsx",
        }).content)
    )  # fmt: skip

    tally = [[cell.value for cell in line] for line in book["Tally"].iter_rows(min_row=2)]
    assert [line[4:9] for line in tally if line[1] == "R-NORTH"] == [[3, 2, 1, 0, 6]]
    assert {line[14].value for line in book["Data"].iter_rows(min_row=2)} == {"import"}
    told = [
        str(cell.value) for sheet in ("Pairings", "Missed") for line in book[sheet] for cell in line
    ]
    assert [text for text in told if "ACC-BAS" in text] == []


def test_edition_is_the_one_of_that_day_or_the_first(take_over) -> None:
    first = Consultation._meta.get_field("edition").related_model.objects.get()
    take_over(row(day=date(2019, 5, 6)))

    assert {c.edition for c in Consultation.objects.all()} == {first}


def test_one_bad_row_of_five_hundred_writes_nothing(person) -> None:
    first = date(2024, 1, 1)
    rows = [row(day=first + timedelta(days=n)) for n in range(500)]
    rows[498] = row(day=first + timedelta(days=498), branch="B09")
    content = workbook(*rows)

    plan = old_tallies.plan(content, at=NOW)

    assert said(plan) == ["Sheet!B501: There is no branch with the code “B09”."]
    with pytest.raises(old_tallies.CannotTakeOver):
        old_tallies.take_over(content=content, seen="", at=NOW, by=person("admin"))
    assert nothing_written()


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"employee": "nobody"}, "A3: There is no seller or manager with the code “nobody”."),
        ({"employee": "owner"}, "A3: There is no seller or manager with the code “owner”."),
        ({"employee": None}, "A3: This cell is empty."),
        ({"branch": "b01"}, "B3: There is no branch with the code “b01”. Write B01, as text."),
        ({"main": "CRD-XXX"}, "D3: There is no main product with the code “CRD-XXX”."),
        ({"day": NOW.date()}, "C3: Only days before today are taken over."),
        ({"day": date(2026, 4, 1)}, "C3: Only days before today are taken over."),
        ({"day": "3.2.2026"}, "C3: This is no day. Write it like 2026-03-17."),
        ({"day": datetime(2026, 2, 3, 9, 30)}, "C3: This is no day. Write it like 2026-03-17."),  # noqa: DTZ001 - as a cell
        ({"day": date(1926, 2, 3)}, "C3: Days before the year 2000 are not taken over."),
        ({"main_only": -1}, "E3: There are no fewer customers than none."),
        ({"plus_one": 1.5}, "F3: This is no whole number of customers."),
        ({"plus_two": True}, "G3: This is no whole number of customers."),
        ({"plus_two": "many"}, "G3: This is no whole number of customers."),
        ({"main_only": 0, "plus_one": None, "plus_two": 0}, "E3: Nobody is counted in this row."),
        ({"plus_two": "=1+1"}, "G3: This cell holds a formula. Only values are read; type it in."),
    ],
)  # fmt: skip
def test_what_stands_against_a_row_is_said_of_its_cell(bank, fields, expected) -> None:
    assert said(look(row(**fields))) == [f"Sheet!{expected}"]


def test_every_cell_that_is_wrong_is_named_at_once(bank) -> None:
    plan = look(ROW, row(employee="nobody", day="soon", main="NOPE", plus_one=-1, plus_two="=1"))

    assert [trouble.where for trouble in plan.troubles] == [
        f"Sheet!{column}4" for column in ("A", "C", "D", "F", "G")
    ]


def test_today_is_that_of_the_branch(bank) -> None:
    late = datetime(2026, 3, 18, 18, 0, tzinfo=UTC)  # in Bangkok the 19th
    rows = workbook(row(employee="seller2", branch="B02", day=date(2026, 3, 18)))

    assert said(old_tallies.plan(rows, at=late)) == []
    assert len(said(old_tallies.plan(rows, at=NOW))) == 1


def test_day_with_records_here_is_refused(person) -> None:
    user = person("seller")
    entry = Entry(uuid="0b8f8b1e-6f0e-4a53-9a06-0d7f3e1c9a55", main="ACC-BAS", edition=1)
    services.record(
        entry=entry, branch=user.branch, at=datetime(2026, 2, 3, 9, tzinfo=UTC), by=user
    )

    plan = look(ROW, row(day=date(2026, 2, 4)))

    assert said(plan) == ["Sheet!C3: seller has records of this day here already."]


def test_rows_that_contradict_each_other_are_named(bank) -> None:
    plan = look(ROW, ROW, row(branch="B02", main="LON-CSH"), row(main="LON-CSH"))

    assert said(plan) == [
        "Sheet!D4: The same person, day and main product stand in row 3.",
        "Sheet!B5: Row 3 has this person’s day in another branch.",
        "Sheet!B6: Row 5 has this person’s day in another branch.",
    ]


def test_file_without_headings_loses_no_row(bank) -> None:
    plan = look(row(day=date(2026, 2, 4)), headings=ROW)
    missing = look(ROW[:6], keys=KEYS[:6])

    words = "This row is for headings. The first row is the third."
    assert said(plan) == [f"Sheet!{cell}2: {words}" for cell in "CEFG"]
    assert said(missing) == [
        "Sheet!A1: The column “plus_two” is missing: its name belongs in the first row."
    ]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (workbook, "There is no row below the headings."),
        (
            lambda: workbook(ROW, sheets=[("More", "x")]),
            "One sheet is read; this workbook has others with something in them.",
        ),
        (
            lambda: workbook(row(main_only=20_001, plus_one=0, plus_two=0)),
            "This file counts 20001 customers, at most 20000 are read. Divide it.",
        ),
        (lambda: b"no workbook", "This file is no workbook. Save it as .xlsx and send that file."),
    ],
)  # fmt: skip
def test_file_that_cannot_be_read_is_refused(bank, content, expected) -> None:
    with pytest.raises(old_tallies.Refused) as refused:
        old_tallies.plan(content(), at=NOW)

    assert str(refused.value).startswith(expected)


def test_same_rows_are_taken_over_once_however_they_are_saved(take_over) -> None:
    other = row(day=date(2026, 2, 4))
    take_over(ROW, other)

    with pytest.raises(old_tallies.Refused, match="has taken this file over before"):
        look(other, ROW)
    assert Consultation.objects.count() == 12


def test_sheet_that_came_meanwhile_stops_all_of_it(person, monkeypatch) -> None:
    content = workbook(ROW, row(day=date(2026, 2, 4)))
    plan = old_tallies.plan(content, at=NOW)
    DaySheet.objects.create(
        employee=person("seller"), branch=Branch.objects.get(code="B01"), business_date=DAY
    )
    monkeypatch.setattr(old_tallies, "plan", lambda content, *, at: plan)  # looked a moment before

    with pytest.raises(IntegrityError):
        old_tallies.take_over(content=content, seen=plan.digest, at=NOW, by=person("admin"))

    assert (Consultation.objects.count(), OldTallies.objects.count()) == (0, 0)
    assert (DaySheet.objects.count(), trail().count()) == (1, 0)


def test_what_is_written_is_what_was_shown(person) -> None:
    content = workbook(ROW)
    seen = old_tallies.plan(content, at=NOW).digest
    product = Product.objects.get(code="ACC-BAS")
    product.name = "Another name"
    product.save()

    with pytest.raises(old_tallies.Moved):
        old_tallies.take_over(content=content, seen=seen, at=NOW, by=person("admin"))

    assert nothing_written()


def test_customer_that_was_taken_over_is_not_corrected(person, take_over) -> None:
    take_over(ROW)
    record = Consultation.objects.first()
    entry = Entry(
        uuid="0b8f8b1e-6f0e-4a53-9a06-0d7f3e1c9a55", main="ACC-BAS", edition=1,
        replaces=record.uuid, replace_reason="mistyped",
    )  # fmt: skip

    with pytest.raises(Invalid):
        services.record(entry=entry, branch=record.branch, at=NOW, by=person("seller"))

    assert Consultation.objects.filter(replaced_at__isnull=False).count() == 0


def test_owner_of_the_day_sees_them_and_is_asked_nothing(take_over, sign_in) -> None:
    take_over(ROW)

    text = sign_in("seller").get("/day/2026-02-03/").content.decode()

    assert text.count("Taken over</span>") == 6
    assert "othing offered" not in text


def test_page_shows_the_sums_then_writes_once(sign_in) -> None:
    admin = sign_in("admin")
    page = send(admin, workbook(ROW, row(day=date(2026, 1, 7), main_only=10)))

    assert (page.status_code, nothing_written()) == (200, True)
    months = [(m.branch, m.on.month, m.counts) for m in page.context["plan"].months]
    assert months == [
        ("B01", 1, Counts(main_only=10, plus_one=2, plus_two=1, taken=4)),
        ("B01", 2, Counts(main_only=3, plus_one=2, plus_two=1, taken=4)),
    ]
    assert "Take over 19 customers" in page.content.decode()
    seen = {"seen": page.context["plan"].digest}
    assert [admin.post(PAGE, seen).status_code for _ in range(2)] == [302, 409]
    assert (Consultation.objects.count(), Upload.objects.count()) == (19, 0)
    again = send(admin, workbook(ROW, row(day=date(2026, 1, 7), main_only=10)))
    assert again.status_code == 422
    assert "has taken this file over before" in again.content.decode()


def test_page_names_the_cells_and_keeps_nothing(sign_in) -> None:
    page = send(sign_in("admin"), workbook(row(main="NOPE<b>")))

    text = page.content.decode()
    assert (page.status_code, Upload.objects.count(), nothing_written()) == (422, 0, True)
    assert "Sheet!D3" in text
    assert "NOPE&lt;b&gt;" in text
    assert "confirm_form" not in text


def test_page_asks_again_when_something_moved(sign_in) -> None:
    admin = sign_in("admin")
    send(admin, workbook(ROW))

    page = admin.post(PAGE, {"seen": "another"})

    assert (page.status_code, nothing_written()) == (409, True)
    assert "confirm_form" in page.content.decode()


def test_empty_workbook_is_one_that_can_be_filled(sign_in) -> None:
    admin = sign_in("admin")
    book = load_workbook(io.BytesIO(admin.get(f"{PAGE}?export=xlsx").content))
    sheet = book.active
    yesterday = timezone.localdate() - timedelta(days=2)
    sheet.append(list(row(day=yesterday)))
    stream = io.BytesIO()
    book.save(stream)

    page = send(admin, stream.getvalue())

    assert (page.status_code, page.context["plan"].customers) == (200, 6)


def test_only_administrators_take_over(sign_in) -> None:
    for role in ("owner", "manager", "seller"):
        assert send(sign_in(role), workbook(ROW)).status_code == 403
    assert Upload.objects.count() == 0
