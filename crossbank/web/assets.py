"""Static files as production serves them: hashed, compressed, our own scripts minified."""

from typing import Any

import minify
from django.core.files.base import ContentFile, File
from whitenoise.storage import CompressedManifestStaticFilesStorage


def minified(script: str) -> str:
    """The same script without comments, with short local names."""
    return str(minify.string("application/javascript", script))


class Storage(CompressedManifestStaticFilesStorage):
    """WhiteNoise's storage, which stores `js/*.js` minified; other people's files stay as they are."""

    def _save(self, name: str, content: File) -> Any:
        if name.startswith("js/") and name.endswith(".js"):
            # from the start: to name the hashed copy, Django has read the file to its end
            whole = b"".join(content.chunks())
            content = ContentFile(minified(whole.decode()).encode())
        return super()._save(name, content)
