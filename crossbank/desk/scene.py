"""What an entry is judged by, and how a judgement says no."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from crossbank.catalog.models import Product
from crossbank.desk.entries import Answer, Entry
from crossbank.desk.where import facts_at
from crossbank.engine.terms import CustomerKind, OfferTerms, Picture, Right, Snapshot
from crossbank.offers.models import Grant
from crossbank.org.models import Branch, User


class Invalid(Exception):
    """The content says no: field name -> messages."""

    code = "invalid"
    status = 422

    def __init__(self, errors: dict[str, list[str]]) -> None:
        super().__init__(", ".join(errors))
        self.errors = errors


class Conflict(Exception):
    """The state says no: day_closed, day_open, offer_expired, stale_edition, other_user,
    uuid_reused, and what stands in the way of a signature or a decision."""

    def __init__(self, code: str, message: str, *, field: str = "__all__") -> None:
        super().__init__(code)
        self.code = code
        self.status = 422 if code == "uuid_reused" else 409
        self.errors = {field: [message]}


@dataclass(frozen=True, kw_only=True)
class HeldRight:
    """A customer's right as its row and as the engine sees it."""

    grant: Grant
    right: Right

    def as_offer(self) -> tuple[int, OfferTerms]:
        return self.grant.release.offer_id, self.right.terms


@dataclass(frozen=True, kw_only=True)
class Scene:
    """Everything an entry is judged by. `shown` is the edition on the seller's screen.

    `products`: catalogue rows of every code in the entry; `offers`: offer code -> (row id, terms)
    of every offer in the entry; `need_id`: row of the stated need; `rights`: offer code -> the
    customer's right that the entry may use; `quiet`: what is not to be brought up with him.
    """

    shown: Snapshot
    edition_id: int
    current: Snapshot
    products: Mapping[str, Product]
    offers: Mapping[str, tuple[int, OfferTerms]]
    need_id: int | None
    rights: Mapping[str, HeldRight] = field(default_factory=dict)
    quiet: frozenset[str] = frozenset()
    employee: User
    branch: Branch
    entered_by: User
    recorded_at: datetime
    received_at: datetime
    clock_suspect: bool

    def offer_of(self, answer: Answer) -> tuple[int, OfferTerms] | None:
        """The offer used on a product, as (row id, terms): by the customer's right if he has one."""
        held = self.rights.get(answer.offer)
        return held.as_offer() if held else self.offers.get(answer.offer)

    @property
    def day(self) -> date:
        return self.branch.local_day(self.recorded_at)

    @property
    def zone(self) -> ZoneInfo:
        return self.branch.zone


def picture_of(entry: Entry, scene: Scene) -> Picture:
    """As much of the conversation as conditions ask for."""
    return Picture(
        main=entry.main,
        need=entry.need,
        customer_kind=CustomerKind(entry.customer_kind),
        taken=entry.accepted,
        held=entry.held,
        facts=facts_at(scene.branch),
    )
