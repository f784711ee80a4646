"""Settings of the test run: the product's own, on a file database that tests may throw away."""

import os

os.environ.setdefault("SECRET_KEY", "tests-only-" + "x" * 50)
os.environ.setdefault("REFERENCE_KEY", "tests-only-reference-key")
os.environ.setdefault("ALLOWED_HOSTS", "localhost,127.0.0.1,testserver")
os.environ["HTTPS"] = os.environ.get("TEST_HTTPS", "0")

from crossbank.settings import *  # noqa: F403
from crossbank.settings import BASE, DATABASES, STORAGES

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # a file, never :memory: - threads of the live server share it as people would
    _name = os.environ.get("CROSSBANK_TEST_DB", "tests")
    DATABASES["default"]["NAME"] = BASE / "var" / f"{_name}.sqlite3"
    DATABASES["default"]["TEST"] = {"NAME": str(BASE / "var" / f"{_name}-run.sqlite3")}

STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
# a test that signs in does not need a million rounds
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

EXPORT_DIR = BASE / "var" / "test-exports"
