"""Saves as a browser sends them."""

from uuid import uuid4

import pytest
from django.utils import timezone

from crossbank.catalog.models import Product
from crossbank.matrix.services import publish_edition
from crossbank.offers.models import Grant

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


@pytest.fixture
def seller(sign_in):
    return sign_in("seller")


@pytest.fixture
def seller2(sign_in):
    return sign_in("seller2")


@pytest.fixture
def give(save, content, seller):
    """This will save a debit card in B01 and give the right to TL-1 that comes with it."""

    def given(**fields) -> Grant:
        sent = content("CRD-DEB", **fields)
        assert save(seller, sent).status_code == 201
        return Grant.objects.get(issued_with__consultation__uuid=sent["uuid"])

    return given


@pytest.fixture
def use(save, content, seller2):
    """This will save a cash loan in B02 with a right; the answer and the record's uuid."""

    def used(grant: Grant, main: str = "LON-CSH", **fields):
        sent = content(main, right=grant.code, **fields)
        return save(seller2, sent), sent["uuid"]

    return used


@pytest.fixture
def correct(save, content):
    """This will correct a record; the new record's uuid."""

    def corrected(client, uuid, main: str, **fields) -> str:
        sent = content(main, replaces=str(uuid), replace_reason="mistyped", **fields)
        assert save(client, sent).status_code == 201
        return sent["uuid"]

    return corrected


@pytest.fixture
def within_14(person) -> None:
    """Since the second edition alerts may be cancelled."""
    Product.objects.filter(code="DIG-ALR").update(withdrawal_days=14)
    publish_edition(note="Days", approver=person("owner2"), at=timezone.now(), by=person("owner"))
