"""Raw data: the rows of the sheet `Data` without the rest, the same to the last cell."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from openpyxl import load_workbook

from crossbank.conduct.models import AuditEntry
from crossbank.review import raw_book, raw_rows, raw_views
from crossbank.review import scope as scopes
from crossbank.review.figures import figures
from crossbank.review.results import DataRow
from crossbank.review.steady import steady
from crossbank.review.terms import Filter
from crossbank.web.row_writer import TooLong
from tests.review import world
from tests.review.test_workbook import AT, count
from tests.review.world import MONDAY, TUESDAY

PERIOD = f"from={MONDAY}&until={TUESDAY}"
NARROWED = [
    {},
    {"branch": "B01"},
    {"staff": "anna.zx"},
    {"main": "LON"},
    {"region": "R-EAST"},
    {"since": TUESDAY},
    {"since": TUESDAY + timedelta(days=9), "last": TUESDAY + timedelta(days=36)},
]


def asked(since: date = MONDAY, last: date = TUESDAY, **narrowed: str) -> Filter:
    return scopes.narrow(scopes.whole_bank(), since=since, last=last, **narrowed)


def book(found: Filter, **more) -> bytes:
    months = raw_rows.count(found)
    return b"".join(
        raw_book.raw_book(found, months=months, made_by="=1+1 Test", made_at=AT, **more)
    )


@pytest.fixture
def three_months(people, shelf) -> None:
    """One record in January, two in March and one in April, nothing in February."""
    for day in (date(2026, 1, 31), date(2026, 3, 1), date(2026, 3, 31), date(2026, 4, 1)):
        answers = {"CRD": "accepted", "APP": "declined"}
        world.consultation(shelf=shelf, employee=people["anna.zx"], day=day, answers=answers)


@pytest.mark.parametrize("narrowed", NARROWED)
@pytest.mark.parametrize("chunk", [1, 3, 2000])
def test_rows_are_those_of_the_figures(twelve, monkeypatch, narrowed, chunk):
    monkeypatch.setattr(raw_rows, "CHUNK", chunk)
    found = count(**narrowed)

    assert tuple(raw_rows.rows(asked(**narrowed))) == found.data
    assert sum(month.rows for month in raw_rows.count(asked(**narrowed))) == found.data_rows


def test_without_the_right_to_names_nobody_is_read(twelve, queries):
    nameless = replace(asked(), names=False)
    expected = figures(nameless, made_by="x", made_at=AT, with_data=True)

    with queries() as seen:
        rows = tuple(raw_rows.rows(nameless))

    assert rows == expected.data
    assert {row.staff for row in rows} == {""}
    assert [q["sql"] for q in seen.captured_queries if "org_user" in q["sql"]] == []


@pytest.mark.parametrize("records", [1, 3])
def test_as_many_queries_for_one_record_as_for_three(people, shelf, queries, records):
    for _ in range(records):
        world.consultation(
            shelf=shelf, employee=people["anna.zx"], day=MONDAY, answers={"CRD": "accepted"}
        )
    found = asked()

    with queries() as seen:
        assert len(list(raw_rows.rows(found))) == records

    assert len(seen) == 2


def test_the_file_holds_what_the_sheet_data_holds(twelve, ask, read_book):
    raw = ask("mia", f"{PERIOD}&staff=anna.zx&export=raw")
    styled = ask("mia", f"{PERIOD}&staff=anna.zx&export=xlsx")

    name = "crossbank_B01_2026-03-02_2026-03-03_raw.xlsx"
    assert raw.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    sheets = read_book(raw.content)
    assert list(sheets) == ["Data"]
    assert sheets["Data"] == read_book(styled.content)["Data"]
    entry = AuditEntry.objects.order_by("pk").first()
    assert (entry.actor, entry.action, entry.subject) == ("mia", "export", name)
    assert entry.detail == {
        "filter": "from=2026-03-02&until=2026-03-03&staff=anna.zx",
        "rows": 7,
        "raw": True,
    }


def test_openpyxl_reads_text_as_text_and_times_as_times(twelve):
    data = load_workbook(BytesIO(book(asked())))["Data"]

    rows = [DataRow(*(cell.value for cell in row)) for row in data.iter_rows(min_row=2)]
    midnight = datetime.min.time()
    expected = [
        row._replace(business_date=datetime.combine(row.business_date, midnight))
        for row in count().data
    ]
    assert [tuple(value or "" for value in row) for row in rows] == [tuple(e) for e in expected]
    prices = [cell for cell in data["L"] if str(cell.value).startswith("=")]
    assert [(cell.value, cell.data_type, cell.quotePrefix) for cell in prices] == [
        ("=1+1", "s", True)
    ] * 2


def test_an_empty_period_is_a_heading(twelve, read_book):
    found = asked(since=date(2026, 5, 1), last=date(2026, 6, 30))

    assert read_book(book(found)) == {"Data": [list(DataRow._fields)]}


def test_up_to_the_limit_months_share_a_sheet(three_months, monkeypatch, read_book):
    monkeypatch.setattr(raw_book, "ROW_LIMIT", 8)
    found = asked(since=date(2026, 1, 1), last=date(2026, 4, 30))

    assert [(name, len(rows)) for name, rows in read_book(book(found)).items()] == [("Data", 9)]


def test_over_the_limit_each_month_has_its_sheet(three_months, monkeypatch, read_book):
    monkeypatch.setattr(raw_book, "ROW_LIMIT", 7)
    found = asked(since=date(2026, 1, 15), last=date(2026, 4, 30))

    sheets = read_book(book(found))

    assert [(name, len(rows) - 1) for name, rows in sheets.items()] == [
        ("Data 2026-01", 2),
        ("Data 2026-03", 4),
        ("Data 2026-04", 2),
    ]
    whole = figures(found, made_by="x", made_at=AT, with_data=True).data
    assert [DataRow(*row) for rows in sheets.values() for row in rows[1:]] == list(whole)


def test_a_month_longer_than_a_sheet_goes_on_in_the_next(three_months, monkeypatch, read_book):
    monkeypatch.setattr(raw_book, "ROW_LIMIT", 1)
    monkeypatch.setattr(raw_book, "MOST_ROWS", 3)
    found = asked(since=date(2026, 3, 1), last=date(2026, 4, 30))

    sheets = read_book(book(found))

    lengths = [(name, len(rows) - 1) for name, rows in sheets.items()]
    assert lengths == [("Data 2026-03", 3), ("Data 2026-03 (2)", 1), ("Data 2026-04", 2)]
    whole = figures(found, made_by="x", made_at=AT, with_data=True).data
    assert [DataRow(*row) for rows in sheets.values() for row in rows[1:]] == list(whole)


def test_rows_are_never_dropped_for_want_of_room(three_months, monkeypatch):
    """Counted wrong, the last sheet gets too many, and then there is no file."""
    monkeypatch.setattr("crossbank.web.row_writer.MOST_ROWS", 3)
    found = asked(since=date(2026, 3, 1), last=date(2026, 3, 31))

    with pytest.raises(TooLong):
        book(found)


def test_too_many_rows_are_told_with_the_way_that_has_no_limit(twelve, ask, monkeypatch):
    monkeypatch.setattr(raw_views, "ROW_LIMIT", 10)

    response = ask("mia", f"{PERIOD}&export=raw")

    assert response.status_code == 422
    text = response.content.decode()
    assert "This would be 11 rows; a workbook holds 20000." in text
    assert (
        '<input type="hidden" name="filter" value="from=2026-03-02&amp;until=2026-03-03">' in text
    )
    assert AuditEntry.objects.count() == 0


def test_the_command_writes_any_number_of_rows(
    three_months, monkeypatch, tmp_path, read_book, capsys
):
    monkeypatch.setattr(raw_book, "ROW_LIMIT", 7)
    out = tmp_path / "all.xlsx"

    call_command(
        "export", "--from", "2026-01-01", "--until", "2026-04-30", "--raw", "--out", str(out)
    )

    assert list(read_book(out.read_bytes())) == ["Data 2026-01", "Data 2026-03", "Data 2026-04"]
    assert capsys.readouterr().out == f"{out}: 8 data rows, 2026-01-01 to 2026-04-30\n"
    assert [path.name for path in tmp_path.iterdir()] == ["all.xlsx"]
    assert AuditEntry.objects.get().detail["rows"] == 8


@pytest.mark.django_db(transaction=True)
def test_what_is_read_steadily_is_of_one_moment_and_locks_nobody_out(twelve, shelf):
    from threading import Thread

    found, before = asked(), count().data

    def record() -> None:
        for _ in range(3):
            world.consultation(
                shelf=shelf, employee=twelve["anna.zx"], day=TUESDAY, answers={"CRD": "accepted"}
            )
        connection.close()

    with steady():
        months = raw_rows.count(found)
        other = Thread(target=record)
        other.start()
        other.join(5)
        assert not other.is_alive()
        rows = tuple(raw_rows.rows(found))

    assert rows == before
    assert sum(month.rows for month in months) == len(before)
    assert len(tuple(raw_rows.rows(found))) == len(before) + 3


@pytest.mark.django_db(transaction=True)
def test_nothing_is_written_while_reading_steadily(twelve):
    from django.db import DatabaseError

    entry = AuditEntry(actor="x", action="x", subject="x", at=datetime.now(UTC))
    with pytest.raises(DatabaseError), steady():
        entry.save(
            force_insert=True
        ) if connection.vendor == "postgresql" else connection.cursor().execute(
            "DELETE FROM conduct_auditentry"
        )

    with transaction.atomic():  # and afterwards everything can be
        entry.save(force_insert=True)
    assert AuditEntry.objects.count() == 1
