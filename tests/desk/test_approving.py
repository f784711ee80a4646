"""Approval of day sheets: off by default; what differs first; nobody approves his own."""

from datetime import UTC, datetime, timedelta
from html import unescape
from uuid import uuid4

import pytest
from django.utils import timezone

from crossbank.conduct.models import AuditEntry, FrozenError
from crossbank.desk import approving, closing, late, services, signing
from crossbank.desk.entries import Answer, Entry
from crossbank.desk.models import Approval, DayClose, DaySheet
from crossbank.desk.scene import Conflict
from crossbank.org import switches
from crossbank.org.models import Switch, User

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 3, 16, 16, 0, tzinfo=UTC)
TUESDAY = MONDAY + timedelta(days=1)
PAGE, APPROVE = "/day/sheets/", "/day/sheets/approve/"


@pytest.fixture(autouse=True)
def _tuesday(monkeypatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: TUESDAY)


@pytest.fixture
def wanted(bank) -> None:
    Switch.objects.create(
        key=switches.DAY_APPROVAL, is_on=True, changed_at=MONDAY, changed_by="admin"
    )


@pytest.fixture
def signed(person):
    """One customer and a signature; `paper`: counted otherwise, with a reason."""

    def sign(who: str = "seller", *, day: datetime = MONDAY, paper=None) -> DayClose:
        user = person(who)
        answers = (Answer(code="DIG-APP", response="accepted"),)
        entry = Entry(uuid=uuid4(), main="ACC-BAS", edition=1, answers=answers)
        services.record(entry=entry, branch=user.branch, at=day, by=user)
        here = {"employee": user, "branch": user.branch, "business_date": day.date()}
        if paper:
            closing.check(**here, paper=paper, note="One stroke too many", at=day, by=user)
        signing.close_day(**here, at=day, by=user)
        return DayClose.objects.get(sheet__employee=user, sheet__business_date=day.date())

    return sign


def text(response) -> str:
    return unescape(" ".join(response.content.decode().split()))


def approve(client, *closes: DayClose):
    return client.post(APPROVE, {"close": [close.pk for close in closes]})


def colleague(person) -> User:
    seller = person("seller")
    return User.objects.filter(role="seller", branch=seller.branch).exclude(pk=seller.pk)[0]


def test_off_by_default_nobody_is_asked(sign_in, signed, queries) -> None:
    close = signed()

    with queries() as seen:
        page = text(sign_in("manager").get(PAGE)) + text(sign_in("seller").get("/day/2026-03-16/"))

    assert "approv" not in page.lower()
    assert "desk_approval" not in str(seen)
    assert approve(sign_in("manager"), close).status_code == 404
    assert not Approval.objects.exists()


def test_manager_approves_and_the_sheet_says_so(wanted, sign_in, signed, person) -> None:
    close = signed()
    manager = sign_in("manager")
    assert "Waiting for approval" in text(manager.get(PAGE))

    assert approve(manager, close).status_code == 303

    row = Approval.objects.get()
    assert (row.close, row.by, row.at) == (close, person("manager"), TUESDAY)
    assert AuditEntry.objects.get(action="day_approved").subject == "seller 2026-03-16"
    page = text(manager.get(PAGE))
    assert "Waiting for approval" not in page
    assert "Approved 17 March 2026" in page
    assert "Approved by Katrin S., 17 March 2026" in text(sign_in("seller").get("/day/2026-03-16/"))
    with pytest.raises(FrozenError):
        row.delete()
    assert approve(manager, close).status_code == 409
    assert "approved this day already" in text(approve(manager, close))


def above(client) -> str:
    """What the page asks for before it lists the days."""
    return text(client.get(PAGE)).partition('class="cb-filter"')[0]


def test_what_differs_is_looked_at_alone(wanted, sign_in, signed, person) -> None:
    agrees, differs = signed(), signed(colleague(person).username, paper=(0, 2, 0))
    manager = sign_in("manager")

    page = above(manager)

    assert "One stroke too many" in page
    assert f'value="{differs.pk}"' in page
    assert differs.sheet.employee.display_name in page
    assert agrees.sheet.employee.display_name not in page
    assert "Approve the 1 day in which nothing differs" in page
    assert f'type="hidden" name="close" value="{agrees.pk}"' in page


def test_own_day_waits_for_somebody_else(wanted, sign_in, signed) -> None:
    other, own = signed(), signed("manager")
    manager = sign_in("manager")

    assert f'value="{own.pk}"' not in above(manager)
    assert "Your own: somebody else approves it" in text(manager.get(PAGE))
    assert approve(manager, other, own).status_code == 409
    assert not Approval.objects.exists()  # all or none
    assert approve(sign_in("regional"), other, own).status_code == 303
    assert set(Approval.objects.values_list("close", flat=True)) == {other.pk, own.pk}


def test_days_that_agree_go_with_one_tap(wanted, sign_in, signed, person) -> None:
    closes = [signed(), signed(colleague(person).username)]
    manager = sign_in("manager")
    assert "Approve the 2 days in which nothing differs" in text(manager.get(PAGE))

    assert approve(manager, *closes).status_code == 303
    assert "2 days approved." in text(manager.get(PAGE))


def test_returned_day_waits_again_once_it_is_signed_anew(wanted, sign_in, signed, person) -> None:
    close = signed()
    manager = sign_in("manager")
    approve(manager, close)

    manager.post(f"{PAGE}{close.sheet_id}/reopen/", {"reason": "One is missing"})
    assert "Waiting for approval" not in text(manager.get(PAGE))
    assert approve(manager, close).status_code == 409
    seller = person("seller")
    signing.close_day(
        employee=seller, branch=seller.branch, business_date=MONDAY.date(), at=TUESDAY, by=seller
    )

    page = text(manager.get(PAGE))
    assert "Signed before, returned 17 March 2026" in page
    assert "“One is missing”" in page
    assert Approval.objects.get().close == close  # what was approved then stays with that one
    sheet = text(sign_in("seller").get("/day/2026-03-16/?print=1"))
    assert f"Signed by {seller.display_name}" in sheet
    assert "Approved by" not in sheet
    history = text(sign_in("seller").get("/day/2026-03-16/"))
    first, second = history.split(f"Signed by {seller.display_name}")[1:]
    assert "Approved by Katrin S." in first
    assert "Approved by" not in second


def test_late_entry_after_the_signature_asks_for_a_look(wanted, sign_in, signed, person) -> None:
    signed()
    signed(colleague(person).username)
    seller = person("seller")
    entry = Entry(uuid=uuid4(), main="ACC-BAS", edition=1, answers=(), client_saved_at=MONDAY)
    came = late.hand_in(entry=entry, branch=seller.branch, at=TUESDAY, by=seller)
    late.accept(late=came, note="", at=TUESDAY, by=person("manager"))

    page = above(sign_in("manager"))

    assert "since then 1 late entry" in page
    assert "Approve the 1 day in which nothing differs" in page


@pytest.mark.parametrize(
    ("who", "status"), [("seller", 403), ("owner", 403), ("conduct", 403), ("manager2", 404)]
)
def test_who_approves_nothing(wanted, sign_in, signed, who, status) -> None:
    assert approve(sign_in(who), signed()).status_code == status
    assert not Approval.objects.exists()


@pytest.mark.parametrize("junk", ["", "x", "-1", "²", "9" * 30, "1\x00"])
def test_junk_is_refused_in_words(wanted, sign_in, signed, junk) -> None:
    signed()

    answer = sign_in("manager").post(APPROVE, {"close": [junk]})

    assert answer.status_code == 422
    assert not Approval.objects.exists()


def test_nobody_approves_what_he_signed_himself(wanted, signed, person) -> None:
    close = signed("manager")

    with pytest.raises(Conflict, match=r"^same_person$"):
        approving.approve(closes=[close], at=TUESDAY, by=person("manager"))


def test_queue_costs_the_same_queries_for_one_and_three(
    wanted, sign_in, signed, queries, person
) -> None:
    manager = sign_in("manager")
    signed()
    with queries() as one:
        manager.get(PAGE)
    approve(manager, signed(colleague(person).username))
    signed("manager")
    with queries() as three:
        manager.get(PAGE)

    assert len(one) == len(three)
    assert DaySheet.objects.count() == 3


def test_what_was_signed_before_the_bank_wanted_it_does_not_wait(sign_in, signed) -> None:
    signed()
    Switch.objects.create(
        key=switches.DAY_APPROVAL, is_on=True, changed_at=TUESDAY, changed_by="admin"
    )

    assert "Waiting for approval" not in text(sign_in("manager").get(PAGE))


def test_what_waits_does_not_drop_off_the_page(wanted, sign_in, signed, monkeypatch) -> None:
    close = signed()
    monkeypatch.setattr(timezone, "now", lambda: TUESDAY + timedelta(days=40))

    assert f'value="{close.pk}"' in above(sign_in("manager"))


def test_more_than_one_tap_takes_are_approved_in_turns(
    wanted, sign_in, signed, person, monkeypatch
) -> None:
    monkeypatch.setattr("crossbank.desk.branch_days.MOST_TO_APPROVE", 1)
    closes = [signed(), signed(colleague(person).username)]
    manager = sign_in("manager")

    for close in closes:
        assert "Approve the 1 day" in above(manager)
        assert approve(manager, close, close).status_code == 303
    assert Approval.objects.count() == 2
