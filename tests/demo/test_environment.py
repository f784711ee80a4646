"""What the demo stops for before anything is loaded, and what it says then."""

import os
import subprocess
import sys

from crossbank.environment import BASE, DEMO_ENV

# an empty value in the environment also hides what a clone keeps in its files
NOTHING = dict.fromkeys(("SECRET_KEY", "REFERENCE_KEY", "ALLOWED_HOSTS", "HTTPS", "DEBUG"), "")


def demo(**env: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "manage.py", "demo", "--help"],
        cwd=BASE,
        env={"PATH": os.environ["PATH"], **NOTHING, **env},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_database_of_one_s_own_is_told_all_it_needs_at_once():
    before = DEMO_ENV.exists()

    answer = demo(DATABASE_URL="sqlite:///own.sqlite3")

    assert answer.returncode == 1
    assert "SECRET_KEY is not set." in answer.stderr
    assert (
        "needs SECRET_KEY, REFERENCE_KEY, ALLOWED_HOSTS=127.0.0.1,localhost and HTTPS=0 beside "
        "DATABASE_URL." in answer.stderr
    )
    assert DEMO_ENV.exists() == before


def test_what_it_asks_for_is_enough():
    answer = demo(
        DATABASE_URL="sqlite:///own.sqlite3",
        SECRET_KEY="x",
        REFERENCE_KEY="y",
        ALLOWED_HOSTS="127.0.0.1,localhost",
        HTTPS="0",
    )

    assert (answer.returncode, answer.stderr) == (0, "")


def test_number_of_days_that_is_none_stops_the_start():
    answer = demo(SECRET_KEY="x", REFERENCE_KEY="y", ALLOWED_HOSTS="a", QUIET_DAYS="a year")

    assert answer.returncode == 1
    assert "QUIET_DAYS is 'a year'; write a whole number of days from 0 to 3660." in answer.stderr
