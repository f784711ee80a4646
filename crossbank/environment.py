"""Where settings come from: the environment, then `.env`, then `var/demo.env`.

Imported before Django's settings exist, so this is plain Python.
"""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit
from zoneinfo import available_timezones

BASE = Path(__file__).resolve().parent.parent
VAR = BASE / "var"
DEMO_ENV = VAR / "demo.env"
MOST_DAYS = 3660


class MissingSetting(Exception):
    """Something that production needs is not set; the text says what to set."""


def _read_file(path: Path) -> dict[str, str]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    pairs = (line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    return {name.strip(): value.strip().strip("\"'") for name, value in pairs}


def values() -> dict[str, str]:
    """All settings by name; the environment wins over `.env`, `.env` over `var/demo.env`."""
    return {**_read_file(DEMO_ENV), **_read_file(BASE / ".env"), **os.environ}


# said when the demo is pointed at a database by hand: then nothing is written for anybody
DEMO_ELSEWHERE = (
    "A demo on a database of your choice needs SECRET_KEY, REFERENCE_KEY, "
    "ALLOWED_HOSTS=127.0.0.1,localhost and HTTPS=0 beside DATABASE_URL. With neither SECRET_KEY "
    "nor DATABASE_URL set it makes them itself."
)


def write_demo_env() -> None:
    """This will make a clone runnable once: random keys, this machine only, plain http."""
    known = {**_read_file(BASE / ".env"), **os.environ}
    if known.get("SECRET_KEY") or known.get("DATABASE_URL") or DEMO_ENV.exists():
        return
    VAR.mkdir(exist_ok=True)
    text = (
        "# Made by `manage.py demo` for trying Crossbank on this machine. Not for production.\n"
        f"SECRET_KEY={secrets.token_urlsafe(50)}\n"
        f"REFERENCE_KEY={secrets.token_urlsafe(32)}\n"
        "ALLOWED_HOSTS=localhost,127.0.0.1,[::1]\n"
        "HTTPS=0\n"
    )
    handle = os.open(DEMO_ENV, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)


class Reader:
    """Small typed readers over one mapping."""

    def __init__(self, source: dict[str, str]) -> None:
        self.source = source

    def text(self, name: str, default: str | None = None, *, hint: str = "") -> str:
        value = self.source.get(name, "")
        if value:
            return value
        if default is None:
            raise MissingSetting(
                f"{name} is not set. {hint} Set it in the environment or in the file .env."
            )
        return default

    def flag(self, name: str, *, default: bool) -> bool:
        value = self.source.get(name, "").lower()
        if value not in {"", "0", "1", "true", "false", "yes", "no", "on", "off"}:
            raise MissingSetting(f"{name} is {value!r}; write 1 or 0.")
        return value in {"1", "true", "yes", "on"} if value else default

    def days(self, name: str, *, default: int, least: int = 0) -> int:
        """A whole number of days, at most ten years."""
        value = self.source.get(name, "") or str(default)
        is_number = value.isascii() and value.isdecimal() and len(value) <= len(str(MOST_DAYS))
        if not is_number or not least <= int(value) <= MOST_DAYS:
            raise MissingSetting(
                f"{name} is {value!r}; write a whole number of days from {least} to {MOST_DAYS}."
            )
        return int(value)

    def items(self, name: str, default: str = "") -> list[str]:
        return [item.strip() for item in self.text(name, default).split(",") if item.strip()]


def time_zone(name: str) -> str:
    if name not in available_timezones():
        raise MissingSetting(f"TIME_ZONE is {name!r}; write a zone such as Europe/Berlin.")
    return name


@dataclass(frozen=True, kw_only=True)
class Mail:
    """The server that takes our mails, in Django's words; without a host there is none."""

    host: str = ""
    port: int = 0
    user: str = ""
    password: str = ""
    use_tls: bool = False  # STARTTLS
    use_ssl: bool = False


_MAIL_PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}


def mail(url: str) -> Mail:
    """`smtp+tls://user:password@host:587`, with STARTTLS; `smtps://` speaks TLS from the first
    byte, `smtp://` none at all. Empty: no mails."""
    if not url:
        return Mail()
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = None
        parts = parts._replace(scheme="")  # said below
    if parts.scheme not in _MAIL_PORTS or not parts.hostname:
        raise MissingSetting(
            "EMAIL_URL must name a mail server, for example "
            "smtp+tls://crossbank:password@mail.bank.example:587."
        )
    return Mail(
        host=parts.hostname,
        port=port or _MAIL_PORTS[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        use_tls=parts.scheme == "smtp+tls",
        use_ssl=parts.scheme == "smtps",
    )


def database(url: str) -> dict[str, object]:
    """`sqlite:///relative`, `sqlite:////absolute` or `postgres://user:password@host:port/name`."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        path = Path(unquote(parts.path.removeprefix("/")))
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": path if path.is_absolute() else BASE / path,
            "OPTIONS": {
                # deferred transactions answer "database is locked" at once when two people save
                "transaction_mode": "IMMEDIATE",
                "timeout": 10,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; "
                "PRAGMA foreign_keys=ON; PRAGMA recursive_triggers=ON;",
            },
        }
    try:
        port = parts.port
    except ValueError:
        port = None
        parts = parts._replace(scheme="")  # said below: this is no address of a database
    if parts.scheme not in {"postgres", "postgresql"}:
        raise MissingSetting(
            "DATABASE_URL must start with sqlite:// or postgres://, "
            "for example postgres://crossbank:password@127.0.0.1:5432/crossbank."
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": dict(parse_qsl(parts.query)),
    }
