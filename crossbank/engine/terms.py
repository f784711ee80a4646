"""The glossary of Crossbank as frozen values; long, because words are looked up in one place.

Standard library only. Money is an int in minor units, days are whole local days, moments are aware
datetimes. Codes are the catalogue's own (`CRD-DEB`); every tuple is in a written, total order.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from typing import Any, TypeVar

from crossbank.engine.conditions import Condition, Facts


class Rating(StrEnum):
    """What the bank thinks of a directed pair; a pair without one is *not rated*."""

    STRONG = "strong"
    GOOD = "good"
    POSSIBLE = "possible"  # "ask first"
    NOT_ALLOWED = "not_allowed"


RATING_ORDER = {rating: place for place, rating in enumerate(Rating)}
# what a pair says; each of them may be there in other languages too
TEXTS = ("reason", "instead", "benefit", "say", "do_not_say")


class ChargeKind(StrEnum):
    FREE = "free"
    ONE_OFF = "one_off"
    RECURRING = "recurring"
    RATE = "rate"


class CustomerKind(StrEnum):
    UNKNOWN = ""
    NEW = "new"
    EXISTING = "existing"


class Response(StrEnum):
    """What the customer said to a presented product; a product not presented has none."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    INTERESTED = "interested"
    FOLLOW_UP = "follow_up"


class Bucket(StrEnum):
    """The column of the tally sheet a consultation stands in; derived, never typed."""

    MAIN_ONLY = "main_only"
    PLUS_ONE = "plus_one"
    PLUS_TWO = "plus_two"  # two or more
    NO_MAIN = "no_main"  # left without the main product: in none of the three columns


class RuleKind(StrEnum):
    """Basket rules: one-way `requires_any`; two-way `excludes`; `at_most_one`; `warn`."""

    REQUIRES_ANY = "requires_any"
    EXCLUDES = "excludes"
    AT_MOST_ONE = "at_most_one"
    WARN = "warn"


@dataclass(frozen=True, kw_only=True)
class ProductTerms:
    """A product as one edition knows it."""

    code: str
    name: str
    family: str
    family_name: str = ""
    tier: str = "basic"
    provider: str = "bank"  # bank | partner
    partner: str = ""
    partner_name: str = ""
    is_main: bool = False
    is_cross: bool = False
    charge_kind: ChargeKind = ChargeKind.FREE
    price_minor: int | None = None  # None: by score, per trade, share of a balance
    price_text: str = ""
    price_period: str = ""  # "" | once | month | year
    standalone_price_minor: int | None = None
    is_credit: bool = False
    is_insurance: bool = False
    needs_licence: bool = False
    withdrawal_days: int | None = None
    reflection_days: int | None = None
    defer_days: int | None = None
    disclosure: str = ""
    purpose_question: str = ""
    desk_order: int | None = None
    row_inherits_from: str = ""
    attributes: tuple[str, ...] = ()  # "key=value", free words of the bank; sorted
    parts: tuple[str, ...] = ()  # what a package contains; sorted
    conditions: tuple[Condition, ...] = ()  # in `conditions.told_order`

    @property
    def is_free(self) -> bool:
        return self.charge_kind is ChargeKind.FREE

    @property
    def needs_consent(self) -> bool:
        """The customer's active yes is needed for what costs, lends or insures (PS15/22)."""
        return not self.is_free or self.is_credit or self.is_insurance


@dataclass(frozen=True, kw_only=True)
class PairTerms:
    """What to know about offering `cross` to a customer who came for `main`. Directed."""

    main: str
    cross: str
    rating: Rating
    reason: str = ""
    instead: str = ""
    benefit: str = ""
    say: str = ""
    do_not_say: str = ""
    kind: str = "related"  # wider_range | related | same_profile
    link_kind: str = "optional"  # optional | bundled | required_by_law
    rank: int = 0
    inherited_from: str = ""  # main whose row this cell came from; "" for an own cell
    rule: str = ""  # pairing rule that wrote it; "" for a cell written by hand
    words: tuple[str, ...] = ()  # "ru say=…", texts in other languages than the bank's; sorted

    @property
    def other(self) -> str:
        return self.cross


@dataclass(frozen=True, kw_only=True)
class StepUp:
    """An up-sell: a better main product instead, never a cross and never a + 1."""

    main: str
    better: str
    reason: str = ""
    benefit: str = ""
    say: str = ""
    rank: int = 0
    rule: str = ""  # pairing rule that wrote it
    words: tuple[str, ...] = ()  # as of a pair

    @property
    def other(self) -> str:
        return self.better


Spoken = TypeVar("Spoken", PairTerms, StepUp)


def _spoken(term: Spoken, language: str) -> Spoken:
    """The same in one language, field by field; what nobody translated stays as the bank says it."""
    if not term.words:
        return term
    said: dict[str, Any] = {}
    for entry in term.words:
        name, _, text = entry.partition("=")
        spoken, _, field_name = name.partition(" ")
        if spoken == language and text and field_name in TEXTS and hasattr(term, field_name):
            said[field_name] = text
    return replace(term, words=(), **said)


@dataclass(frozen=True, kw_only=True)
class BasketRule:
    """A rule over sets of codes. `objects` is empty for `at_most_one`."""

    code: str
    kind: RuleKind
    subjects: tuple[str, ...]
    objects: tuple[str, ...] = ()
    message: str = ""


@dataclass(frozen=True, kw_only=True)
class BundleTerms:
    """Several cross products at one price. Each stays a product of its own, to be had alone."""

    code: str
    name: str
    parts: tuple[str, ...]  # sorted
    price_minor: int
    price_period: str = "month"  # month | year
    price_text: str = ""
    say: str = ""


@dataclass(frozen=True, kw_only=True)
class BenefitTerms:
    """What a partner adds to main products by itself: no product, never offered, never counted.

    Given on the local days [valid_from, valid_until); an end that is None is open.
    """

    code: str
    name: str
    text: str  # what it gives, until when, what it costs later
    partner: str
    partner_name: str
    mains: tuple[str, ...]  # sorted
    valid_from: date | None = None
    valid_until: date | None = None

    def is_given(self, day: date) -> bool:
        started = self.valid_from is None or self.valid_from <= day
        return started and (self.valid_until is None or day < self.valid_until)


@dataclass(frozen=True, kw_only=True)
class SeasonTerms:
    """A product that comes first among equals for some local days, [from_on, until_on)."""

    cross: str
    from_on: date
    until_on: date
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class NeedTerms:
    code: str
    name: str
    question: str = ""
    hints: str = ""
    order: int = 0
    mains: tuple[str, ...] = ()
    crosses: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """One published edition: all that advice reads. Build it with `snapshot.compile_snapshot`.

    Shape: products by code; pairs by (main, rank, cross); needs by (order, code); rules by code;
    steps_up by (main, rank, better); bundles and benefits by code; seasons by (cross, from_on).
    """

    products: tuple[ProductTerms, ...] = ()
    pairs: tuple[PairTerms, ...] = ()
    needs: tuple[NeedTerms, ...] = ()
    rules: tuple[BasketRule, ...] = ()
    steps_up: tuple[StepUp, ...] = ()
    bundles: tuple[BundleTerms, ...] = ()
    seasons: tuple[SeasonTerms, ...] = ()
    benefits: tuple[BenefitTerms, ...] = ()

    @cached_property
    def product(self) -> dict[str, ProductTerms]:
        return {product.code: product for product in self.products}

    @cached_property
    def need(self) -> dict[str, NeedTerms]:
        return {need.code: need for need in self.needs}

    @cached_property
    def rows(self) -> dict[str, dict[str, PairTerms]]:
        """main -> cross -> pair, in rank order."""
        rows: dict[str, dict[str, PairTerms]] = {}
        for pair in self.pairs:
            rows.setdefault(pair.main, {})[pair.cross] = pair
        return rows

    @cached_property
    def ladders(self) -> dict[str, tuple[StepUp, ...]]:
        """main -> its better main products, in rank order."""
        ladders: dict[str, tuple[StepUp, ...]] = {}
        for step in self.steps_up:
            ladders[step.main] = (*ladders.get(step.main, ()), step)
        return ladders

    @cached_property
    def memory(self) -> dict[str, Any]:
        """Room for what is worked out of an edition once and never changes, by name."""
        return {}

    @cached_property
    def bundle(self) -> dict[str, BundleTerms]:
        return {bundle.code: bundle for bundle in self.bundles}

    @cached_property
    def benefit(self) -> dict[str, BenefitTerms]:
        return {benefit.code: benefit for benefit in self.benefits}

    def comes_with(self, main: str, day: date) -> tuple[BenefitTerms, ...]:
        """What stands under a main product on a local day, by code."""
        return tuple(b for b in self.benefits if main in b.mains and b.is_given(day))

    def pair(self, main: str, cross: str) -> PairTerms | None:
        return self.rows.get(main, {}).get(cross)

    def in_language(self, language: str) -> "Snapshot":
        """The same edition as its reader hears it; itself where it has nothing in that language.

        Worked out once for each language. What came out speaks one language and knows no other.
        """
        spoken: dict[str, Snapshot] = self.memory.setdefault("languages", {})
        if language not in spoken:
            terms: tuple[PairTerms | StepUp, ...] = (*self.pairs, *self.steps_up)
            is_known = any(w.startswith(f"{language} ") for term in terms for w in term.words)
            spoken[language] = self if not is_known else self._in(language)
        return spoken[language]

    def _in(self, language: str) -> "Snapshot":
        return replace(
            self,
            pairs=tuple(_spoken(pair, language) for pair in self.pairs),
            steps_up=tuple(_spoken(step, language) for step in self.steps_up),
        )

    def needs_of(self, main: str) -> tuple[NeedTerms, ...]:
        """The needs a customer who came for `main` may have: those that name it, then the rest."""
        return tuple(sorted(self.needs, key=lambda n: (main not in n.mains, n.order, n.code)))


class ReasonKind(StrEnum):
    """Why something is advised, or is not. Upper rooms put it into the reader's words."""

    NEED = "need"  # subject: need code
    SAID = "said"  # subject: need code; day: when he said it; days: how long ago
    RATING = "rating"  # subject: rating
    OFFER = "offer"  # subject: offer code
    SEASON = "season"  # first among equals; text: why; day: last day
    FREE = "free"
    OTHER_FAMILY = "other_family"  # subject: family code
    ASK_FIRST = "ask_first"
    ADVISER_ONLY = "adviser_only"  # needs a licence: the outcome at the desk is a referral
    DEFERRED = "deferred"  # days: may be accepted from day n on
    ASK = "ask"  # text: questions; subjects: attributes to ask for in the usual words
    # why not
    NOT_ALLOWED = "not_allowed"  # text: the pair's reason
    HELD = "held"
    RETIRED = "retired"
    EXCLUDED = "excluded"  # subject: the product in the way; text: rule message
    AT_MOST_ONE = "at_most_one"  # subject: the product in the way; text: rule message
    QUIET = "quiet"  # the customer said no; day: when it may come back
    REQUIRES = "requires"  # text: rule message; subjects: what is missing
    NOT_ELIGIBLE = "not_eligible"  # may not have it; text: the condition's message
    NOT_NOW = "not_now"  # makes no sense now; text: the condition's message
    NOT_IN_INTEREST = "not_in_interest"  # does not serve him; text: the condition's message
    # why not among the three
    FAMILY_SHOWN = "family_shown"  # subject: the card of the same family
    THIRD_FREE = "third_free"  # subject: the free product that came instead, "" when none fits
    FREE_PLACE = "free_place"  # free, but only strong and good ones take that place
    ANSWERED = "answered"
    BELOW = "below"  # three others come first
    # a warning that hides nothing
    WARN = "warn"  # subject: the other product; text: rule message
    # why an offer does not apply
    WRONG_MAIN = "wrong_main"
    NOT_YET = "not_yet"  # day: first day
    ENDED = "ended"  # day: last day
    PAUSED = "paused"
    EXHAUSTED = "exhausted"
    CUSTOMER_STATUS = "customer_status"  # subject: new | existing
    NEEDS_APPROVAL = "needs_approval"
    AFTER_DRAWDOWN = "after_drawdown"
    LOWER_PRIORITY = "lower_priority"  # subject: the winning offer
    ONE_PRICE_BENEFIT = "one_price_benefit"  # subject: the winning offer
    SAME_GROUP = "same_group"  # subject: the offer in use that excludes it; text: its name
    PAIR_NOT_ALLOWED = "pair_not_allowed"


@dataclass(frozen=True, kw_only=True)
class Reason:
    kind: ReasonKind
    subject: str = ""
    subjects: tuple[str, ...] = ()
    text: str = ""
    days: int | None = None
    day: date | None = None


class OfferKind(StrEnum):
    ONE_TIME = "one_time"
    TIME_LIMITED = "time_limited"


class WindowKind(StrEnum):
    CONSULTATION = "consultation"  # only while the main product is being registered
    FIXED = "fixed"  # local days [from_on, until_on), perhaps every year
    RELATIVE = "relative"  # ends with the Nth local day after the trigger


class Trigger(StrEnum):
    NONE = ""
    MAIN_RECORDED = "main_recorded"
    APPROVAL = "approval"
    DRAWDOWN = "drawdown"


class BenefitType(StrEnum):
    PRICE = "price"
    PERCENT = "percent"
    RATE = "rate"
    FREE_PERIOD = "free_period"
    TEXT = "text"  # the only one that is not a price benefit


@dataclass(frozen=True, kw_only=True)
class OfferTerms:
    """An offer's terms as they are frozen on the record when it is used."""

    code: str
    name: str
    kind: OfferKind
    cross: str
    mains: tuple[str, ...]
    customer_status: str = "both"  # both | new | existing
    benefit_type: BenefitType = BenefitType.TEXT
    benefit_value: str = ""
    benefit_text: str = ""
    price_with_minor: int | None = None
    price_with_text: str = ""
    price_alone_text: str = ""
    say: str = ""
    window: WindowKind = WindowKind.CONSULTATION
    window_text: str = ""
    trigger: Trigger = Trigger.NONE
    days_after: int | None = None
    from_on: date | None = None
    until_on: date | None = None  # exclusive
    repeats_yearly: bool = False
    priority: int
    exclusion_group: str = ""
    needs_second_consent: bool = False
    free_days: int | None = None  # first without charge; asked again before they end
    max_total: int | None = None
    max_per_branch: int | None = None
    max_per_customer: int | None = None
    frees_on_reversal: bool = False
    conditions: tuple[Condition, ...] = ()
    version: int = 0  # 0: not released
    is_paused: bool = False

    @property
    def is_limited(self) -> bool:
        return any((self.max_total, self.max_per_branch, self.max_per_customer))


@dataclass(frozen=True, kw_only=True)
class Right:
    """A customer's right to an offer, on the terms of its release, good until a moment.

    `last_day`: the day that was promised, by the calendar of the place that gave it; the same for
    every reader, whatever day `until` is on where he is. `code`: what the customer shows. It stands
    beside every main product and in every branch, whatever became of the offer since: it was
    promised.
    """

    terms: OfferTerms
    until: datetime
    last_day: date
    code: str


@dataclass(frozen=True, kw_only=True)
class LiveOffer:
    """An offer that may be used in this consultation.

    `only_now`: it ends when the main product is saved. `last_day`: the last local day of use (of a
    right, of the place that gave it);
    `ends_at`: the moment that day ends (exclusive). Both None for `only_now`. `right`: the
    customer's own right that makes it live. `ask`: what its conditions leave to be asked first.
    """

    terms: OfferTerms
    only_now: bool
    last_day: date | None = None
    ends_at: datetime | None = None
    right: Right | None = None
    ask: Reason | None = None


@dataclass(frozen=True, kw_only=True)
class LosingOffer:
    """An offer for the same cross product that does not apply, with the reason in words' reach."""

    terms: OfferTerms
    reason: Reason


@dataclass(frozen=True, kw_only=True)
class OfferChoice:
    """All offers of one cross product, judged: at most one applies."""

    live: LiveOffer | None = None
    losing: tuple[LosingOffer, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SaidNeed:
    """A need that the customer named in an earlier conversation, and the day he did."""

    need: str  # code
    on: date


@dataclass(frozen=True, kw_only=True)
class Picture:
    """What the desk knows of this conversation.

    `kept` holds cards that already have an answer in the place where the seller sees them:
    (slot 0-2, code). `presented` are all answered products, in the three or not; `taken` is the
    subset that was accepted. `offers` is what eligibility said per cross product; `retired` are
    products withdrawn from sale since the edition was published; `silenced` are products that this
    customer refused, with the day they may come back; `day` is the branch's local day. `said` are
    needs of earlier conversations, the first to be named first. `facts` say where he is served;
    what they say of customer, need and holdings is not read.
    """

    main: str
    need: str = ""
    said: tuple[SaidNeed, ...] = ()
    customer_kind: CustomerKind = CustomerKind.UNKNOWN
    presented: tuple[str, ...] = ()
    taken: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    kept: tuple[tuple[int, str], ...] = ()
    retired: tuple[str, ...] = ()
    silenced: Mapping[str, date] = field(default_factory=dict)
    day: date | None = None
    facts: Facts = field(default_factory=Facts)
    offers: dict[str, OfferChoice] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """One card: a product that may be presented, why, and on which terms."""

    product: ProductTerms
    pair: PairTerms
    reasons: tuple[Reason, ...]
    offer: LiveOffer | None = None
    losing_offers: tuple[LosingOffer, ...] = ()

    @property
    def code(self) -> str:
        return self.product.code

    @property
    def ask_first(self) -> bool:
        return self.pair.rating is Rating.POSSIBLE

    @property
    def may_accept(self) -> bool:
        """Licensed and deferred products are presented at the desk, never accepted there."""
        return not self.product.needs_licence and not self.product.defer_days


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """A product that is not advised now, and why not."""

    product: ProductTerms
    pair: PairTerms
    reason: Reason


@dataclass(frozen=True, kw_only=True)
class Advice:
    """What to say next. `cards`: at most three, in slot order. `more`: the rest, ranked.

    `offer_line`: the best live offer on an allowed pair outside the three, or None.
    `not_allowed`: the main's forbidden pairs. `why_not`: rated pairs that dropped out.
    `passed`: (code, why) of ranked products that the rule of three passed over for another one.
    """

    cards: tuple[Suggestion, ...] = ()
    more: tuple[Suggestion, ...] = ()
    offer_line: Suggestion | None = None
    not_allowed: tuple[Refusal, ...] = ()
    why_not: tuple[Refusal, ...] = ()
    steps_up: tuple[StepUp, ...] = ()
    passed: tuple[tuple[str, Reason], ...] = ()
