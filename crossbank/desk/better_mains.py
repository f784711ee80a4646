"""A better main product instead: what it costs more, what it holds, and whether it is worth it."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crossbank.desk.pictures import Draft
from crossbank.engine.packages import Together, package
from crossbank.engine.terms import ProductTerms, Snapshot, StepUp
from crossbank.web.templatetags.house import money

_MORE: dict[str, Promise] = {
    "month": gettext_lazy("%(amount)s a month more"),
    "year": gettext_lazy("%(amount)s a year more"),
}


@dataclass(frozen=True, kw_only=True)
class Better:
    """One better main product in words; `honest` says when its parts are cheaper apart."""

    code: str
    name: str
    price: str
    difference: str
    benefit: str
    say: str
    contents: tuple[str, ...]
    apart: str
    honest: str


def better_mains(steps: tuple[StepUp, ...], draft: Draft, snapshot: Snapshot) -> tuple[Better, ...]:
    """The steps up of this conversation, in their order; products that are gone are left out."""
    main = snapshot.product[draft.main]
    return tuple(
        _better(step, main, snapshot.product[step.better], draft, snapshot)
        for step in steps
        if step.better in snapshot.product
    )


def _better(
    step: StepUp, main: ProductTerms, better: ProductTerms, draft: Draft, snapshot: Snapshot
) -> Better:
    inside = package(snapshot, better.code, wanted=wanted_by(draft, snapshot))
    return Better(
        code=better.code,
        name=better.name,
        price=better.price_text,
        difference=difference(main, better),
        benefit=step.benefit,
        say=step.say,
        contents=contents(inside),
        apart=apart(inside),
        honest=honest(inside),
    )


def wanted_by(draft: Draft, snapshot: Snapshot) -> set[str]:
    """What this customer takes or asked for, and what answers the need he named."""
    said = {code for code, row in draft.rows.items() if row.item == "accepted" or row.asked}
    need = snapshot.need.get(draft.values.get("need", ""))
    return said | set(need.crosses if need else ())


def difference(main: ProductTerms, better: ProductTerms) -> str:
    """How much dearer it is in its own period; empty where prices cannot be compared."""
    words = _MORE.get(better.price_period)
    if words is None or better.price_minor is None:
        return ""
    if not main.is_free and main.price_period != better.price_period:
        return ""
    dearer = better.price_minor - (0 if main.is_free else main.price_minor or 0)
    return str(words) % {"amount": money(dearer)} if dearer > 0 else ""


def contents(inside: Together | None) -> tuple[str, ...]:
    """The parts with what each costs alone."""
    if inside is None:
        return ()
    return tuple(f"{part.product.name} ({part.product.price_text})" for part in inside.parts)


def apart(inside: Together | None) -> str:
    """One price against all its parts."""
    if inside is None or inside.apart is None or inside.saving is None:
        return ""
    amounts = {"apart": money(inside.apart), "saving": money(abs(inside.saving))}
    if inside.saving > 0:
        return _("Bought apart: %(apart)s a month; together it saves %(saving)s.") % amounts
    return _("Bought apart: %(apart)s a month; together it saves nothing.") % amounts


def honest(inside: Together | None) -> str:
    """Said when the parts that this customer needs are cheaper apart."""
    if inside is None or not inside.dearer_by:
        return ""
    return _(
        "What this customer needs of it costs %(wanted)s a month apart: together it is dearer by "
        "%(more)s."
    ) % {"wanted": money(inside.wanted_apart), "more": money(inside.dearer_by)}
