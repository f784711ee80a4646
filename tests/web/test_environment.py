"""Settings from the environment: read, or refused in a sentence before anything starts."""

import os
import subprocess
import sys

import pytest

from crossbank.environment import Mail, MissingSetting, Reader, mail


@pytest.mark.parametrize(
    ("given", "days"), [({}, 90), ({"D": ""}, 90), ({"D": "0"}, 0), ({"D": "3660"}, 3660)]
)
def test_days_are_read_or_as_delivered(given, days) -> None:
    assert Reader(given).days("D", default=90) == days


@pytest.mark.parametrize(
    "value", ["-1", "3661", "9" * 5000, "1.5", "ninety", "1e3", " 5", "٣", "²", "0x10"]
)
def test_what_is_no_number_of_days_is_said(value) -> None:
    with pytest.raises(MissingSetting) as refused:
        Reader({"QUIET_DAYS": value}).days("QUIET_DAYS", default=90)

    assert str(refused.value) == (
        f"QUIET_DAYS is {value!r}; write a whole number of days from 0 to 3660."
    )


def test_least_is_kept() -> None:
    with pytest.raises(MissingSetting, match="from 1 to 3660"):
        Reader({"D": "0"}).days("D", default=30, least=1)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("", Mail()),
        (
            "smtp+tls://me%40bank:p%3Aw@mail.example:2525",
            Mail(host="mail.example", port=2525, user="me@bank", password="p:w", use_tls=True),
        ),
        ("smtps://mail.example", Mail(host="mail.example", port=465, use_ssl=True)),
        ("smtp://mail.example", Mail(host="mail.example", port=25)),
    ],
)
def test_a_mail_server_is_read(url, expected) -> None:
    assert mail(url) == expected


@pytest.mark.parametrize(
    "url", ["mail.example", "http://mail.example", "smtp://", "smtp://mail.example:many"]
)
def test_what_is_no_mail_server_is_said(url) -> None:
    with pytest.raises(MissingSetting, match="EMAIL_URL must name a mail server"):
        mail(url)


def test_a_mail_server_needs_an_address_to_send_from() -> None:
    keys = {"SECRET_KEY": "x", "REFERENCE_KEY": "y", "ALLOWED_HOSTS": "z", "EMAIL_FROM": ""}
    started = subprocess.run(
        [sys.executable, "-c", "import crossbank.settings"],
        env={**os.environ, **keys, "EMAIL_URL": "smtp://mail.example"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert started.returncode == 1
    assert "EMAIL_FROM is not set. It is the address that mails come from" in started.stderr
