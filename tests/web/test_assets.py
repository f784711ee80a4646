"""What production serves as static files."""

from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage

from crossbank.web.assets import Storage


def test_own_scripts_are_stored_without_comments_others_untouched(tmp_path: Path) -> None:
    storage = Storage(location=tmp_path)
    text = b"// why\nconst two = 1  +  1;\n"

    for name in ("js/own.js", "admin/js/theirs.js", "css/own.css"):
        storage.save(name, ContentFile(text))

    assert (tmp_path / "js/own.js").read_bytes() == b"const two=1+1"
    assert (tmp_path / "admin/js/theirs.js").read_bytes() == text
    assert (tmp_path / "css/own.css").read_bytes() == text


def test_the_hashed_copy_that_pages_ask_for_holds_the_script(tmp_path: Path) -> None:
    source = FileSystemStorage(location=tmp_path / "source")
    source.save("js/own.js", ContentFile(b"// why\nconst two = 1  +  1;\n"))
    storage = Storage(location=tmp_path / "stored", base_url="/static/")
    with source.open("js/own.js") as script:
        storage.save("js/own.js", script)

    done = list(storage.post_process({"js/own.js": (source, "js/own.js")}))

    hashed = storage.stored_name("js/own.js")
    assert hashed != "js/own.js"
    assert {name for name, _hashed, _processed in done} >= {"js/own.js"}
    assert (tmp_path / "stored" / hashed).read_bytes() == b"const two=1+1"
