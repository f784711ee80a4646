"""Offers: last days inclusive, states off the clock, forbidden pairs refused, ties at release."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from crossbank.engine.offer_checks import CheckKind
from crossbank.matrix.models import Pairing, PairingRule
from crossbank.matrix.services import publish_edition
from crossbank.offers.models import Offer
from crossbank.offers.releases import CannotRelease, submit
from crossbank.org.models import User
from tests.admin.conftest import make_offer, read_form, save
from tests.released import release

pytestmark = pytest.mark.django_db

OFFERS = "/admin/offers/offer/"


@pytest.fixture
def offer(shelf) -> Offer:
    return make_offer(code="OF-1", cross=shelf["CRD"], mains=[shelf["ACC"]], exclusion_group="FEE")


def new_offer(shelf, **changes) -> dict[str, object]:
    return {
        "code": "OF-2",
        "name": "Second",
        "kind": "time_limited",
        "cross": shelf["CRD"].pk,
        "mains": [shelf["ACC"].pk],
        "customer_status": "both",
        "benefit_type": "text",
        "benefit_text": "A gift",
        "window": "fixed",
        "from_on": "2026-03-01",
        "until_on": "2026-03-31",
        "priority": "20",
        "conditions-TOTAL_FORMS": "0",
        "conditions-INITIAL_FORMS": "0",
        **changes,
    }


def test_last_day_is_typed_inclusive_and_kept_exclusive(enter, shelf) -> None:
    owner = enter("owner")

    assert owner.post(f"{OFFERS}add/", new_offer(shelf)).status_code == 302

    made = Offer.objects.get(code="OF-2")
    assert (made.from_on, made.until_on) == (date(2026, 3, 1), date(2026, 4, 1))
    address = f"{OFFERS}{made.pk}/change/"
    assert read_form(owner.get(address).content.decode(), "offer_form")["until_on"] == [
        "2026-03-31"
    ]
    assert save(owner, address, name="Renamed").status_code == 302
    made.refresh_from_db()
    assert (made.name, made.until_on) == ("Renamed", date(2026, 4, 1))


def test_one_day_offer_is_possible(enter, shelf) -> None:
    one_day = new_offer(shelf, from_on="2026-03-01", until_on="2026-03-01")

    assert enter("owner").post(f"{OFFERS}add/", one_day).status_code == 302

    assert Offer.objects.get(code="OF-2").until_on == date(2026, 3, 2)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"until_on": ""}, "until_on"),
        ({"from_on": ""}, "from_on"),
        ({"from_on": "2026-04-01"}, "__all__"),
        ({"until_on": "9999-12-31"}, "until_on"),
        ({"kind": "one_time"}, "window"),
        ({"window": "relative", "trigger_event": "", "days_after": "30"}, "trigger_event"),
        ({"window": "relative", "trigger_event": "approval", "days_after": ""}, "days_after"),
        ({"window": "consultation", "repeats_yearly": "on"}, "repeats_yearly"),
        ({"benefit_type": "price"}, "price_with_text"),
        ({"priority": ""}, "priority"),
        ({"mains": []}, "mains"),
        ({"price_with_minor": "free"}, "price_with_minor"),
        ({"code": "of 2"}, "code"),
    ],
)
def test_offer_that_cannot_be_kept_is_refused_beside_the_field(
    enter, shelf, changes, field
) -> None:
    answer = enter("owner").post(f"{OFFERS}add/", new_offer(shelf, **changes))

    assert answer.status_code == 422
    assert list(answer.context["adminform"].form.errors) == [field]
    assert not Offer.objects.filter(name="Second").exists()


def test_tie_is_saved_and_names_the_other_offer_when_it_is_to_hold(enter, shelf, offer) -> None:
    owner = enter("owner")
    release(offer)
    tie = new_offer(shelf, priority=offer.priority, mains=[shelf["ACC"].pk, shelf["LON"].pk])
    tie |= {"window": "consultation", "from_on": "", "until_on": ""}
    said = {"note": "x", "at": timezone.now(), "by": User.objects.get(username="first-author")}

    saved = owner.post(f"{OFFERS}add/", tie)
    made = Offer.objects.get(code="OF-2")
    with pytest.raises(CannotRelease) as refusal:
        submit(offers=[made], **said)
    made.mains.set([shelf["LON"]])
    waits = submit(offers=[made], **said)

    assert saved.status_code == 302
    (tied,) = refusal.value.checks
    assert (tied.kind, tied.subject, tied.subjects) == (CheckKind.TIE, "OF-1", ("ACC",))
    assert [review.offer for review in waits] == [made]
    assert save(owner, f"{OFFERS}{offer.pk}/change/", name="Same").status_code == 302


def test_offer_on_a_forbidden_pair_is_refused(enter, shelf) -> None:
    Pairing.objects.filter(main=shelf["ACC"], cross=shelf["CRD"]).update(rating="not_allowed")
    Pairing.objects.filter(main=shelf["LON"], cross=shelf["CRD"]).delete()
    shelf["LON"].row_inherits_from = shelf["ACC"]
    shelf["LON"].save()
    owner = enter("owner")

    own = owner.post(f"{OFFERS}add/", new_offer(shelf))
    inherited = owner.post(f"{OFFERS}add/", new_offer(shelf, mains=[shelf["LON"].pk]))

    for refused, name in ((own, "ACC Product ACC"), (inherited, "LON Product LON")):
        errors = refused.context["adminform"].form.errors
        assert (refused.status_code, list(errors)) == (422, ["mains"])
        assert name in errors["mains"][0]


def test_offer_on_a_pair_that_a_rule_forbids_is_refused(enter, shelf) -> None:
    Pairing.objects.filter(cross=shelf["CRD"]).delete()
    rule = PairingRule.objects.create(code="PR-2", rating="not_allowed", reason="x", instead="y")
    rule.target_products.set([shelf["CRD"]])

    refused = enter("owner").post(f"{OFFERS}add/", new_offer(shelf))

    errors = refused.context["adminform"].form.errors
    assert (refused.status_code, list(errors)) == (422, ["mains"])
    assert "ACC Product ACC" in errors["mains"][0]


def test_offer_on_a_pair_that_is_forbidden_at_the_desks_is_refused(enter, shelf) -> None:
    pairing = Pairing.objects.filter(main=shelf["ACC"], cross=shelf["CRD"])
    pairing.update(rating="not_allowed", instead="Something else")
    first, second = User.objects.filter(username__startswith="first-").order_by("pk")
    publish_edition(note="Stop", approver=second, at=timezone.now(), by=first)
    pairing.update(rating="good")  # allowed again, and not published yet

    refused = enter("owner").post(f"{OFFERS}add/", new_offer(shelf))

    assert list(refused.context["adminform"].form.errors) == ["mains"]


def test_own_cell_overrides_the_inherited_prohibition(enter, shelf) -> None:
    Pairing.objects.filter(main=shelf["ACC"], cross=shelf["CRD"]).update(rating="not_allowed")
    shelf["LON"].row_inherits_from = shelf["ACC"]
    shelf["LON"].save()

    answer = enter("owner").post(f"{OFFERS}add/", new_offer(shelf, mains=[shelf["LON"].pk]))

    assert answer.status_code == 302


def test_list_tells_the_state_and_filters_by_it(enter, shelf) -> None:
    today = timezone.localdate()
    day = timedelta(days=1)
    windows = {
        "NOW": (today - day, today + day),
        "SOON": (today + 5 * day, today + 6 * day),
        "ENDED": (today - 6 * day, today - 5 * day),
    }
    for priority, (code, (first, until)) in enumerate(windows.items()):
        fixed = {"window": "fixed", "from_on": first, "until_on": until, "priority": priority}
        make_offer(code=code, cross=shelf["CRD"], mains=[shelf["ACC"]], **fixed)
    make_offer(code="PAUSED", cross=shelf["APP"], mains=[shelf["ACC"]], is_paused=True, priority=1)
    release()
    make_offer(code="DRAFT", cross=shelf["SAV"], mains=[shelf["ACC"]])
    owner = enter("owner")

    def codes(state: str) -> list[str]:
        return [row.code for row in owner.get(f"{OFFERS}?state={state}").context["cl"].result_list]

    assert {state: codes(state) for state in ("now", "soon", "ended", "paused", "draft")} == {
        "now": ["NOW"],
        "soon": ["SOON"],
        "ended": ["ENDED"],
        "paused": ["PAUSED"],
        "draft": ["DRAFT"],
    }
    assert len(codes("nonsense")) == 5


def test_list_asks_the_same_number_of_queries_for_one_and_for_many(enter, shelf, queries) -> None:
    owner = enter("owner")
    make_offer(code="OF-0", cross=shelf["CRD"], mains=[shelf["ACC"]])
    release()
    owner.get(OFFERS)

    with queries() as one:
        owner.get(OFFERS)
    for number in range(1, 6):
        make_offer(
            code=f"OF-{number}",
            cross=shelf["APP"],
            mains=[shelf["ACC"], shelf["LON"]],
            priority=number,
        )
    release()
    with queries() as many:
        owner.get(OFFERS)

    assert len(many) == len(one)


@pytest.mark.parametrize(("days", "status"), [("3660", 302), ("3661", 422)])
def test_nobody_is_asked_for_a_second_yes_later_than_in_ten_years(
    enter, shelf, days, status
) -> None:
    fields = new_offer(shelf, needs_second_consent="on", free_days=days)

    answer = enter("owner").post(f"{OFFERS}add/", fields)

    assert answer.status_code == status
    assert Offer.objects.filter(code="OF-2").count() == (1 if status == 302 else 0)
    if status == 422:
        assert answer.context["adminform"].form.errors["free_days"] == [
            "At most 3660 days: nobody is asked later than that."
        ]
