"""The database is away or locked: 503 in words, retry later, nothing half is written."""

import pytest
from django.db import OperationalError
from django.db.backends.utils import CursorWrapper

pytestmark = pytest.mark.django_db


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch):
    def refuse(*_args, **_kwargs) -> None:
        raise OperationalError("database is locked")

    return lambda: monkeypatch.setattr(CursorWrapper, "execute", refuse)


@pytest.mark.parametrize("path", ["/desk/", "/day/", "/accounts/preferences/"])
def test_page_says_busy(sign_in, away, path) -> None:
    client = sign_in("seller", raise_request_exception=False)
    away()

    response = client.get(path)

    assert response.status_code == 503
    assert response["Retry-After"] == "2"
    assert "Nothing was written" in response.content.decode()
    assert "default-src 'none'" in response["Content-Security-Policy"]


def test_script_is_told_busy(sign_in, away) -> None:
    client = sign_in("seller", raise_request_exception=False)
    away()

    response = client.post(
        "/desk/consultations/", {"main": "ACC-BAS"}, headers={"accept": "application/json"}
    )

    assert response.status_code == 503
    assert response.json()["code"] == "busy"


def test_liveness_and_readiness_tell_them_apart(client, away) -> None:
    assert client.get("/readyz").content == b"ready"
    away()

    assert client.get("/healthz").content == b"ok"
    assert (client.get("/readyz").status_code, client.get("/readyz").content) == (503, b"unready")
