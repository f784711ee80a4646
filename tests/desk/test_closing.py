"""Closing a day: signing, what counts as closed, reopening, and what comes late."""

import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from crossbank.conduct.models import AuditEntry, FrozenError
from crossbank.desk import closing, late, services, sheet_states, signing
from crossbank.desk.entries import Answer, Entry
from crossbank.desk.kept_entries import from_plain, to_plain
from crossbank.desk.models import Consultation, DayClose, DaySheet, LateEntry, Reflection
from crossbank.desk.proof import drift
from crossbank.desk.scene import Conflict, Invalid
from crossbank.engine.closing import DayState
from crossbank.engine.tally import Counts

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 3, 16, 16, 0, tzinfo=UTC)
TUESDAY, WEDNESDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)
DAY = MONDAY.date()


def said(**fields) -> Entry:
    answers = (Answer(code="DIG-APP", response="accepted"),)
    return Entry(**{"uuid": uuid4(), "main": "ACC-BAS", "edition": 1, "answers": answers, **fields})


@pytest.fixture
def record(person):
    def recorded(at=MONDAY, who="seller", **fields) -> Consultation:
        user, entry = person(who), said(**fields)
        services.record(entry=entry, branch=user.branch, at=at, by=user)
        return Consultation.objects.get(uuid=entry.uuid)

    return recorded


@pytest.fixture
def close(person):
    def closed(at=MONDAY, who="seller", day=DAY, **more) -> DaySheet:
        user = person(who)
        return services.close_day(
            employee=user, branch=user.branch, business_date=day, at=at, by=user, **more
        )

    return closed


@pytest.fixture
def hand_in(person):
    def handed(at=MONDAY, who="seller", **fields) -> LateEntry:
        user = person(who)
        entry = said(**{"client_saved_at": at, **fields})
        return late.hand_in(entry=entry, branch=user.branch, at=at, by=user)

    return handed


def refused(code: str):
    return pytest.raises(Conflict, match=f"^{code}$")


def test_signature_keeps_the_figures_and_who_gave_it(record, close, person) -> None:
    record()
    record(answers=())

    close()

    signed = DayClose.objects.get()
    assert (signed.main_only, signed.plus_one, signed.presented, signed.taken) == (1, 1, 1, 1)
    assert (signed.signed_by, signed.signed_at) == (person("seller"), MONDAY)
    assert AuditEntry.objects.get(action="day_closed").detail["plus_one"] == 1


def test_signing_twice_keeps_the_first_signature(record, close) -> None:
    record()

    close()
    close(at=TUESDAY)

    assert DayClose.objects.get().signed_at == MONDAY
    assert AuditEntry.objects.filter(action="day_closed").count() == 1


def test_signature_is_never_changed_nor_deleted(record, close) -> None:
    record()
    close()
    signed = DayClose.objects.get()

    signed.plus_one = 7
    with pytest.raises(FrozenError):
        signed.save()
    with pytest.raises(FrozenError):
        signed.save(update_fields=["plus_one"])
    with pytest.raises(FrozenError):
        signed.delete()
    assert DayClose.objects.get().plus_one == 1


def test_figures_that_moved_since_the_page_was_drawn_are_not_signed(record, close) -> None:
    record()
    seen = Counts(plus_one=1, presented=1, taken=1)
    record()

    with refused("figures_moved"):
        close(seen=seen)

    assert DaySheet.objects.get().closed_at is None
    assert close(seen=seen + seen).closed_at == MONDAY


def test_sheet_that_lies_is_not_signed(record, close) -> None:
    record()
    DaySheet.objects.update(plus_one=2)

    with refused("figures_differ"):
        close()

    assert not DayClose.objects.exists()


def test_day_that_nobody_closed_is_closed_unsigned_the_day_after_tomorrow(
    record, close, person
) -> None:
    record()
    seller = person("seller")

    def state(at) -> DayState:
        return sheet_states.state_now(seller, day=DAY, branch=seller.branch, at=at)

    night = datetime(2026, 3, 17, 22, 59, tzinfo=UTC)  # 23:59 in Berlin
    assert [state(MONDAY), state(night), state(night + timedelta(minutes=1))] == [
        DayState.OPEN,
        DayState.OPEN,
        DayState.LAPSED,
    ]
    with refused("day_closed"):
        close(at=night + timedelta(minutes=1))
    record(at=WEDNESDAY)  # the morning is not blocked
    assert DaySheet.objects.filter(closed_at=None).count() == 2
    assert close(at=night).closed_at == night


def test_no_record_enters_a_day_that_closed_by_itself(record, person) -> None:
    record()
    seller = person("seller")
    entry = said(paper_taken=2, answers=(), started_at=MONDAY)

    with refused("day_closed"):
        services.record(entry=entry, branch=seller.branch, at=WEDNESDAY, by=seller)

    assert DaySheet.objects.get().plus_two == 0
    services.record(entry=entry, branch=seller.branch, at=TUESDAY, by=seller)
    assert DaySheet.objects.get().plus_two == 1


def test_todays_save_asks_nothing_about_closing(record, person, queries) -> None:
    record()
    seller = person("seller")

    with queries() as seen:
        services.record(entry=said(), branch=seller.branch, at=MONDAY, by=seller)

    about = [q["sql"] for q in seen.captured_queries]
    assert [sql for sql in about if "dayclose" in sql or "openinghours" in sql] == []
    assert sum("desk_daysheet" in sql for sql in about) == 1


def test_reopening_needs_somebody_else_and_keeps_the_old_signature(record, close, person) -> None:
    record()
    sheet = close()

    with refused("same_person"):
        signing.reopen_day(sheet=sheet, reason="x", at=MONDAY, by=person("seller"))
    signing.reopen_day(sheet=sheet, reason="Two customers missing", at=MONDAY, by=person("manager"))

    old = DayClose.objects.get()
    assert (old.signed_at, old.plus_one, old.reopen_reason) == (MONDAY, 1, "Two customers missing")
    sheet.refresh_from_db()
    assert (sheet.closed_at, sheet.reopened_at) == (None, MONDAY)
    assert AuditEntry.objects.get(action="day_reopened").detail == {
        "reason": "Two customers missing"
    }
    record()
    close(at=MONDAY + timedelta(hours=1))
    assert list(DayClose.objects.values_list("plus_one", flat=True)) == [1, 2]
    assert drift() == []


def test_manager_who_signed_cannot_reopen_his_own_day(record, close, person) -> None:
    record(who="manager")
    sheet = close(who="manager")

    with refused("same_person"):
        signing.reopen_day(sheet=sheet, reason="x", at=MONDAY, by=person("manager"))
    signing.reopen_day(sheet=sheet, reason="x", at=MONDAY, by=person("regional"))

    assert DaySheet.objects.get().closed_at is None
    with refused("not_signed"):
        signing.reopen_day(sheet=sheet, reason="x", at=MONDAY, by=person("regional"))


def test_reopened_day_of_the_past_has_the_same_time_again(record, close, person) -> None:
    gone = record()
    sheet, thursday = close(), MONDAY + timedelta(days=3)
    manager = person("manager")
    signing.reopen_day(sheet=sheet, reason="x", at=thursday, by=manager)

    services.void(consultation=gone, reason="Entered twice", at=thursday, by=manager)
    assert close(at=thursday + timedelta(days=1)).plus_one == 0
    with refused("day_closed"):
        services.void(consultation=record(at=MONDAY + timedelta(days=5)), reason="x",
                      at=MONDAY + timedelta(days=9), by=manager)  # fmt: skip
    assert drift() == []


def test_late_entry_waits_and_moves_nothing(record, close, hand_in) -> None:
    record()
    close()

    kept = hand_in()

    assert (kept.state, kept.business_date, kept.main_name) == (
        "waiting",
        DAY,
        "Basic current account",
    )
    assert DaySheet.objects.get().plus_one == 1
    assert Consultation.objects.count() == 1


def test_late_entry_is_believed_three_days_and_never_slips_into_the_next(
    record, close, person
) -> None:
    record()
    close()
    seller = person("seller")

    kept = late.hand_in(
        entry=said(client_saved_at=MONDAY), branch=seller.branch, at=TUESDAY, by=seller
    )

    assert (kept.business_date, kept.recorded_at) == (DAY, MONDAY)


def test_handed_in_twice_is_one_late_entry(record, close, person) -> None:
    record()
    close()
    seller, entry = person("seller"), said(client_saved_at=MONDAY)

    def hand(one):
        return late.hand_in(entry=one, branch=seller.branch, at=MONDAY, by=seller)

    kept = hand(entry)
    assert hand(entry) == kept
    with refused("uuid_reused"):
        hand(said(uuid=entry.uuid, main="CRD-DEB", answers=()))
    assert LateEntry.objects.count() == 1


@pytest.mark.parametrize(
    ("decide", "told"), [(late.accept, "accepted already"), (late.refuse, "“Counted already”")]
)
def test_handed_in_again_after_the_decision_says_what_became_of_it(
    record, close, person, decide, told
) -> None:
    record()
    close()
    seller, entry = person("seller"), said(client_saved_at=MONDAY)
    kept = late.hand_in(entry=entry, branch=seller.branch, at=MONDAY, by=seller)
    decide(late=kept, note="Counted already", at=MONDAY, by=person("manager"))

    with refused("decided") as refusal:
        late.hand_in(entry=entry, branch=seller.branch, at=MONDAY, by=seller)

    assert (refusal.value.status, told in refusal.value.errors["__all__"][0]) == (409, True)


def test_what_an_open_day_takes_is_not_late(record, hand_in) -> None:
    record()

    with refused("day_open"):
        hand_in()


def test_save_of_yesterday_waits_though_that_day_is_open(record, close, hand_in, person) -> None:
    record()
    record(at=TUESDAY)
    close(at=TUESDAY, day=TUESDAY.date())  # today takes nothing, and yesterday's is not today's

    kept = hand_in(at=TUESDAY, client_saved_at=MONDAY)
    late.accept(late=kept, note="", at=TUESDAY, by=person("manager"))

    assert (kept.business_date, kept.recorded_at) == (DAY, MONDAY)
    assert list(DaySheet.objects.order_by("pk").values_list("plus_one", flat=True)) == [2, 1]
    assert drift() == []


@pytest.mark.parametrize(
    ("ago", "taken_at", "is_wrong"),
    [
        (timedelta(hours=71), MONDAY - timedelta(hours=71), False),
        (timedelta(hours=73), MONDAY, True),
        (timedelta(minutes=-6), MONDAY, True),
    ],
)
def test_clock_that_cannot_be_believed_is_told_of_what_came_late_too(
    record, close, hand_in, person, ago, taken_at, is_wrong
) -> None:
    record()
    close()

    kept = hand_in(client_saved_at=MONDAY - ago)
    made = late.accept(late=kept, note="", at=MONDAY, by=person("manager"))

    assert (made.recorded_at, made.clock_suspect) == (taken_at, is_wrong)


def test_paper_of_a_past_open_day_waits_for_the_manager(hand_in) -> None:
    kept = hand_in(at=TUESDAY, answers=(), paper_taken=1, started_at=MONDAY)

    assert (kept.business_date, kept.recorded_at) == (DAY, MONDAY)


def test_paper_of_six_business_days_ago_is_too_late(hand_in) -> None:
    with refused("too_late"):
        hand_in(at=MONDAY + timedelta(days=8), answers=(), paper_taken=1, started_at=MONDAY)

    hand_in(at=MONDAY + timedelta(days=7), answers=(), paper_taken=1, started_at=MONDAY)
    assert LateEntry.objects.count() == 1


def test_accepting_writes_a_correction_and_leaves_the_signature(
    record, close, hand_in, person
) -> None:
    record()
    close()
    kept = hand_in(note="came at six")

    made = late.accept(late=kept, note="seen", at=WEDNESDAY, by=person("manager"))

    assert (made.source, made.bucket, made.business_date, made.employee, made.note) == (
        "correction", "plus_one", DAY, person("seller"), "came at six",
    )  # fmt: skip
    assert (made.recorded_at, made.received_at) == (MONDAY, MONDAY)
    assert [item.product_code for item in made.items.all()] == ["DIG-APP"]
    sheet, signed = DaySheet.objects.get(), DayClose.objects.get()
    assert (sheet.plus_one, sheet.closed_at, signed.plus_one) == (2, MONDAY, 1)
    assert sheet.changes == 2  # who adds up closed days must see it; closing moved nothing
    kept.refresh_from_db()
    assert (kept.state, kept.decided_by, kept.consultation) == ("accepted", person("manager"), made)
    assert AuditEntry.objects.get(action="late_entry_accepted").detail["bucket"] == "plus_one"
    assert drift() == []


def test_late_entry_of_a_day_without_a_sheet_makes_one(hand_in, person) -> None:
    kept = hand_in(at=WEDNESDAY, answers=(), paper_taken=2, started_at=MONDAY)

    made = late.accept(late=kept, note="", at=WEDNESDAY, by=person("manager"))

    assert (made.source, made.depth) == ("paper", 2)
    assert DaySheet.objects.get().plus_two == 1
    assert drift() == []


def test_late_correction_moves_the_closed_sheet_by_the_difference(
    record, close, hand_in, person
) -> None:
    first = record()
    close()
    kept = hand_in(replaces=first.uuid, answers=(), replace_reason="He did not take it")

    late.accept(late=kept, note="", at=WEDNESDAY, by=person("manager"))

    sheet = DaySheet.objects.get()
    assert (sheet.main_only, sheet.plus_one) == (1, 0)
    first.refresh_from_db()
    assert first.replaced_at == WEDNESDAY
    assert drift() == []


def test_late_entry_is_judged_like_any_other(record, close, hand_in, person) -> None:
    record()
    close()
    no_yes = (Answer(code="DIG-ALR", response="accepted"),)
    kept = hand_in(answers=no_yes)

    with pytest.raises(Invalid) as refusal:
        late.accept(late=kept, note="", at=TUESDAY, by=person("manager"))

    assert set(refusal.value.errors) == {"consent-DIG-ALR"}
    assert DaySheet.objects.get().plus_one == 1
    kept.refresh_from_db()
    assert kept.state == "waiting"


def test_refusing_needs_a_note_and_writes_nothing(record, close, hand_in, person) -> None:
    record()
    close()
    kept = hand_in()

    with pytest.raises(Invalid):
        late.refuse(late=kept, note="", at=TUESDAY, by=person("manager"))
    late.refuse(late=kept, note="Counted already", at=TUESDAY, by=person("manager"))

    with refused("decided"):
        late.accept(late=kept, note="", at=TUESDAY, by=person("manager"))
    assert Consultation.objects.count() == 1


def test_nobody_decides_on_his_own(record, close, hand_in, person) -> None:
    record(who="manager")
    close(who="manager")
    kept = hand_in(who="manager")

    with refused("same_person"):
        late.accept(late=kept, note="", at=TUESDAY, by=person("manager"))


def test_number_to_call_waits_under_seal_and_goes_with_the_decision(
    record, close, hand_in, person
) -> None:
    record()
    close()
    call = Answer(
        code="CRD-DEB", response="follow_up", due_on=(MONDAY + timedelta(days=5)).date(),
        contact="0171 555 12 34",
    )  # fmt: skip
    kept = hand_in(answers=(call,))
    assert "555" not in str(kept.entry)

    late.accept(late=kept, note="", at=TUESDAY, by=person("manager"))

    kept.refresh_from_db()
    assert kept.entry["answers"][0]["contact"] == ""


@pytest.fixture
def answer(person):
    def answered(consultation, code="CRD-DEB", at=MONDAY, who="seller") -> Reflection:
        user = person(who)
        product = None
        if code:
            from crossbank.catalog.models import Product

            product = Product.objects.get(code=code)
        return closing.reflect(
            consultation=consultation, branch=user.branch, product=product, line="Shall I show you?",
            at=at, by=user,
        )  # fmt: skip

    return answered


def test_each_answer_is_kept_at_once_and_may_be_changed(record, answer) -> None:
    one = record()

    answer(one)
    answer(one, "DIG-BIL")

    kept = Reflection.objects.get()
    assert (kept.product_code, kept.line, kept.did_not_fit) == (
        "DIG-BIL", "Shall I show you?", False,
    )  # fmt: skip
    answer(one, "")
    kept.refresh_from_db()
    assert (kept.product, kept.line, kept.did_not_fit) == (None, "", True)
    assert DayClose.objects.get().signed_at is None


def test_answers_of_a_signed_day_stay(record, answer, close) -> None:
    one = record()
    answer(one)
    close()

    with refused("day_closed"):
        answer(one, "DIG-BIL")

    assert Reflection.objects.get().product_code == "CRD-DEB"


def test_nobody_answers_for_a_colleague(record, answer) -> None:
    with refused("not_yours"):
        answer(record(), who="manager")


def test_reopened_day_begins_with_the_answers_that_were_given(
    record, answer, close, person
) -> None:
    one = record()
    answer(one)
    signing.reopen_day(sheet=close(), reason="x", at=MONDAY, by=person("manager"))

    answer(record(), "")

    assert list(Reflection.objects.values_list("product_code", flat=True)) == [
        "CRD-DEB",
        "CRD-DEB",
        "",
    ]


def test_answer_about_a_record_that_counts_no_more_is_not_signed(
    record, answer, close, person
) -> None:
    kept, gone = record(), record()
    answer(kept)
    answer(gone)
    services.void(consultation=gone, reason="Twice", at=MONDAY, by=person("seller"))

    close()

    assert [one.consultation for one in Reflection.objects.all()] == [kept]


def test_reopened_day_does_not_begin_with_answers_about_what_counts_no_more(
    record, answer, close, person
) -> None:
    kept, gone = record(), record()
    answer(kept)
    answer(gone)
    signing.reopen_day(sheet=close(), reason="x", at=MONDAY, by=person("manager"))
    services.void(consultation=gone, reason="Twice", at=MONDAY, by=person("seller"))

    answer(record(), "")

    draft = DayClose.objects.get(signed_at=None)
    assert [one.consultation_id == kept.pk for one in draft.reflections.order_by("pk")] == [
        True,
        False,
    ]
    assert gone.pk not in draft.reflections.values_list("consultation_id", flat=True)


def test_record_that_was_voided_meanwhile_gets_no_answer(record, answer, person) -> None:
    gone = record()
    services.void(consultation=gone, reason="Twice", at=MONDAY, by=person("seller"))

    with refused("not_standing"):
        answer(gone)

    assert not Reflection.objects.exists()


@pytest.mark.parametrize(
    ("paper", "note", "stands"),
    [
        (None, "", True),
        ((0, 1, 0), "", True),
        ((1, 1, 0), "", False),
        ((1, 1, 0), "One left", True),
    ],
)
def test_paper_that_differs_needs_a_word(record, person, paper, note, stands) -> None:
    record()
    seller = person("seller")

    def check():
        return closing.check(
            employee=seller, branch=seller.branch, business_date=DAY, paper=paper, note=note,
            at=MONDAY, by=seller,
        )  # fmt: skip

    if stands:
        assert (check().paper, DayClose.objects.get().paper_note) == (paper, note)
    else:
        with pytest.raises(Invalid):
            check()


def test_entry_that_waits_comes_back_as_it_was_typed() -> None:
    call = Answer(
        code="CRD-DEB", response="follow_up", due_on=DAY, contact="0171 5", for_branch=True,
        language="ru", reason="not_now", asked=True,
    )  # fmt: skip
    entry = said(
        need="HOME", customer_kind="new", customer_ref="a" * 64, note="x", started_at=MONDAY,
        client_saved_at=TUESDAY, hands_on_ms=5, came_for="ACC-PLS", bundle="B", right="R",
        answers=(call, Answer(code="DIG-ALR", response="accepted", offer="O", offer_version=2)),
        held=("DIG-APP",), replaces=uuid4(), replace_reason="y", paper_taken=0,
    )  # fmt: skip

    assert from_plain(json.loads(json.dumps(to_plain(entry)))) == entry
