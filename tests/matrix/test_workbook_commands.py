"""`matrix_export` and `matrix_import` from the outside."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from crossbank.conduct.models import AuditEntry
from crossbank.matrix.models import Edition, Pairing
from tests.matrix.workbooks import edited, place, state

pytestmark = pytest.mark.django_db


def run(*args: object) -> str:
    out = StringIO()
    call_command(*map(str, args), stdout=out)
    return out.getvalue()


@pytest.fixture
def file(bank, tmp_path):
    path = tmp_path / "matrix.xlsx"
    said = run("matrix_export", path)
    assert (
        said
        == f"{path}: edition 1, {Pairing.objects.count()} pairs by hand, 0 rules, 4 basket rules\n"
    )
    return path


@pytest.fixture
def changed(file):
    def edit(book):
        place(book, "Rank", "ACC-BAS", "DIG-APP").value = 9
        place(book, "Grid", "ACC-BAS", "DIG-ALR").value = None

    file.write_bytes(edited(file.read_bytes(), edit))
    return file


def spoilt(file):
    def edit(book):
        place(book, "Rank", "ACC-BAS", "DIG-APP").value = 9
        book["Grid"]["G3"] = "Perhaps"
        book["Say"]["G3"] = "=1"

    file.write_bytes(edited(file.read_bytes(), edit))
    return file


def test_unchanged_file_has_no_differences(file) -> None:
    assert run("matrix_import", file, "--dry-run") == (
        "No differences.\nNothing was written: this was a dry run.\n"
    )
    assert run("matrix_import", file) == "No differences.\n"


def test_dry_run_shows_and_writes_nothing(changed) -> None:
    before = state()

    said = run("matrix_import", changed, "--dry-run").splitlines()

    assert [line.split(" (")[0] for line in said[:2]] == [
        "Changed: Pair ACC-BAS → DIG-APP",
        "Removed: Pair ACC-BAS → DIG-ALR",
    ]
    assert said[0].endswith("rank: 2 → 9")
    assert said[2:] == ["0 Added, 1 Changed, 1 Removed", "Nothing was written: this was a dry run."]
    assert state() == before


def test_import_writes_the_draft_and_no_edition(changed) -> None:
    run("matrix_import", changed)

    assert Pairing.objects.get(main__code="ACC-BAS", cross__code="DIG-APP").rank == 9
    assert Edition.objects.count() == 1
    entry = AuditEntry.objects.get(action="matrix_imported")
    assert (entry.actor, entry.actor_role) == ("command line", "admin")


def test_import_is_published_in_the_name_of_two(changed) -> None:
    said = run("matrix_import", changed, "--publish-as", "owner", "--approved-by", "owner2")

    edition = Edition.objects.get(number=2)
    assert said.splitlines()[-1] == "Edition 2 is published."
    assert (edition.author.username, edition.approver.username) == ("owner", "owner2")
    assert AuditEntry.objects.get(action="matrix_imported").actor == "owner"
    with pytest.raises(CommandError, match="from edition 1, and edition 2 is the newest now"):
        run("matrix_import", changed)


def test_nothing_new_is_not_published(file) -> None:
    said = run("matrix_import", file, "--publish-as", "owner", "--approved-by", "owner2")

    assert "Nothing has changed, so nothing was published." in said
    assert Edition.objects.count() == 1


@pytest.mark.parametrize(
    ("people", "words"),
    [
        (["--publish-as", "owner", "--approved-by", "owner"], "another person than the author"),
        (["--publish-as", "owner"], "belong together"),
        (["--approved-by", "owner2"], "belong together"),
        (["--publish-as", "seller", "--approved-by", "owner2"], "--publish-as: nobody who keeps"),
        (["--publish-as", "owner", "--approved-by", "seller"], "--approved-by: nobody who keeps"),
        (["--publish-as", "nobody", "--approved-by", "owner"], "called “nobody”"),
    ],
)
def test_two_people_who_may_publish_are_needed(changed, people, words) -> None:
    before = state()

    with pytest.raises(CommandError, match=words):
        run("matrix_import", changed, *people)

    assert (state(), Edition.objects.count()) == (before, 1)


def test_what_cannot_be_published_is_not_taken_over(changed) -> None:
    from crossbank.catalog.models import Product

    Product.objects.filter(code="INS-CRP").update(disclosure="")
    before = state()

    with pytest.raises(CommandError, match=r"(?s)cannot be published.*INS-CRP.*no disclosure"):
        run("matrix_import", changed, "--publish-as", "owner", "--approved-by", "owner2")

    assert (state(), Edition.objects.count()) == (before, 1)
    assert not AuditEntry.objects.filter(action="matrix_imported").exists()


@pytest.mark.parametrize("options", [[], ["--dry-run"]])
def test_trouble_is_told_by_cell_and_nothing_is_written(file, options) -> None:
    before = state()

    with pytest.raises(CommandError) as why:
        run("matrix_import", spoilt(file), *options)

    lines = str(why.value).splitlines()
    assert lines[0] == "Nothing was written. Mend these cells first:"
    assert [line.split(":")[0] for line in lines[1:]] == ["Grid!G3", "Say!G3"]
    assert state() == before


def test_files_that_are_none_are_told_in_a_sentence(bank, tmp_path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"a;b")
    (tmp_path / "b.xlsx").write_bytes(b"x" * 6_000_000)

    for name, words in (
        ("missing.xlsx", "cannot be read: No such file"),
        ("a.xlsx", "This file is no workbook"),
        ("b.xlsx", "larger than 5 MB"),
    ):
        with pytest.raises(CommandError, match=words):
            run("matrix_import", tmp_path / name)
    with pytest.raises(CommandError, match="cannot be written"):
        run("matrix_export", tmp_path / "no" / "folder.xlsx")
