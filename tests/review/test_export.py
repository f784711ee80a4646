"""The command: the same workbook without a browser, and mistakes answered in words."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from crossbank.conduct.models import AuditEntry
from tests.review.world import MONDAY, TUESDAY


def export(out: Path, *more: str, since: str = str(MONDAY), until: str = str(TUESDAY)) -> None:
    call_command("export", "--from", since, "--until", until, "--out", str(out), *more)


def test_it_writes_the_whole_bank_with_names(twelve, tmp_path, capsys, read_book, read_table):
    out = tmp_path / "bank.xlsx"

    export(out)

    tally = read_table(read_book(out.read_bytes())["Tally"])
    assert sum(row["Total"] for row in tally) == 9
    assert {row["Staff"] for row in tally} == {"anna.zx", "bruno.qv", "chai.wj"}
    assert capsys.readouterr().out == (
        f"{out}: 14 data rows, 9 consultations, 2026-03-02 to 2026-03-03\n"
    )


@pytest.mark.parametrize(
    ("more", "total"), [(["--branch", "B02"], 2), (["--region", "R-NORTH"], 7)]
)
def test_it_narrows(twelve, tmp_path, read_book, read_table, more, total):
    out = tmp_path / "part.xlsx"

    export(out, *more)

    assert sum(row["Total"] for row in read_table(read_book(out.read_bytes())["Tally"])) == total


def test_it_is_the_workbook_of_the_page(twelve, tmp_path, ask, read_book):
    out = tmp_path / "bank.xlsx"

    export(out)

    ours = read_book(out.read_bytes())
    theirs = read_book(ask("carl", f"from={MONDAY}&until={TUESDAY}&export=xlsx").content)
    for name in ("Tally", "Pairings", "Missed", "Data"):
        assert ours[name] == theirs[name], name


def test_it_leaves_a_line_in_the_trail(twelve, tmp_path):
    export(tmp_path / "bank.xlsx", "--branch", "B01")

    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.action, entry.subject) == ("command line", "export", "bank.xlsx")
    assert entry.detail == {
        "filter": "from=2026-03-02&until=2026-03-03&branch=B01",
        "rows": 11,
    }


@pytest.mark.parametrize(
    ("more", "since", "until", "words"),
    [
        (["--branch", "B99"], "2026-03-02", "2026-03-03", "There is no “B99” here."),
        (["--region", "nowhere"], "2026-03-02", "2026-03-03", "There is no “nowhere” here."),
        ([], "02.03.2026", "2026-03-03", "--from: “02.03.2026” is not a day."),
        ([], "2026-03-03", "2026-03-02", "--until: The last day lies before the first."),
        ([], "2020-03-03", "2026-03-02", "--from: Choose at most 366 days."),
    ],
)
def test_mistakes_are_answered_in_words(twelve, tmp_path, more, since, until, words):
    out = tmp_path / "never.xlsx"

    with pytest.raises(CommandError, match=words):
        export(out, *more, since=since, until=until)

    assert not out.exists()
    assert AuditEntry.objects.count() == 0


def test_a_file_that_cannot_be_written_leaves_no_line(twelve, tmp_path):
    with pytest.raises(CommandError, match="cannot be written: No such file"):
        export(tmp_path / "no" / "where.xlsx")

    assert AuditEntry.objects.count() == 0
