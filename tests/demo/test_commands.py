"""`demo` and `simulate` from the outside."""

import socket
from collections import Counter
from datetime import date
from io import StringIO
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from openpyxl import load_workbook

from crossbank.catalog.models import Product
from crossbank.conduct.marker import is_demo
from crossbank.conduct.models import AuditEntry
from crossbank.demo import guard, serving
from crossbank.demo.guard import State
from crossbank.desk.entries import Answer, Entry
from crossbank.desk.models import Consultation, ConsultationItem, DaySheet
from crossbank.desk.proof import drift
from crossbank.desk.services import record
from crossbank.matrix.models import Edition
from crossbank.offers.models import Offer
from crossbank.org.models import User
from tests.released import keep_only

pytestmark = pytest.mark.django_db
TABLES = (User, Product, Offer, Edition, Consultation, ConsultationItem, DaySheet, AuditEntry)


@pytest.fixture(autouse=True)
def static_root(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATIC_ROOT.mkdir()
    (settings.STATIC_ROOT / ".stamp").write_text(serving._fingerprint(), encoding="utf-8")
    return settings.STATIC_ROOT


def demo(*args: str) -> str:
    out = StringIO()
    call_command("demo", "--no-serve", "--days", "10", "--today", "2026-03-12", *args, stdout=out)
    return out.getvalue()


def simulate(*args: str) -> str:
    out = StringIO()
    call_command("simulate", *args, stdout=out)
    return out.getvalue()


def test_demo_tells_what_a_person_needs():
    said = demo("--port", "8123")

    assert "http://127.0.0.1:8123/" in said
    assert "crossbank-demo" in said
    assert (
        "Test day of B01: 2026-03-11, Wednesday: 40 customers, 22 main only, 13 main + 1, "
        "5 main + 2; cross rate 45.0%, depth 0.575." in said
    )
    assert is_demo()
    assert not Consultation.objects.filter(business_date__gte=date(2026, 3, 12)).exists()


def test_second_run_changes_nothing():
    demo()
    Product.objects.filter(code="DIG-APP").update(name="Our own name")
    seller = User.objects.select_related("branch").get(username="seller")
    by_hand = Entry(
        uuid=UUID(int=7),
        main="ACC-BAS",
        edition=1,
        answers=(Answer(code="DIG-APP", response="accepted"),),
    )
    record(entry=by_hand, branch=seller.branch, at=timezone.now(), by=seller)
    keep_only(Offer.objects.exclude(code="TL-5").values_list("code", flat=True))
    before = {model: model.objects.count() for model in TABLES}

    said = demo("--seed", "9")

    assert "no days were added, nothing was changed" in said
    assert {model: model.objects.count() for model in TABLES} == before
    assert Product.objects.get(code="DIG-APP").name == "Our own name"
    assert Consultation.objects.get(uuid=UUID(int=7)).depth == 1
    assert "Test day of B01: 2026-03-11, Wednesday: 40 customers" in said
    assert drift() == []


def test_newer_data_files_add_rows_but_no_days(monkeypatch):
    demo()
    Product.objects.filter(code="DIG-APP").update(name="Our own name")
    keep_only(Offer.objects.exclude(code="TL-5").values_list("code", flat=True))
    before = Consultation.objects.count()
    monkeypatch.setattr("crossbank.demo.bank.digest", lambda: "newer")

    said = demo()

    assert "Added: 1 offers." in said
    assert "No days were added" in said
    assert Consultation.objects.count() == before
    assert Product.objects.get(code="DIG-APP").name == "Our own name"
    assert "Test day of B01: 2026-03-11" in said


@pytest.mark.parametrize("command", ["demo", "simulate"])
def test_a_database_in_use_is_left_alone(command):
    User.objects.create_superuser("somebody", password="a long enough password")
    before = {model: model.objects.count() for model in TABLES}
    args = {"demo": demo, "simulate": simulate}

    with pytest.raises(CommandError, match="was not made by `demo`"):
        args[command](*([] if command == "demo" else ["--employees=1", "--days=1", "--per-day=1"]))

    assert {model: model.objects.count() for model in TABLES} == before
    assert not is_demo()


def test_debug_may_load_into_any_database_but_does_not_mark_it(settings):
    settings.DEBUG = True
    User.objects.create_superuser("somebody", password="a long enough password")

    demo()

    assert Consultation.objects.exists()
    assert not is_demo()


def test_tables_of_another_application_are_foreign():
    assert guard.state() is State.EMPTY

    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE somebody_elses (id integer)")

    assert guard.state() is State.FOREIGN


def test_export_does_the_main_job(tmp_path):
    file = tmp_path / "bank.xlsx"

    demo("--export", str(file))

    book = load_workbook(file, read_only=True)
    assert book.sheetnames == [
        *("Summary", "Tally", "Pairings", "Missed", "Changes", "Partners", "Data", "About")
    ]
    rows = list(book["Tally"].iter_rows(values_only=True))
    head = next(row for row in rows if row[:2] == ("Date", "Region"))
    total = Counter()
    for row in rows:
        line = dict(zip(head, row, strict=False))
        if line["Branch"] == "B01" and str(line["Date"]).startswith("2026-03-11"):
            total.update(
                {name: line[name] for name in ("Main only", "Main + 1", "Main + 2", "Total")}
            )
    book.close()
    assert total == {"Main only": 22, "Main + 1": 13, "Main + 2": 5, "Total": 40}


@pytest.mark.parametrize(
    ("args", "said"), [(["--today", "soon"], "not a day"), (["--days", "0"], "1 or more")]
)
def test_demo_explains_wrong_words(args, said):
    with pytest.raises(CommandError, match=said):
        call_command("demo", "--no-serve", *args)

    assert not User.objects.exists()


def test_a_port_in_use_is_told_before_anything_is_loaded():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(CommandError, match=f"Port {port} cannot be used"):
            call_command("demo", "--port", str(port))

    assert not User.objects.exists()


def test_static_files_are_collected_when_they_changed(static_root):
    assert serving.collect_if_stale() is False

    (static_root / ".stamp").write_text("older", encoding="utf-8")

    assert serving.collect_if_stale() is True
    assert (static_root / "css" / "base.css").exists()
    assert serving.collect_if_stale() is False


def test_simulate_adds_colleagues_and_keeps_the_test_day():
    call_command("demo", "--no-serve", "--days", "10", stdout=StringIO())
    first = Consultation.objects.count()
    test_day = Consultation.objects.filter(branch__code="B01").latest("business_date").business_date

    simulate("--employees", "8", "--days", "10", "--per-day", "4")

    sims = User.objects.filter(username__startswith="sim-").order_by("username")
    assert [sim.username for sim in sims] == [f"sim-{n:04}" for n in range(1, 9)]
    assert not any(sim.has_usable_password() for sim in sims)
    assert Counter(sims.values_list("branch__code", flat=True)) == dict.fromkeys(
        ("B01", "B02", "B03", "B04"), 2
    )
    added = Consultation.objects.filter(employee__in=sims)
    assert 100 < added.count() < 320  # some 56 shifts of 4
    assert Consultation.objects.count() == first + added.count()
    assert not added.filter(branch__code="B01", business_date=test_day).exists()
    assert drift() == []

    simulate("--employees", "8", "--days", "10", "--per-day", "4")

    assert Consultation.objects.count() == first + added.count()


def test_simulate_needs_a_bank():
    with pytest.raises(CommandError, match="run `demo --no-serve` first"):
        simulate("--employees=1", "--days=1", "--per-day=1")
