"""Long exports: one at a time, cancelled in a second, handed to whoever asked and may still see it."""

import os
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest
from django.conf import settings as conf
from django.core.management import call_command
from django.db import IntegrityError, connection
from django.test import Client
from django.utils import timezone

from crossbank.conduct.models import AuditEntry
from crossbank.org.models import Role
from crossbank.review import export_process, exports, raw_rows, views
from crossbank.review import scope as scopes
from crossbank.review.models import Export
from tests.desk.test_races import at_once
from tests.review import world
from tests.review.test_workbook import count
from tests.review.world import MONDAY, TUESDAY

PERIOD = f"from={MONDAY}&until={TUESDAY}"
State = Export.State


@pytest.fixture(autouse=True)
def folder(settings, tmp_path) -> Path:
    settings.EXPORT_DIR = tmp_path / "exports"
    return settings.EXPORT_DIR


@pytest.fixture
def started(monkeypatch) -> list[int]:
    """What would be written by a process of its own."""
    found: list[int] = []
    monkeypatch.setattr(exports, "start", lambda export: found.append(export.pk))
    return found


@pytest.fixture
def as_(people):
    def signed_in(username: str) -> Client:
        client = Client()
        client.force_login(people[username])
        return client

    return signed_in


def ask_for(client: Client, query: str = PERIOD):
    return client.post("/review/exports/", {"filter": query})


def asked_by(who, **changes) -> Export:
    asked = scopes.narrow(scopes.of(who), since=MONDAY, last=TUESDAY)
    export = exports.make(asked=asked, at=timezone.now(), by=who)
    Export.objects.filter(pk=export.pk).update(**changes)
    return Export.objects.get(pk=export.pk)


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_asking_starts_one_of_ones_own(twelve, as_, started):
    response = ask_for(as_("mia"), f"{PERIOD}&staff=anna.zx")

    assert (response.status_code, response["Location"]) == (303, "/review/exports/")
    export = Export.objects.get()
    assert started == [export.pk]
    assert (export.by, export.state, export.slot) == (twelve["mia"], State.WAITING, 1)
    assert (export.rows_done, export.rows_all) == (0, 7)
    assert export.filter == f"{PERIOD}&staff=anna.zx"
    assert export.file_name == "crossbank_B01_2026-03-02_2026-03-03_raw.xlsx"
    page = as_("mia").get("/review/exports/").content.decode()
    assert '<progress class="cb-export__bar" max="7" value="0"' in page
    assert 'hx-trigger="every 2s"' in page
    assert AuditEntry.objects.count() == 0  # nothing has left yet


@pytest.mark.parametrize(
    ("query", "status"), [("branch=B02", 404), ("staff=chai.wj", 404), ("from=rubbish", 422)]
)
def test_what_one_may_not_see_or_mistyped_is_not_begun(twelve, as_, started, query, status):
    assert ask_for(as_("mia"), query).status_code == status

    assert (started, Export.objects.count()) == ([], 0)


def test_one_at_a_time_for_a_person(twelve, as_, started):
    ask_for(as_("mia"))

    response = ask_for(as_("mia"))

    assert response.status_code == 409
    assert "You have one under way." in response.content.decode()
    assert Export.objects.count() == len(started) == 1


def test_three_at_once_in_the_bank(twelve, as_, started, harbour):
    for number in range(3):
        asked_by(world.person(f"boss{number}", Role.MANAGER, branch=harbour))

    response = ask_for(as_("mia"))

    assert response.status_code == 409
    assert "As many as the bank writes at once are being written." in response.content.decode()
    assert sorted(Export.objects.values_list("slot", flat=True)) == [1, 2, 3]
    Export.objects.filter(slot=2).update(state=State.DONE, slot=None)
    assert ask_for(as_("mia")).status_code == 303
    assert Export.objects.get(by=twelve["mia"]).slot == 2


@pytest.mark.parametrize("fields", [{"slot": 1}, {"slot": None}, {"slot": 2, "state": State.DONE}])
def test_the_database_itself_refuses_a_second(twelve, fields):
    first = asked_by(twelve["mia"])
    kept = {f.attname: getattr(first, f.attname) for f in Export._meta.fields if f.name != "id"}

    with pytest.raises(IntegrityError):
        Export.objects.create(**{**kept, "by_id": twelve["carl"].pk, **fields})


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_a_person_and_three_in_the_bank_are_begun(twelve, harbour):
    bosses = [world.person(f"boss{n}", Role.MANAGER, branch=harbour) for n in range(4)]
    for _ in range(6):
        Export.objects.all().delete()
        results = at_once([lambda who=who: asked_by(who) for who in bosses * 2])

        begun = [result for result in results if isinstance(result, Export)]
        refused = [type(result) for result in results if not isinstance(result, Export)]
        assert set(refused) <= {exports.OneAtATime, exports.AllBusy}
        kept = Export.objects.order_by("slot").values_list("slot", "by")
        assert len(kept) == len(begun) == len({by for _, by in kept}) <= Export.SLOTS
        assert begun  # they do not all refuse each other


@pytest.mark.django_db(transaction=True)
def test_written_and_fetched_it_is_the_sheet_data(twelve, as_, folder, read_book):
    export = asked_by(twelve["mia"])

    assert export_process.write(export.pk)

    export.refresh_from_db()
    assert (export.state, export.slot, export.rows_done, export.rows_all) == ("done", None, 11, 11)
    assert (export.places, export.names) == ([twelve["mia"].branch_id], True)
    assert files(folder) == [f"{export.pk}.xlsx"]
    assert folder.stat().st_mode & 0o777 == 0o700
    assert exports.file(export.pk).stat().st_mode & 0o777 == 0o600
    page = as_("mia").get("/review/exports/").content.decode()
    assert f'href="/review/exports/{export.pk}/file/"' in page
    assert "hx-get" not in page
    assert "htmx" not in page.replace("htmx-config", "")

    response = as_("mia").get(f"/review/exports/{export.pk}/file/")

    assert response.headers["Content-Disposition"] == f'attachment; filename="{export.file_name}"'
    rows = read_book(response.getvalue())["Data"][1:]
    assert [tuple(row) for row in rows] == list(count(branch="B01").data)
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.action, entry.subject) == ("mia", "export", export.file_name)
    assert entry.detail == {"filter": PERIOD, "rows": 11, "raw": True}


def test_without_its_line_in_the_trail_nothing_leaves(twelve, as_, folder, monkeypatch):
    export = asked_by(twelve["mia"], state=State.DONE, slot=None)
    exports.folder()
    exports.file(export.pk).write_bytes(b"x")
    monkeypatch.setattr("crossbank.review.export_views.record", lambda **fields: 1 / 0)
    client = as_("mia")

    with pytest.raises(ZeroDivisionError):
        client.get(f"/review/exports/{export.pk}/file/")


@pytest.mark.parametrize("who", ["carl", "rita", "olga"])
def test_somebody_elses_is_not_there(twelve, as_, started, who):
    export = asked_by(twelve["mia"], state=State.DONE, slot=None)
    exports.folder()
    exports.file(export.pk).write_bytes(b"x")

    assert as_(who).get(f"/review/exports/{export.pk}/file/").status_code == 404
    assert as_(who).post(f"/review/exports/{export.pk}/cancel/").status_code == 404
    assert export.file_name not in as_(who).get("/review/exports/").content.decode()
    assert AuditEntry.objects.count() == 0


@pytest.mark.parametrize(
    ("moved", "status"),
    [
        ({}, 200),
        ({"branch": "B02"}, 404),
        ({"role": Role.REGIONAL}, 404),
        ({"role": "seller"}, 403),
    ],
)
def test_who_may_no_longer_see_it_does_not_get_it(twelve, as_, moved, status):
    mia = twelve["mia"]
    export = asked_by(mia, state=State.DONE, slot=None, places=[mia.branch_id], names=True)
    exports.folder()
    exports.file(export.pk).write_bytes(b"x")
    if "branch" in moved:
        mia.branch = twelve["chai.wj"].branch
    if "role" in moved:
        mia.role = moved["role"]
        mia.region = mia.branch.region
        mia.branch = mia.branch if moved["role"] == "seller" else None
    mia.save()

    response = as_("mia").get(f"/review/exports/{export.pk}/file/")

    assert response.status_code == status
    assert AuditEntry.objects.count() == (status == 200)
    response.close()


@pytest.mark.django_db(transaction=True)
def test_who_may_no_longer_ask_gets_no_file(twelve, folder):
    mia = twelve["mia"]
    export = asked_by(mia)
    type(mia).objects.filter(pk=mia.pk).update(role=Role.SELLER)

    with pytest.raises(export_process.NoLongerAllowed):
        export_process.write(export.pk)

    export.refresh_from_db()
    assert (export.state, export.slot, files(folder)) == ("failed", None, [])


def test_cancelled_before_it_began_it_never_begins(twelve, as_, folder):
    export = asked_by(twelve["mia"])

    def cancel() -> str:
        assert as_("mia").post(f"/review/exports/{export.pk}/cancel/").status_code == 303
        return as_("mia").get("/review/exports/").content.decode()

    assert "Cancelled; no file is left." in cancel()
    assert not export_process.write(export.pk)
    export.refresh_from_db()
    assert (export.state, export.slot, files(folder)) == ("cancelled", None, [])
    cancel()
    export.refresh_from_db()
    assert export.state == "cancelled"


@pytest.mark.django_db(transaction=True)
def test_cancelled_while_it_is_written_it_stops_and_leaves_nothing(
    twelve, as_, folder, monkeypatch
):
    """Rows without end: only the cancelling stops it."""
    row = count().data[0]

    def endless(asked, *, tell):
        while True:
            tell(1)
            yield row
            time.sleep(0.001)

    monkeypatch.setattr(raw_rows, "rows", endless)
    monkeypatch.setattr(export_process, "BEAT", 0.1)
    export = asked_by(twelve["mia"])
    answers = []

    def work() -> None:
        answers.append(export_process.write(export.pk))
        connection.close()

    writer = Thread(target=work)
    writer.start()
    for _ in range(100):
        export.refresh_from_db()
        if export.rows_done:
            break
        time.sleep(0.05)
    assert (export.state, export.rows_all, files(folder)) == (
        "running", 11, [f"{export.pk}.part"],
    )  # fmt: skip
    assert export.rows_done > 0

    exports.cancel(export=export, at=timezone.now(), by=twelve["mia"])
    writer.join(2)

    assert not writer.is_alive()
    export.refresh_from_db()
    assert (answers, export.state, files(folder)) == ([False], "cancelled", [])


@pytest.mark.django_db(transaction=True)
def test_what_breaks_is_called_failed_and_leaves_nothing(twelve, folder, monkeypatch):
    def broken(asked, *, tell):
        yield count().data[0]
        raise OSError("the disk is full")

    monkeypatch.setattr(raw_rows, "rows", broken)
    export = asked_by(twelve["mia"])

    with pytest.raises(OSError, match="disk is full"):
        export_process.write(export.pk)

    export.refresh_from_db()
    assert (export.state, export.slot, files(folder)) == ("failed", None, [])


def test_a_dead_process_is_told_and_makes_room(twelve, as_, started, folder):
    long_ago = timezone.now() - Export.SILENCE - timedelta(seconds=1)
    dead = asked_by(twelve["mia"], state=State.RUNNING, seen_at=long_ago)
    exports.folder()
    exports.part(dead.pk).write_bytes(b"half")

    page = as_("mia").get("/review/exports/").content.decode()
    assert "It did not come to its end, and no file is left. Start it again." in page
    assert f'name="filter" value="{PERIOD.replace("&", "&amp;")}"' in page

    assert ask_for(as_("mia"), dead.filter).status_code == 303

    dead.refresh_from_db()
    assert (dead.state, dead.slot, files(folder)) == ("failed", None, [])
    assert started == [Export.objects.exclude(pk=dead.pk).get().pk]


def test_after_a_day_nothing_is_left(twelve, folder, capsys):
    old = asked_by(twelve["mia"], state=State.DONE, slot=None)
    young = asked_by(twelve["carl"], state=State.DONE, slot=None)
    exports.folder()
    for name in (f"{old.pk}.xlsx", f"{young.pk}.xlsx", "987654.part"):
        (folder / name).write_bytes(b"x")
    Export.objects.filter(pk=old.pk).update(made_at=timezone.now() - timedelta(hours=25))

    call_command("forget_exports")

    assert capsys.readouterr().out == "1 exports forgotten, 0 called failed.\n"
    assert list(Export.objects.all()) == [young]
    assert files(folder) == [f"{young.pk}.xlsx"]


def test_a_file_that_is_gone_is_not_there(twelve, as_):
    export = asked_by(twelve["mia"], state=State.DONE, slot=None)

    assert as_("mia").get(f"/review/exports/{export.pk}/file/").status_code == 404
    assert AuditEntry.objects.count() == 0


def test_the_fragment_is_what_the_page_holds(twelve, as_, started):
    asked_by(twelve["mia"])

    whole = as_("mia").get("/review/exports/")
    fragment = as_("mia").get("/review/exports/", headers={"HX-Request": "true"})

    def plain(text: str) -> str:
        cut = text[text.index('<section id="cb-exports"') : text.index("</section>")]
        return " ".join(part for part in cut.split() if "csrf" not in part and "value=" not in part)

    assert plain(fragment.content.decode()) == plain(whole.content.decode())
    assert "<html" not in fragment.content.decode()
    assert {whole["Vary"], fragment["Vary"]} == {"HX-Request, Cookie, Accept-Encoding"}


def test_only_the_last_five_are_listed(twelve, as_, django_assert_num_queries):
    for _ in range(7):
        asked_by(twelve["mia"], state=State.DONE, slot=None)
    client = as_("mia")
    client.get("/review/exports/")

    page = client.get("/review/exports/").content.decode()

    assert page.count("<article") == 5


def test_from_review_to_the_job(twelve, as_, monkeypatch, started):
    monkeypatch.setattr(views, "ROW_LIMIT", 10)

    page = as_("mia").get(f"/review/?{PERIOD}&export=xlsx")

    assert page.status_code == 422
    assert 'action="/review/exports/"' in page.content.decode()
    assert "Write all rows as raw data" in page.content.decode()
    assert started == []  # looking begins nothing


@pytest.mark.django_db(transaction=True)
def test_a_real_process_writes_it(twelve, folder, read_book):
    """The command as `start` begins it, on the database of this test."""
    export = asked_by(twelve["mia"])
    database = connection.settings_dict
    url = (
        f"sqlite:///{database['NAME']}"
        if connection.vendor == "sqlite"
        else f"postgres://{database['USER']}@{database['HOST']}:{database['PORT']}/{database['NAME']}"
    )
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "crossbank.settings",
        "DATABASE_URL": url,
        "EXPORT_DIR": str(folder),
        "SECRET_KEY": conf.SECRET_KEY,
        "REFERENCE_KEY": conf.REFERENCE_KEY,
    }
    started = subprocess.run(
        [sys.executable, "manage.py", "write_export", str(export.pk)],
        cwd=conf.BASE, env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip

    assert (started.returncode, started.stderr) == (0, "")
    export.refresh_from_db()
    assert (export.state, export.rows_done) == ("done", 11)
    assert len(read_book(exports.file(export.pk).read_bytes())["Data"]) == 12


def test_starting_begins_our_own_command_in_a_session_of_its_own(twelve, monkeypatch):
    begun = []

    class Process:
        def __init__(self, command, **options):
            begun.append((command, options))

        def wait(self) -> int:
            return 0

    monkeypatch.setattr(exports.subprocess, "Popen", Process)
    export = asked_by(twelve["mia"])

    exports.start(export)

    [(command, options)] = begun
    assert command == [sys.executable, str(conf.BASE / "manage.py"), "write_export", str(export.pk)]
    assert options["start_new_session"]
    assert (options["stdin"], options["stdout"]) == (subprocess.DEVNULL, subprocess.DEVNULL)
