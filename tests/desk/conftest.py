"""Saves as a browser sends them."""

from uuid import uuid4

import pytest

ADDRESS = "/desk/consultations/"


@pytest.fixture
def content():
    """Fields of one save; `item_CRD_DEB="accepted"` stands for `item-CRD-DEB`."""

    def build(main: str = "ACC-BAS", **fields) -> dict[str, str]:
        data = {"uuid": str(uuid4()), "main": main, "edition": "1"}
        for name, value in fields.items():
            data[name.replace("_", "-") if "_" in name and name[0:4] in PREFIXES else name] = value
        return data

    return build


PREFIXES = {"item", "reas", "offe", "cons", "aske", "held", "due_"}


@pytest.fixture
def save():
    """This will post one save as a script does and return the response."""

    def post(client, data, **extra):
        return client.post(ADDRESS, data, headers={"accept": "application/json"}, **extra)

    return post
