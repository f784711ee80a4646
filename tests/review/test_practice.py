"""What the desks did: strong pairs nobody presents, recommended ones nobody wants."""

from datetime import timedelta

import pytest

from crossbank.desk.models import Consultation
from crossbank.matrix.models import Pairing
from crossbank.matrix.services import compile_draft, publish_edition
from crossbank.review.practice import findings
from tests.review.talks import NOW, talk

pytestmark = pytest.mark.django_db
# LON-REF: strong DIG-BIL, DIG-ALR, DIG-APP; good ACC-SAL, SAV-GOL, INS-CRP; possible INS-LIF
STRONG = {"DIG-BIL": "accepted", "DIG-ALR": "declined", "DIG-APP": "interested"}


def found() -> list[tuple]:
    draft = compile_draft(at=NOW)
    return [(f.kind.value, f.subject, *f.args) for f in findings(draft, NOW)]


def test_nothing_recorded_is_nothing_found(bank) -> None:
    assert found() == []


def test_strong_pair_never_presented_in_twenty_conversations(bank) -> None:
    talk("LON-REF", times=19, said={"DIG-BIL": "accepted", "DIG-ALR": "declined"})
    assert found() == []

    talk("LON-REF")

    assert found() == [("strong_unsaid", "LON-REF", "DIG-APP", "20")]
    talk("LON-REF", said={"DIG-APP": "declined"})
    assert found() == []


def test_recommended_pair_that_is_always_refused(bank) -> None:
    talk("LON-REF", times=19, said={**STRONG, "SAV-GOL": "declined", "INS-LIF": "declined"})
    assert found() == []

    talk("LON-REF", said={**STRONG, "SAV-GOL": "declined", "INS-LIF": "declined"})

    # INS-LIF was refused as often, but it is only “ask first”
    assert found() == [
        ("always_refused", "LON-REF", "DIG-ALR", "20"),
        ("always_refused", "LON-REF", "SAV-GOL", "20"),
    ]
    talk(
        "LON-REF", said={"SAV-GOL": "follow_up", "DIG-ALR": "accepted"}, bucket="plus_one", depth=1
    )
    assert found() == []


def test_only_records_that_stand_and_were_made_at_a_desk_count(bank, person) -> None:
    said = {"DIG-BIL": "accepted", "DIG-ALR": "accepted"}
    talk("LON-REF", times=19, said=said)
    talk("LON-REF", times=9, voided_at=NOW, voided_by=person("seller"))
    talk("LON-REF", times=9, replaced_at=NOW)
    talk("LON-REF", times=9, source="paper")
    talk("LON-REF", times=9, at=NOW - timedelta(days=90))

    assert found() == []

    talk("LON-REF", at=NOW - timedelta(days=89))
    assert found() == [("strong_unsaid", "LON-REF", "DIG-APP", "20")]


def test_who_has_it_already_is_no_chance(bank) -> None:
    said = {"DIG-BIL": "accepted", "DIG-ALR": "accepted"}
    talk("LON-REF", times=30, said=said, held=["DIG-APP"])
    talk("LON-REF", times=19, said=said)
    assert found() == []

    talk("LON-REF", said=said)

    assert found() == [("strong_unsaid", "LON-REF", "DIG-APP", "20")]


def test_pair_is_judged_only_by_editions_that_rated_it_so(bank, person) -> None:
    said = {"DIG-BIL": "accepted", "DIG-ALR": "accepted", "DIG-APP": "accepted"}
    talk("LON-REF", times=25, said=said)
    Pairing.objects.filter(main__code="LON-REF", cross__code="SAV-GOL").update(rating="strong")
    assert found() == []

    publish_edition(at=NOW, by=person("owner"), approver=person("owner2"))
    talk("LON-REF", times=19, said=said, edition=2)
    assert found() == []
    talk("LON-REF", said=said, edition=2)

    assert found() == [("strong_unsaid", "LON-REF", "SAV-GOL", "20")]


def test_a_fixed_number_of_queries_whatever_was_recorded(bank, queries) -> None:
    talk("LON-REF", times=20)
    draft = compile_draft(at=NOW)
    findings(draft, NOW)
    with queries() as few:
        findings(draft, NOW)

    for main in ("ACC-BAS", "CRD-CLA", "HOM-PUR"):
        talk(main, times=60, said={"DIG-APP": "declined"}, held=["DIG-BIL"])
    with queries() as many:
        findings(draft, NOW)

    assert Consultation.objects.count() == 200
    assert len(few) == len(many) == 3
