"""The demo's web server: static files collected when they changed, one worker, this machine only."""

import hashlib
import os
import socket
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connections
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from crossbank.environment import BASE

ADDRESS = "127.0.0.1"


def _fingerprint() -> str:
    """Names and times of all static files, and how they are stored."""
    lines = [settings.STORAGES["staticfiles"]["BACKEND"], *sorted(_static_files())]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _static_files() -> Iterator[str]:
    for finder in get_finders():
        for path, storage in finder.list([]):
            found = Path(storage.path(path)).stat()
            prefix = getattr(storage, "prefix", None) or ""
            yield f"{prefix}/{path} {found.st_mtime_ns} {found.st_size}"


def collect_if_stale() -> bool:
    """This will run collectstatic when a static file changed since the last time; did it?"""
    stamp = Path(settings.STATIC_ROOT) / ".stamp"
    now = _fingerprint()
    if stamp.exists() and stamp.read_text(encoding="utf-8") == now:
        return False
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(now, encoding="utf-8")
    return True


def require_free(port: int) -> None:
    """Raises CommandError when nobody can listen there."""
    with socket.socket() as probe:
        if os.name == "posix":  # elsewhere the option would share a port that is in use
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, port))
        except OSError as problem:
            raise CommandError(
                f"Port {port} cannot be used ({problem.strerror}). "
                f"Choose another one: demo --port {port + 1 if port < 65535 else 8000}"
            ) from None


def serve(port: int) -> None:
    """This will serve until Ctrl-C. Demo traffic is one person's: one worker, one thread."""
    connections.close_all()  # the worker is forked: a connection must not be in two processes
    Granian(
        "crossbank.wsgi:application",
        address=ADDRESS,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=1,
        log_level=LogLevels.warning,
        working_dir=BASE,
    ).serve()
