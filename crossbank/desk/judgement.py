"""May this entry stand? Reads values only; writes nothing.

Source: contract, "Recording a consultation"; decisions 3, 5, 7.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from crossbank.catalog.models import Product
from crossbank.desk.entries import Answer, Entry
from crossbank.desk.words import reason_words
from crossbank.engine import advice, eligibility
from crossbank.engine.terms import (
    CustomerKind,
    LiveOffer,
    OfferTerms,
    PairTerms,
    ProductTerms,
    Rating,
    Reason,
    ReasonKind,
    Snapshot,
)
from crossbank.org.models import Branch, User

_GONE = {ReasonKind.ENDED, ReasonKind.PAUSED}


class Invalid(Exception):
    """The content says no: field name -> messages."""

    code = "invalid"
    status = 422

    def __init__(self, errors: dict[str, list[str]]) -> None:
        super().__init__(", ".join(errors))
        self.errors = errors


class Conflict(Exception):
    """The state says no: day_closed, offer_expired, stale_edition, other_user,
    uuid_reused."""

    def __init__(self, code: str, message: str, *, field: str = "__all__") -> None:
        super().__init__(code)
        self.code = code
        self.status = 422 if code == "uuid_reused" else 409
        self.errors = {field: [message]}


@dataclass(frozen=True, kw_only=True)
class Scene:
    """Everything an entry is judged by. `shown` is the edition on the seller's screen.

    `products`: catalogue rows of every code in the entry; `offers`: offer code -> (row id, terms)
    of every offer in the entry; `need_id`: row of the stated need.
    """

    shown: Snapshot
    edition_id: int
    current: Snapshot
    products: Mapping[str, Product]
    offers: Mapping[str, tuple[int, OfferTerms]]
    need_id: int | None
    employee: User
    branch: Branch
    entered_by: User
    recorded_at: datetime
    received_at: datetime
    clock_suspect: bool

    @property
    def day(self) -> date:
        return self.branch.local_day(self.recorded_at)

    @property
    def zone(self) -> ZoneInfo:
        return self.branch.zone


def check(entry: Entry, scene: Scene) -> None:
    """This will raise Invalid with every field that cannot stand, else Conflict, else return."""
    errors: dict[str, list[str]] = {}
    problems = [
        *_main_problems(entry, scene),
        *_held_problems(entry, scene),
        *_bundle_problems(entry, scene),
    ]
    for answer in entry.answers:
        problems += _answer_problems(answer, entry, scene)
    for field, message in problems:
        errors.setdefault(field, []).append(message)
    if not errors:
        for code, reason in advice.basket_problems(
            scene.shown, main=entry.main, taken=entry.accepted, held=entry.held
        ):
            errors.setdefault(f"item-{code}", []).append(reason_words(reason, scene.shown))
    if errors:
        raise Invalid(errors)
    for answer in entry.answers:
        _refuse_gone_offer(answer, entry, scene)


Problem = tuple[str, str]


def _main_problems(entry: Entry, scene: Scene) -> Iterator[Problem]:
    main = scene.shown.product.get(entry.main)
    row = scene.products.get(entry.main)
    if main is None or row is None or not main.is_main:
        yield "main", _("There is no main product with this code.")
    elif not row.is_on_sale(scene.day):
        yield "main", _("This product is retired.")
    if entry.need and scene.need_id is None:
        yield "need", _("There is no need with this code.")
    if entry.came_for and entry.came_for not in scene.shown.product:
        yield "came_for", _("There is no product with this code.")


def _held_problems(entry: Entry, scene: Scene) -> Iterator[Problem]:
    for code in entry.held:
        if code not in scene.products:
            yield f"held-{code}", _("There is no product with this code.")


def _bundle_problems(entry: Entry, scene: Scene) -> Iterator[Problem]:
    """A bundle's price holds for all its parts together, and is their one price benefit."""
    if not entry.bundle:
        return
    bundle = scene.shown.bundle.get(entry.bundle)
    if bundle is None:
        yield "bundle", _("There is no bundle with this code.")
        return
    if missing := [code for code in bundle.parts if code not in entry.accepted]:
        named = ", ".join(_name(code, scene) for code in missing)
        yield (
            "bundle",
            _("“%(bundle)s” has its price only with all of it; not taken: %(missing)s.")
            % {"bundle": bundle.name, "missing": named},
        )
    for answer in entry.answers:
        if answer.offer and answer.code in bundle.parts:
            yield (
                f"offer-{answer.code}",
                _("It has its price from “%(bundle)s”: leave the offer or the bundle out.")
                % {"bundle": bundle.name},
            )


def _name(code: str, scene: Scene) -> str:
    product = scene.shown.product.get(code)
    return product.name if product else code


def _answer_problems(answer: Answer, entry: Entry, scene: Scene) -> Iterator[Problem]:
    trouble = _product_trouble(answer, entry, scene)
    if trouble:
        yield f"item-{answer.code}", trouble
        return
    product = scene.shown.product[answer.code]
    pair = scene.shown.pair(entry.main, answer.code)
    if pair is None and not answer.asked:
        yield f"asked-{answer.code}", _("This pair is not rated: did the customer ask for it?")
    if answer.due_on and answer.due_on < scene.day:
        yield f"due-{answer.code}", _("This day has passed.")
    if answer.response == "accepted":
        yield from _acceptance_problems(answer, entry, scene, product, pair)
    if answer.offer:
        yield from _offer_problems(answer, entry, scene)


def _product_trouble(answer: Answer, entry: Entry, scene: Scene) -> str:
    """Why this product cannot stand beside this main at all; empty when it can."""
    row, product = scene.products.get(answer.code), scene.shown.product.get(answer.code)
    if row is None or product is None:
        return _("There is no product with this code.")
    if not row.is_on_sale(scene.day):
        return _("This product is retired.")
    if answer.code == entry.main:
        return _("This is the main product itself.")
    if not product.is_cross or answer.code in _better_mains(entry.main, scene.shown):
        return _("This is a main product of its own: serve it as the main.")
    return ""


def _better_mains(main: str, snapshot: Snapshot) -> set[str]:
    """Taking a better main replaces the main and is never a + 1 (decision 5)."""
    return {step.better for step in snapshot.steps_up if step.main == main}


def _acceptance_problems(
    answer: Answer, entry: Entry, scene: Scene, product: ProductTerms, pair: PairTerms | None
) -> Iterator[Problem]:
    field = f"item-{answer.code}"
    now = scene.current.pair(entry.main, answer.code)
    forbidden = next((p for p in (pair, now) if p and p.rating is Rating.NOT_ALLOWED), None)
    if forbidden:
        yield field, _("Not allowed beside this product: %(reason)s") % {"reason": forbidden.reason}
    if product.needs_licence and not scene.employee.is_adviser:
        yield field, _("Only a licensed adviser may conclude this. Note interest or a follow-up.")
    if product.defer_days:
        yield (
            field,
            _("This may be accepted from day %(day)d on, not today. Note a follow-up.")
            % {"day": product.defer_days},
        )
    if product.needs_consent and not answer.consent:
        yield (
            f"consent-{answer.code}",
            _("It costs something (%(price)s): tick that the customer said yes.")
            % {"price": product.price_text},
        )


def _verdict(answer: Answer, entry: Entry, scene: Scene) -> LiveOffer | Reason:
    return eligibility.judge(
        scene.offers[answer.offer][1],
        main=entry.main,
        customer_kind=CustomerKind(entry.customer_kind),
        at=scene.recorded_at,
        zone=scene.zone,
    )


def _offer_problems(answer: Answer, entry: Entry, scene: Scene) -> Iterator[Problem]:
    field = f"offer-{answer.code}"
    if answer.offer not in scene.offers or scene.offers[answer.offer][1].cross != answer.code:
        yield field, _("There is no such offer for this product.")
        return
    verdict = _verdict(answer, entry, scene)
    if isinstance(verdict, Reason) and verdict.kind not in _GONE:
        yield field, reason_words(verdict, scene.shown)


def _refuse_gone_offer(answer: Answer, entry: Entry, scene: Scene) -> None:
    """An offer that ended between showing and saving: the state says no, nothing is written."""
    if not answer.offer:
        return
    verdict = _verdict(answer, entry, scene)
    if isinstance(verdict, Reason) and verdict.kind in _GONE:
        raise Conflict(
            "offer_expired",
            _("This offer has ended; the product itself may still be taken at its own price."),
            field=f"offer-{answer.code}",
        )
