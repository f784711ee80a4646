"""What stands against a release is said in words, each kind in its own."""

from datetime import date

import pytest

from crossbank.engine.offer_checks import Check, CheckKind
from crossbank.offers.release_words import check_words

NAMES = {"CRD": "Credit card", "ACC": "Account"}
WORDS = {
    CheckKind.TIE: "B has the same priority beside Account from 1 Apr 2026 to 30 Apr 2026. Which one wins?",
    CheckKind.NOT_ALLOWED: "The product is not allowed beside Account.",
    CheckKind.CROSS_NOT_SOLD: "Credit card is not sold while it holds.",
    CheckKind.MAINS_NOT_SOLD: "Not sold while it holds: Account.",
    CheckKind.WINDOW_PAST: "Its window is over: it ended on 30 Apr 2026.",
    CheckKind.NO_MAINS: "It stands beside no main product.",
    CheckKind.NO_RIGHT: (
        "It waits for an event and gives nobody a right: choose the window “Days after an event”."
    ),
    CheckKind.NO_DESK: "Its conditions leave out the branch, and offers are used nowhere else.",
    CheckKind.NO_CUSTOMER: "Nobody can meet all that it asks about: New or existing.",
    CheckKind.DEARER: "With it Credit card costs more than alone.",
    CheckKind.BELOW_ZERO: "It takes off more than the price.",
    CheckKind.NO_FREE_DAYS: (
        "It needs a second yes: say after how many days without charge it is asked."
    ),
    CheckKind.LIMITED_RIGHT: (
        "It gives rights that customers hold, so it cannot run out in all or per branch."
    ),
    CheckKind.NOT_RATED: (
        "Beside Account the product is not rated, so it is never proposed there."
    ),
    CheckKind.OVERLAP: "Gives way to B beside Account from 1 Apr 2026 to 30 Apr 2026.",
}
SUBJECTS = {
    CheckKind.TIE: "B",
    CheckKind.OVERLAP: "B",
    CheckKind.CROSS_NOT_SOLD: "CRD",
    CheckKind.DEARER: "CRD",
    CheckKind.NO_CUSTOMER: "customer_kind",
}


@pytest.mark.parametrize("kind", CheckKind)
def test_every_finding_has_a_sentence(kind) -> None:
    check = Check(
        kind=kind,
        blocking=True,
        subject=SUBJECTS.get(kind, ""),
        subjects=("ACC",),
        first=date(2026, 4, 1),
        last=date(2026, 4, 30),
    )

    assert check_words(check, NAMES) == WORDS[kind]
