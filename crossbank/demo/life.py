"""What a branch's life is made of: rhythm, customers, habits of colleagues, words. All invented."""

from dataclasses import dataclass, replace

from crossbank.engine.terms import Rating

# Rhythm: Monday and Friday are busy, the middle of the week is calm, noon is quiet.
WEEKDAYS = (1.24, 0.94, 0.84, 0.92, 1.16, 0.7, 0.5)
HOURS = {9: 0.7, 10: 1.2, 11: 1.3, 12: 0.7, 13: 0.45, 14: 1.0, 15: 1.25, 16: 1.3, 17: 0.9}
AWAY = 0.08  # leave, illness, a day of training

# What customers come for; a main product that is not named here weighs 1.
MAINS = {
    "ACC-BAS": 17, "ACC-SAL": 17, "CRD-DEB": 14, "CRD-CLA": 10, "LON-CSH": 9, "LON-CAR": 5,
    "HOM-PUR": 4, "SAV-INS": 10, "SAV-TRM": 7, "ACC-STU": 4, "ACC-PRM": 2, "LON-REF": 2,
    "ACC-PLS": 2, "CRD-GLD": 1.5, "INV-FND": 8,
}  # fmt: skip
# How many existing customers have it already, here or elsewhere.
HOLDINGS = {
    "DIG-APP": 0.34, "CRD-DEB": 0.42, "ACC-SAL": 0.3, "ACC-BAS": 0.25, "SAV-INS": 0.26,
    "DIG-BIL": 0.2, "DIG-ALR": 0.14, "CRD-CLA": 0.16, "INS-HOM": 0.25, "INS-LIF": 0.12,
    "INS-MOT": 0.2, "INS-CRD": 0.1, "INS-TRV": 0.14, "SAV-GOL": 0.08, "DIG-CSH": 0.1,
}  # fmt: skip

NO_MAIN = 0.035
CUSTOMERS = {"existing": 0.58, "new": 0.26, "": 0.16}
WITH_REFERENCE = 0.35  # of existing customers
WITH_NOTE = 0.05
STEPS_UP = 0.07
ASKED_FOR = 0.02
PAPER = 0.012
CORRECTED = 0.012
VOIDED = 0.008

# What the matrix does not know yet, for the counts to find: so many customers of a main product ask
# for this one, too; and a pair that is rated good and that hardly anybody wants.
ASKED_WITH = {("ACC-SAL", "SAV-INS"): 0.05}
UNWANTED = {("ACC-SAL", "SAV-GOL"): 0.03}

# Chance that a presented product is taken; then what moves it.
TAKEN = {Rating.STRONG: 0.38, Rating.GOOD: 0.22, Rating.POSSIBLE: 0.08}
TAKEN_WHEN_ASKED = 0.6
FOR_THE_NEED = 1.25
WITH_OFFER = 1.25
COSTS_MONEY = 0.85
TIRED = 0.9  # for each product presented before

NOT_TAKEN = {"declined": 0.8, "interested": 0.12, "follow_up": 0.08}
NOT_TODAY = {"declined": 0.45, "interested": 0.3, "follow_up": 0.25}  # licensed or deferred
REASONS_FREE = {"no_need": 5, "not_now": 4, "thinks_it_over": 2}
REASONS_PAID = {"no_need": 4, "too_expensive": 4, "not_now": 3, "thinks_it_over": 2}
REASONS_COVER = {"elsewhere": 5, "too_expensive": 3, "no_need": 3, "thinks_it_over": 2}
NOTHING_OFFERED = {
    "in_hurry": 5, "came_for_service": 4, "not_suitable": 2, "forgot": 2, "other": 1,
}  # fmt: skip
FOLLOW_UP_DAYS = (2, 21)

NOTES = (
    "Brings the payslip on Friday.",
    "Wants the price sheet in large print.",
    "Partner joins next time.",
    "Prefers a call after 16:00.",
    "Compares with an offer from elsewhere.",
    "Moving in spring, asks again then.",
    "First visit here, took the tour of the app.",
    "Bringt die Unterlagen am Montag mit.",
    "ขอเอกสารราคาเป็นภาษาไทย",
    "Спросить о накоплениях в следующий раз.",
    "Read the conditions at the desk, no questions left.",
)
WHY_VOIDED = ("Entered twice.", "Was meant for a colleague's customer.", "Opened by mistake.")
CAME_BACK = "He came back and took it after all."
NOT_AFTER_ALL = "Pressed once too often: he did not take it."


@dataclass(frozen=True, kw_only=True)
class Habit:
    """How one colleague works. `reach`: weights of presenting 0, 1, 2, ... products."""

    pace: float  # customers on an average day
    reach: tuple[float, ...]
    charm: float = 1.0  # moves every chance to be taken
    asks_need: float = 0.5
    names_reason: float = 0.5
    attaches_offer: float = 0.75
    free_only: bool = False
    hands_on_s: tuple[float, float] = (5, 14)

    @property
    def mean_reach(self) -> float:
        return sum(n * weight for n, weight in enumerate(self.reach)) / sum(self.reach)


STEADY = Habit(pace=6.2, reach=(0.17, 0.36, 0.31, 0.14, 0.02))
STARTER = Habit(
    pace=4.6,
    reach=(0.46, 0.36, 0.14, 0.04),
    charm=0.95,
    asks_need=0.3,
    names_reason=0.25,
    attaches_offer=0.4,
    hands_on_s=(11, 25),
)
HABITS = {
    "steady": STEADY,
    "eager": Habit(
        pace=7.0,
        reach=(0.09, 0.24, 0.35, 0.26, 0.06),
        charm=0.92,
        names_reason=0.7,
        attaches_offer=0.9,
        hands_on_s=(4, 11),
    ),
    "quiet": Habit(
        pace=6.0,
        reach=(0.40, 0.44, 0.13, 0.03),
        charm=1.08,
        asks_need=0.35,
        names_reason=0.2,
        attaches_offer=0.4,
        hands_on_s=(4, 9),
    ),
    "free_only": Habit(
        pace=6.4, reach=(0.2, 0.38, 0.3, 0.12), charm=1.0, names_reason=0.4, free_only=True
    ),
    "careful": Habit(
        pace=5.0,
        reach=(0.17, 0.45, 0.3, 0.08),
        charm=1.18,
        asks_need=0.9,
        names_reason=0.85,
        hands_on_s=(7, 18),
    ),
    "starter": STARTER,
}
_WEEKS_TO_LEARN = 10


def habit(name: str, *, weeks_ago: float = 0.0) -> Habit:
    """The habit as it was so many weeks ago: a starter grows into a steady colleague."""
    if name != "starter":
        return HABITS[name]
    grown = max(0.0, 1 - weeks_ago / _WEEKS_TO_LEARN) * 0.8
    low, high = (
        slow + (quick - slow) * grown
        for slow, quick in zip(STARTER.hands_on_s, STEADY.hands_on_s, strict=True)
    )
    return replace(
        STARTER,
        pace=STARTER.pace + (STEADY.pace - STARTER.pace) * grown,
        reach=tuple(
            young + (old - young) * grown
            for young, old in zip((*STARTER.reach, 0.0), STEADY.reach, strict=True)
        ),
        hands_on_s=(low, high),
    )
