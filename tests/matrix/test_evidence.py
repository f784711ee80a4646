"""A decision on evidence: what it writes into the draft, what it keeps, and when it refuses."""

from datetime import UTC, date, datetime
from math import inf

import pytest
from django.core.exceptions import ValidationError

from crossbank.conduct.models import AuditEntry, FrozenError
from crossbank.engine.chance import Estimate, wilson
from crossbank.engine.proposals import Proposal, ProposalKind
from crossbank.engine.terms import Rating
from crossbank.matrix import evidence
from crossbank.matrix.evidence import DraftMoved, Finding, accept, dismiss, is_dismissed
from crossbank.matrix.models import EvidenceNote, Pairing

AT = datetime(2026, 3, 18, 11, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def rate_it(main: str = "CRD-DEB", cross: str = "SAV-INS", *, times: int = 25) -> Finding:
    proposal = Proposal(
        kind=ProposalKind.RATE_IT,
        main=main,
        cross=cross,
        times=times,
        of=400,
        share=wilson(times, 400),
        expected=4.5,
        lift=Estimate(value=5.5, low=3.1, high=inf),
        chance=1e-9,
        tests=120,
    )
    return Finding(proposal=proposal, since=date(2025, 9, 18), last=date(2026, 3, 17))


def reconsider(main: str, cross: str, rating: Rating, *, of: int = 150) -> Finding:
    proposal = Proposal(
        kind=ProposalKind.RECONSIDER,
        main=main,
        cross=cross,
        rating=rating,
        times=2,
        of=of,
        share=wilson(2, of),
        declined=140,
    )
    return Finding(proposal=proposal, since=date(2025, 9, 18), last=date(2026, 3, 17))


def draft() -> dict[tuple[str, str], str]:
    rows = Pairing.objects.values_list("main__code", "cross__code", "rating")
    return {(main, cross): rating for main, cross, rating in rows}


def test_an_unrated_pair_enters_the_draft_carefully(person):
    before = draft()
    pairing = accept(rate_it(), reason="Customers ask for it", at=AT, by=person("owner"))

    assert draft() == before | {("CRD-DEB", "SAV-INS"): "possible"}
    assert (pairing.reason, pairing.rank, pairing.origin) == ("Customers ask for it", 100, "manual")


def test_the_evidence_is_kept_as_it_was(person):
    accept(rate_it(), reason="x", at=AT, by=person("owner"))

    note = EvidenceNote.objects.get()
    assert (note.kind, note.decision, note.main_code, note.cross_code) == (
        "rate_it",
        "accepted",
        "CRD-DEB",
        "SAV-INS",
    )
    assert (note.rating_before, note.rating_after, note.support) == ("", "possible", 25)
    assert (note.since, note.last, note.at) == (date(2025, 9, 18), date(2026, 3, 17), AT)
    assert note.by.username == "owner"
    assert note.figures["lift"] == {"value": 5.5, "low": 3.1, "high": None}  # JSON: no infinity
    assert (note.figures["times"], note.figures["of"]) == (25, 400)
    assert note.figures["tests"] == 120
    with pytest.raises(FrozenError):
        note.save()
    with pytest.raises(FrozenError):
        note.delete()
    entry = AuditEntry.objects.get(action="evidence_accepted")
    assert (entry.actor, entry.subject) == ("owner", "CRD-DEB → SAV-INS")
    assert entry.detail["figures"] == note.figures


def test_a_refused_pair_goes_down_one_step_and_keeps_its_words(person):
    row = Pairing.objects.get(main__code="ACC-SAL", cross__code="SAV-GOL")
    words = (row.reason, row.benefit, row.say, row.rank)

    accept(reconsider("ACC-SAL", "SAV-GOL", Rating.GOOD), reason="x", at=AT, by=person("owner"))

    row.refresh_from_db()
    assert (row.rating, row.origin) == ("possible", "manual")
    assert (row.reason, row.benefit, row.say, row.rank) == words


def test_strong_becomes_good(person):
    found = reconsider("ACC-SAL", "DIG-APP", Rating.STRONG)

    accept(found, reason="x", at=AT, by=person("owner"))

    assert draft()["ACC-SAL", "DIG-APP"] == "good"


def test_an_inherited_cell_becomes_one_of_its_own(person):
    """The student account inherits from the basic one; only its own row changes."""
    own = {(main, cross) for main, cross in draft() if main == "ACC-STU"}
    snapshot = evidence.compile_draft(at=AT).snapshot
    inherited = next(
        pair
        for pair in snapshot.pairs
        if pair.inherited_from and (pair.main, pair.cross) not in own and pair.rating is Rating.GOOD
    )
    before = draft()

    accept(
        reconsider(inherited.main, inherited.cross, Rating.GOOD),
        reason="x",
        at=AT,
        by=person("owner"),
    )

    assert draft() == before | {(inherited.main, inherited.cross): "possible"}
    row = Pairing.objects.get(main__code=inherited.main, cross__code=inherited.cross)
    assert (row.reason, row.say) == (inherited.reason, inherited.say)


@pytest.mark.parametrize(
    "found",
    [
        rate_it("ACC-SAL", "SAV-GOL"),  # rated by hand
        reconsider("ACC-SAL", "SAV-GOL", Rating.STRONG),  # rated otherwise
        reconsider("CRD-DEB", "SAV-INS", Rating.GOOD),  # not rated
        rate_it("CRD-DEB", "NIX"),
    ],
    ids=["rated", "rated-otherwise", "not-rated", "gone"],
)
def test_a_draft_that_moved_is_left_alone(person, found):
    before = draft()

    with pytest.raises(DraftMoved):
        accept(found, reason="x", at=AT, by=person("owner"))

    assert draft() == before
    assert (
        EvidenceNote.objects.count()
        == AuditEntry.objects.filter(action="evidence_accepted").count()
        == 0
    )


def test_twice_is_refused_the_second_time(person):
    accept(rate_it(), reason="x", at=AT, by=person("owner"))

    with pytest.raises(DraftMoved):
        accept(rate_it(), reason="x", at=AT, by=person("owner2"))

    assert EvidenceNote.objects.count() == 1


def test_what_the_matrix_refuses_is_refused_here(person):
    """The cross product is none any more: the draft's own rules speak, nothing is half written."""
    found = rate_it("CRD-DEB", "ACC-STU")
    before = draft()

    with pytest.raises(ValidationError):
        accept(found, reason="x", at=AT, by=person("owner"))

    assert draft() == before
    assert EvidenceNote.objects.count() == 0


def test_dismissing_writes_no_pair(person):
    before = draft()

    note = dismiss(rate_it(), at=AT, by=person("owner"))

    assert draft() == before
    assert (note.decision, note.rating_after) == ("dismissed", "")
    assert AuditEntry.objects.get(action="evidence_dismissed").actor == "owner"


@pytest.mark.parametrize(("times", "stays"), [(25, True), (49, True), (50, False), (80, False)])
def test_dismissed_until_twice_the_evidence(person, times, stays):
    note = dismiss(rate_it(times=25), at=AT, by=person("owner"))

    assert is_dismissed(rate_it(times=times).proposal, note) is stays


def test_a_refused_pair_comes_back_with_twice_the_presentations(person):
    note = dismiss(reconsider("ACC-SAL", "SAV-GOL", Rating.GOOD), at=AT, by=person("owner"))

    assert is_dismissed(reconsider("ACC-SAL", "SAV-GOL", Rating.GOOD, of=299).proposal, note)
    assert not is_dismissed(reconsider("ACC-SAL", "SAV-GOL", Rating.GOOD, of=300).proposal, note)


def test_the_newest_decision_counts(person):
    owner = person("owner")
    dismiss(rate_it(times=25), at=AT, by=owner)
    dismiss(rate_it(times=60), at=AT, by=owner)

    note = evidence.latest_notes()["rate_it", "CRD-DEB", "SAV-INS"]

    assert note.support == 60
    assert is_dismissed(rate_it(times=100).proposal, note)
