"""The sample bank of the design as terms: 32 products, 15 rows, 4 kinds of basket rule, 13 offers.

Wording is left out where no decision reads it; codes, ratings, order and prices are the design's.
"""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from crossbank.engine import offer_choice
from crossbank.engine.snapshot import compile_snapshot
from crossbank.engine.terms import (
    BasketRule,
    BenefitType,
    ChargeKind,
    CustomerKind,
    NeedTerms,
    OfferKind,
    OfferTerms,
    PairTerms,
    Picture,
    ProductTerms,
    Rating,
    RuleKind,
    StepUp,
    Trigger,
    WindowKind,
)

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 7, 15, 10, 0, tzinfo=UTC)

# code, tier, roles (m main, c cross), flags (f free, $ costs, C credit, I cover, A adviser, D3)
_PRODUCTS = """
ACC-BAS basic mc f · ACC-PLS mid m $ · ACC-PRM premium mc $ · ACC-SAL mid mc f · ACC-STU basic m f
CRD-DEB basic mc f · CRD-CLA mid mc $C · CRD-GLD premium mc $C · CRD-SUP basic c $
LON-CSH mid mc $C · LON-CAR mid m $C · LON-REF mid m $C · LON-OVD basic c $C
HOM-PUR mid m $C · HOM-REN mid c $C
SAV-INS basic mc f · SAV-TRM mid mc f · SAV-GOL basic c f · SAV-CHI mid c f
INS-CRP mid c $ID · INS-HOM mid c $I · INS-MOT mid c $I · INS-TRV basic c $I · INS-CRD basic c $I
INS-LIF premium c $I · INV-FND mid mc $A · INV-BRK premium c $A · PEN-VOL mid c $A
DIG-APP basic c f · DIG-ALR basic c $ · DIG-BIL basic c f · DIG-CSH basic c f
"""
_PARENT = {"ACC-PLS": "ACC-BAS", "CRD-GLD": "CRD-CLA"}
_FAMILY = {"PEN": "INV"}  # the pension plan is an investment

# main: strong | good | possible | not allowed
_ROWS = """
ACC-BAS: CRD-DEB DIG-APP | DIG-ALR DIG-BIL SAV-INS SAV-GOL DIG-CSH | CRD-CLA LON-OVD INS-CRD \
INS-TRV PEN-VOL | INS-CRP INV-FND LON-CSH
ACC-SAL: DIG-APP CRD-DEB CRD-CLA | SAV-GOL DIG-BIL LON-OVD PEN-VOL DIG-ALR DIG-CSH | CRD-GLD \
LON-CSH INV-FND INS-TRV INS-LIF | INS-CRP
ACC-STU: CRD-DEB DIG-APP | DIG-ALR SAV-GOL DIG-CSH INS-TRV | LON-OVD INS-CRD | CRD-CLA CRD-GLD \
LON-CSH INV-FND INS-CRP
ACC-PRM: CRD-GLD DIG-APP | SAV-TRM INV-FND INV-BRK INS-TRV CRD-SUP PEN-VOL | INS-LIF INS-HOM \
HOM-REN | CRD-CLA INS-CRP
CRD-DEB: DIG-APP DIG-ALR | CRD-CLA INS-CRD DIG-CSH SAV-GOL | LON-CSH CRD-SUP INS-TRV | INS-CRP \
INV-FND
CRD-CLA: DIG-APP DIG-ALR DIG-BIL | INS-CRD DIG-CSH SAV-INS CRD-SUP INS-TRV | INS-CRP SAV-TRM | \
LON-CSH LON-OVD INV-FND
LON-CSH: DIG-BIL DIG-APP DIG-ALR | INS-CRP ACC-SAL INS-LIF SAV-GOL | CRD-CLA INS-HOM INS-TRV | \
LON-OVD CRD-GLD SAV-TRM INV-FND
LON-CAR: INS-MOT DIG-BIL DIG-APP | INS-CRP DIG-ALR ACC-SAL DIG-CSH | CRD-CLA INS-LIF INS-HOM | \
LON-CSH LON-OVD INV-FND
LON-REF: DIG-BIL DIG-ALR DIG-APP | ACC-SAL SAV-GOL INS-CRP | INS-LIF | CRD-CLA CRD-GLD LON-CSH \
LON-OVD INV-FND
HOM-PUR: INS-HOM INS-LIF DIG-BIL | INS-CRP ACC-SAL DIG-APP HOM-REN DIG-ALR | CRD-CLA SAV-GOL \
CRD-DEB | LON-CSH LON-OVD INV-FND
SAV-TRM: SAV-INS DIG-APP | ACC-BAS SAV-CHI PEN-VOL DIG-ALR | INV-FND INV-BRK INS-LIF CRD-CLA | \
INS-CRP LON-CSH LON-OVD
SAV-INS: DIG-APP | SAV-GOL SAV-TRM DIG-ALR CRD-DEB | INV-FND SAV-CHI | INS-CRP LON-CSH LON-OVD
INV-FND: SAV-INS DIG-APP | PEN-VOL SAV-TRM SAV-CHI INV-BRK | ACC-PRM INS-LIF | LON-CSH LON-OVD \
INS-CRP
ACC-PLS: | | | DIG-ALR INS-CRD INS-TRV
CRD-GLD: | | | INS-TRV
"""


def product(code: str, **changes) -> ProductTerms:
    terms = {"code": code, "name": code, "family": code[:3], "is_main": True, "is_cross": True}
    return ProductTerms(**(terms | changes))


def pair(main: str, cross: str, rating: Rating = Rating.GOOD, **changes) -> PairTerms:
    terms = {"main": main, "cross": cross, "rating": rating}
    if rating is Rating.NOT_ALLOWED:
        terms |= {"reason": f"{main} not {cross}", "instead": "ask later"}
    return PairTerms(**(terms | changes))


def _products() -> list[ProductTerms]:
    entries = (entry.split() for line in _PRODUCTS.split("\n") for entry in line.split(" · "))
    return [_sample_product(*entry) for entry in entries if entry]


def _sample_product(code: str, tier: str, roles: str, flags: str) -> ProductTerms:
    return product(
        code,
        family=_FAMILY.get(code[:3], code[:3]),
        tier=tier,
        is_main="m" in roles,
        is_cross="c" in roles,
        charge_kind=ChargeKind.FREE if "f" in flags else ChargeKind.RECURRING,
        is_credit="C" in flags,
        is_insurance="I" in flags,
        needs_licence="A" in flags,
        defer_days=3 if "D" in flags else None,
        disclosure="" if "f" in flags else "Can be bought separately.",
        row_inherits_from=_PARENT.get(code, ""),
    )


def _pairs() -> list[PairTerms]:
    pairs = []
    for line in _ROWS.strip().split("\n"):
        main, cells = line.split(":")
        rated = zip(Rating, cells.split("|"), strict=True)
        row = [(cross, rating) for rating, crosses in rated for cross in crosses.split()]
        pairs += [pair(main, cross, rating, rank=n) for n, (cross, rating) in enumerate(row)]
    return pairs


def _rule(code: str, kind: RuleKind, subjects: str, objects: str = "") -> BasketRule:
    return BasketRule(
        code=code,
        kind=kind,
        subjects=tuple(sorted(subjects.split())),
        objects=tuple(sorted(objects.split())),
        message=f"because of {code}",
    )


def need(code: str, order: int, mains: str, crosses: str) -> NeedTerms:
    return NeedTerms(
        code=code,
        name=code.title(),
        order=order,
        mains=tuple(sorted(mains.split())),
        crosses=tuple(sorted(crosses.split())),
    )


INPUTS = {
    "products": _products(),
    "pairs": _pairs(),
    "needs": [
        need("EVERYDAY", 1, "ACC-BAS ACC-SAL", "DIG-APP DIG-BIL CRD-DEB DIG-ALR SAV-GOL"),
        need("HOME", 2, "HOM-PUR", "INS-HOM INS-LIF DIG-BIL HOM-REN"),
        need("PURCHASE", 4, "LON-CSH CRD-CLA", "DIG-BIL INS-CRP INS-HOM ACC-SAL"),
        need("TRAVEL", 8, "CRD-CLA ACC-PRM", "INS-TRV CRD-SUP DIG-ALR CRD-GLD DIG-APP"),
    ],
    "rules": [
        _rule("GOLD", RuleKind.EXCLUDES, "CRD-GLD", "INS-TRV CRD-CLA"),
        _rule("HOST", RuleKind.REQUIRES_ANY, "CRD-SUP", "CRD-DEB CRD-CLA CRD-GLD"),
        _rule("LIFE", RuleKind.WARN, "INS-CRP", "INS-LIF"),
        _rule("LINE", RuleKind.AT_MOST_ONE, "CRD-CLA CRD-GLD LON-OVD LON-CSH"),
    ],
    "steps_up": [
        StepUp(main="ACC-BAS", better="ACC-PLS", rank=0),
        StepUp(main="ACC-BAS", better="ACC-PRM", rank=1),
        StepUp(main="CRD-CLA", better="CRD-GLD"),
    ],
}
EDITION = compile_snapshot(**INPUTS)


def offer(code: str, cross: str, mains: str, priority: int = 10, **changes) -> OfferTerms:
    terms = {"kind": OfferKind.ONE_TIME, "benefit_type": BenefitType.PRICE, "name": code}
    named = {"code": code, "cross": cross, "mains": tuple(mains.split()), "priority": priority}
    return OfferTerms(**(terms | named | changes))


def fixed(code: str, cross: str, mains: str, *, first: date, until: date, **changes) -> OfferTerms:
    window = {"kind": OfferKind.TIME_LIMITED, "window": WindowKind.FIXED}
    dates = {"from_on": first, "until_on": until}
    return offer(code, cross, mains, **(window | dates | changes))


def relative(
    code: str, cross: str, mains: str, trigger: Trigger, days: int, **changes
) -> OfferTerms:
    window = {"kind": OfferKind.TIME_LIMITED, "window": WindowKind.RELATIVE}
    after = {"trigger": trigger, "days_after": days}
    return offer(code, cross, mains, **(window | after | changes))


OFFERS = [
    offer("OT-1", "CRD-CLA", "ACC-SAL", 30, exclusion_group="CARD-FEE"),
    offer("OT-2", "CRD-CLA", "CRD-DEB", 20, exclusion_group="CARD-FEE"),
    offer("OT-3", "CRD-CLA", "LON-CSH", exclusion_group="CARD-FEE"),
    offer("OT-4", "INS-HOM", "HOM-PUR", exclusion_group="HOME-COVER"),
    offer("OT-5", "SAV-INS", "SAV-TRM", exclusion_group="SAV-BONUS"),
    offer("OT-6", "DIG-ALR", "ACC-BAS CRD-DEB", exclusion_group="ALERTS"),
    relative("TL-1", "LON-CSH", "CRD-DEB", Trigger.MAIN_RECORDED, 30),
    relative(
        *("TL-2", "CRD-CLA", "ACC-BAS ACC-SAL HOM-PUR", Trigger.APPROVAL, 60),
        priority=40,
        customer_status="existing",
        exclusion_group="CARD-FEE",
    ),
    fixed(
        *("TL-3", "INS-TRV", "CRD-CLA ACC-PRM ACC-STU"),
        first=date(2020, 6, 1),
        until=date(2020, 9, 1),
        repeats_yearly=True,
    ),
    relative("TL-4", "INS-MOT", "LON-CAR", Trigger.MAIN_RECORDED, 14),
    relative("TL-5", "HOM-REN", "HOM-PUR", Trigger.DRAWDOWN, 180),
    relative("TL-6", "INV-FND", "SAV-TRM ACC-PRM", Trigger.MAIN_RECORDED, 90),
]


def live_offers(main: str, *, kind: CustomerKind = CustomerKind.UNKNOWN, at: datetime = NOON):
    return offer_choice.choices(OFFERS, main=main, customer_kind=kind, at=at, zone=BERLIN)


def picture(main: str, **changes) -> Picture:
    """A picture in this bank; codes may be given as one text."""
    split = {k: tuple(v.split()) for k, v in changes.items() if isinstance(v, str) and k != "need"}
    return Picture(**({"main": main} | changes | split))
