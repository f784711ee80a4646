"""May this entry stand? Reads values only; writes nothing.

Source: contract, "Recording a consultation"; decisions 3, 5, 7.
"""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from crossbank.calls.promising import FURTHEST
from crossbank.desk import offer_rules
from crossbank.desk.entries import Answer, Entry
from crossbank.desk.offer_rules import Problem
from crossbank.desk.scene import Invalid, Scene, picture_of
from crossbank.desk.words import reason_words
from crossbank.engine import advice
from crossbank.engine.layers import FIRM, reasons_of
from crossbank.engine.terms import (
    PairTerms,
    ProductTerms,
    Rating,
    Snapshot,
)


def check(entry: Entry, scene: Scene) -> None:
    """This will raise Invalid with every field that cannot stand, else Conflict, else return."""
    errors: dict[str, list[str]] = {}
    problems = [
        *_main_problems(entry, scene),
        *_main_refused(entry, scene),
        *_held_problems(entry, scene),
        *_bundle_problems(entry, scene),
        *offer_rules.right_problems(entry, scene),
        *offer_rules.group_problems(entry, scene),
    ]
    for answer in entry.answers:
        problems += _answer_problems(answer, entry, scene)
    for name, message in problems:
        errors.setdefault(name, []).append(message)
    if not errors:
        for code, reason in advice.basket_problems(
            scene.shown, main=entry.main, taken=entry.accepted, held=entry.held
        ):
            errors.setdefault(f"item-{code}", []).append(reason_words(reason, scene.shown))
    if errors:
        raise Invalid(errors)
    offer_rules.refuse_gone_right(entry, scene)
    for answer in entry.answers:
        offer_rules.refuse_gone_offer(answer, entry, scene)


def _main_problems(entry: Entry, scene: Scene) -> Iterator[Problem]:
    main = scene.shown.product.get(entry.main)
    row = scene.products.get(entry.main)
    if main is None or row is None or not main.is_main:
        yield "main", _("There is no main product with this code.")
    elif not row.is_on_sale(scene.day):
        yield "main", _("This product is retired.")
    elif main.needs_licence and not (entry.no_main or scene.employee.is_adviser):
        yield (
            "main",
            _(
                "Only a licensed adviser may conclude this. Hand the need on to one, or note that the "
                "customer left without it (x)."
            ),
        )
    if entry.need and scene.need_id is None:
        yield "need", _("There is no need with this code.")
    if entry.came_for and entry.came_for not in scene.shown.product:
        yield "came_for", _("There is no product with this code.")


def _main_refused(entry: Entry, scene: Scene) -> Iterator[Problem]:
    """Who left without the main product has no need to be allowed it."""
    if not entry.no_main:
        yield from (("main", why) for why in _refused_by_conditions(entry.main, entry, scene))


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
    if answer.due_on and answer.due_on > scene.day + FURTHEST:
        yield f"due-{answer.code}", _("This day is more than ten years away.")
    if answer.response == "accepted":
        yield from _acceptance_problems(answer, entry, scene, product, pair)
    if answer.offer:
        yield from offer_rules.offer_problems(answer, entry, scene)


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
    yield from ((field, why) for why in _refused_by_conditions(answer.code, entry, scene))
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


def _refused_by_conditions(code: str, entry: Entry, scene: Scene) -> Iterator[str]:
    """Who may not have it, or whom it does not serve, by the edition shown or the current one.

    What merely makes no sense now is advice: a customer who wants it gets it.
    """
    told: dict[str, None] = {}
    for snapshot in (scene.shown, scene.current):
        product = snapshot.product.get(code)
        if product and product.conditions:
            for reason in reasons_of(product, picture_of(entry, scene)):
                if reason.kind in FIRM:
                    told[reason_words(reason, snapshot)] = None
    yield from told
