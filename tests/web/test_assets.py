"""What production serves as static files."""

from pathlib import Path

from django.core.files.base import ContentFile

from crossbank.web.assets import Storage


def test_own_scripts_are_stored_without_comments_others_untouched(tmp_path: Path) -> None:
    storage = Storage(location=tmp_path)
    text = b"// why\nconst two = 1  +  1;\n"

    for name in ("js/own.js", "admin/js/theirs.js", "css/own.css"):
        storage.save(name, ContentFile(text))

    assert (tmp_path / "js/own.js").read_bytes() == b"const two=1+1;"
    assert (tmp_path / "admin/js/theirs.js").read_bytes() == text
    assert (tmp_path / "css/own.css").read_bytes() == text
