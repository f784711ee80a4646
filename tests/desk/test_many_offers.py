"""A desk with many offers, most of them over, asks the database as often as one with a few."""

from uuid import uuid4

import pytest

from tests.many_offers import add_offers
from tests.released import hold_none

pytestmark = pytest.mark.django_db


def record(client) -> None:
    data = {"uuid": str(uuid4()), "main": "CRD-DEB", "edition": "1", "item-DIG-ALR": "declined"}
    answer = client.post("/desk/consultations/", data, headers={"accept": "application/json"})
    assert answer.status_code == 201, answer.content


def redraw(client) -> None:
    answer = client.post("/desk/CRD-DEB/", {"main": "CRD-DEB"}, headers={"HX-Request": "true"})
    assert answer.status_code == 200


def opened(address: str):
    def get(client) -> None:
        assert client.get(address).status_code == 200

    return get


VIEWS = {
    "desk": opened("/desk/"),
    "panels": opened("/desk/panels/"),
    "panel": opened("/desk/CRD-DEB/"),
    "redraw": redraw,
    "recording": record,
    "offers": opened("/offers/"),
}


def test_many_offers_cost_as_many_queries_as_a_few(sign_in, queries) -> None:
    hold_none()
    seller = sign_in("seller")
    record(seller)  # until the first save of a day the desk asks once more, for its morning line

    def counts() -> dict[str, int]:
        found = {}
        for name, view in VIEWS.items():
            view(seller)
            with queries() as seen:
                view(seller)
            found[name] = len(seen)
        return found

    add_offers(5, prefix="FEW", ended=False, wide=True)
    few = counts()
    add_offers(55, prefix="NOW", ended=False)
    add_offers(100, prefix="OLD", ended=True)

    assert counts() == few


def test_first_step_reads_no_offers(sign_in, queries) -> None:
    """The products on its tiles do not depend on them."""
    seller = sign_in("seller")
    seller.get("/desk/")

    with queries() as seen:
        page = seller.get("/desk/")

    assert len(page.context["mains"]) > 9
    assert [q["sql"] for q in seen.captured_queries if "offers_" in q["sql"]] == []
