"""What offers did: a right joins the day it was given and the day it was used."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from crossbank.offers.models import ApprovalList, Grant, OfferRelease

pytestmark = pytest.mark.django_db

PAGE = "/review/uses/"


def record(client, main: str, **fields) -> None:
    data = {"uuid": str(uuid4()), "main": main, "edition": "1", **fields}
    answer = client.post("/desk/consultations/", data, headers={"accept": "application/json"})
    assert answer.status_code == 201, answer.content


def figures(client, query: str = "") -> dict[str, tuple[int, ...]]:
    rows = client.get(PAGE + query).context["rows"]
    given_here = (row for row in rows if not row.from_lists)
    return {row.offer.code: tuple(n for _name, n in row.counts) for row in given_here}


def test_right_counts_where_it_was_given_and_where_it_was_used(sign_in) -> None:
    record(sign_in("seller"), "CRD-DEB")
    grant = Grant.objects.get()
    record(sign_in("seller2"), "LON-CSH", right=grant.code)

    # used, by a right, on the main product, withdrawn; given, used since
    assert figures(sign_in("manager")) == {"TL-1": (0, 0, 0, 0, 1, 1)}
    assert figures(sign_in("manager2")) == {"TL-1": (1, 1, 1, 0, 0, 0)}
    # it may be tomorrow already where it was used
    until = f"?until={timezone.localdate() + timedelta(days=1)}"
    assert figures(sign_in("conduct"), until) == {"TL-1": (1, 1, 1, 0, 1, 1)}
    assert figures(sign_in("conduct"), "?branch=B01") == {"TL-1": (0, 0, 0, 0, 1, 1)}


@pytest.fixture
def from_list(person):
    """A right out of a list that no branch gave, and the list."""
    release = OfferRelease.objects.get(offer__code="TL-2")
    at = timezone.now()
    made = ApprovalList.objects.create(
        release=release, digest="x", rows=2, at=at, by=person("owner")
    )
    for code in ("LIST-1", "LIST-2"):
        Grant.objects.create(
            release=release, code=code, from_list=made, issued_on=timezone.localdate(),
            issued_at=at, until=at + timedelta(days=9),
        )  # fmt: skip
    Grant.objects.filter(code="LIST-1").update(used_at=at)
    return made


def listed(client, query: str = "") -> list[tuple[str, tuple[int, ...]]]:
    rows = client.get(PAGE + query).context["rows"]
    return [(r.offer.code, tuple(n for _name, n in r.counts)) for r in rows if r.from_lists]


def test_rights_out_of_lists_count_for_the_whole_bank(sign_in, from_list) -> None:
    record(sign_in("seller"), "CRD-DEB")

    assert listed(sign_in("owner")) == [("TL-2", (0, 0, 0, 0, 2, 1))]
    assert "TL-2" not in figures(sign_in("manager"))
    for narrowed in ("?branch=B01", "?region=R-NORTH"):
        assert listed(sign_in("conduct"), narrowed) == []
    assert listed(sign_in("regional")) == []
    page = " ".join(sign_in("owner").get(PAGE).content.decode().split())
    assert "out of lists" in page
    assert 'data-figure="TL-2:lists:given">2<' in page


def test_list_says_how_many_of_its_rights_were_used(sign_in, from_list) -> None:
    page = " ".join(sign_in("owner").get("/admin/offers/approvals/").content.decode().split())

    assert "2 rights, 1 used" in page


def test_voided_use_is_in_no_figure(sign_in) -> None:
    seller, key = sign_in("seller"), str(uuid4())
    taken = {"item-DIG-ALR": "accepted", "consent-DIG-ALR": "1", "offer-DIG-ALR": "OT-6"}
    record(seller, "ACC-BAS", uuid=key, **taken)
    assert figures(sign_in("manager")) == {"OT-6": (1, 0, 0, 0, 0, 0)}

    assert seller.post(f"/desk/consultations/{key}/void/", {"reason": "Twice"}).status_code == 303

    assert figures(sign_in("manager")) == {}


def test_other_branch_and_switched_off_area_do_not_exist(sign_in) -> None:
    from crossbank.org import switches

    assert sign_in("manager").get(f"{PAGE}?branch=B02").status_code == 404
    switches.turn(key=switches.OFFERS, on=False, at=timezone.now(), by="admin")
    assert sign_in("manager").get(PAGE).status_code == 404


def test_same_queries_for_one_offer_and_three(sign_in, queries) -> None:
    seller, manager = sign_in("seller"), sign_in("manager")
    record(seller, "CRD-DEB")
    manager.get(PAGE)
    with queries() as one:
        manager.get(PAGE)
    record(seller, "SAV-TRM")
    record(seller, "LON-CAR")
    with queries() as three:
        found = manager.get(PAGE)

    assert len(found.context["rows"]) == 3
    assert len(one) == len(three)
