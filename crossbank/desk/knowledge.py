"""The knowledge card of one product: what it is, what to say, what it goes with, what it costs."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from crossbank.catalog.models import Need, Product
from crossbank.desk import facts
from crossbank.engine import eligibility
from crossbank.engine.terms import RATING_ORDER, PairTerms, ProductTerms, Rating, Snapshot
from crossbank.matrix import editions
from crossbank.matrix.models import Rating as RatingWords
from crossbank.offers import listing
from crossbank.offers import services as offers
from crossbank.offers.life import Stage
from crossbank.org import switches
from crossbank.org.access import EVERYONE, KEEPERS, requires
from crossbank.org.context import areas_of
from crossbank.org.models import Branch
from crossbank.voice import figures as voices

BEST_LINES = 3


@dataclass(frozen=True, kw_only=True)
class Partner:
    """The product at the other end of a pair, and how the pair is rated."""

    code: str
    name: str
    rating: str
    rating_label: str | Promise
    reason: str
    instead: str
    say: str
    do_not_say: str


@dataclass(frozen=True, kw_only=True)
class Company:
    """What a product goes with, by the edition in force.

    `beside`: strong and good crosses for who comes for it. `leads_here`: mains it is offered
    beside, best rating first. `never`: mains it must not be offered beside. `lines`: the best
    pairs that have something to say.
    """

    beside: tuple[Partner, ...] = ()
    leads_here: tuple[Partner, ...] = ()
    never: tuple[Partner, ...] = ()
    lines: tuple[Partner, ...] = ()


def company(snapshot: Snapshot, code: str) -> Company:
    """This will read a product's pairs from both ends; empty for one that the edition lacks."""
    product = snapshot.product.get(code)
    if product is None:
        return Company()
    row = sorted(
        (p for p in snapshot.rows.get(code, {}).values()),
        key=lambda p: (RATING_ORDER[p.rating], p.rank, p.cross),
    )
    column = sorted(
        (pair for pair in snapshot.pairs if pair.cross == code),
        key=lambda p: (RATING_ORDER[p.rating], *_desk_place(snapshot.product.get(p.main)), p.main),
    )
    mains = _partners(snapshot, ((pair.main, pair) for pair in column))
    open_mains = tuple(p for p in mains if p.rating != Rating.NOT_ALLOWED)
    crosses = _partners(snapshot, ((pair.cross, pair) for pair in row))
    return Company(
        beside=tuple(p for p in crosses if p.rating in (Rating.STRONG, Rating.GOOD)),
        leads_here=open_mains,
        never=tuple(p for p in mains if p.rating == Rating.NOT_ALLOWED),
        lines=_lines(open_mains),
    )


def names_beside(snapshot: Snapshot, around: Company, code: str) -> dict[str, str]:
    """code -> name of a product and of what its card shows beside it, allowed both ways round."""
    shown = {partner.code: partner.name for partner in (*around.beside, *around.leads_here)}
    names = {code: snapshot.product[code].name} if code in snapshot.product else {}
    for other, name in shown.items():
        pairs = snapshot.pair(code, other), snapshot.pair(other, code)
        if not any(pair and pair.rating is Rating.NOT_ALLOWED for pair in pairs):
            names[other] = name
    return names


def _desk_place(main: ProductTerms | None) -> tuple[bool, int]:
    order = main.desk_order if main else None
    return order is None, order or 0


def _partners(snapshot: Snapshot, ends: Iterable[tuple[str, PairTerms]]) -> tuple[Partner, ...]:
    return tuple(
        Partner(
            code=code,
            name=snapshot.product[code].name,
            rating=pair.rating.value,
            rating_label=RatingWords(pair.rating).label,
            reason=pair.reason,
            instead=pair.instead,
            say=pair.say,
            do_not_say=pair.do_not_say,
        )
        for code, pair in ends
        if code in snapshot.product
    )


def _lines(partners: tuple[Partner, ...]) -> tuple[Partner, ...]:
    """The best few with a line of their own: inherited rows would say the same thing twice."""
    lines: dict[str, Partner] = {}
    for partner in partners:
        if partner.say:
            lines.setdefault(partner.say, partner)
    return tuple(lines.values())[:BEST_LINES]


@dataclass(frozen=True, kw_only=True)
class Promises:
    """Offers on the product that run now or start later."""

    now: tuple[listing.Card, ...] = ()
    soon: tuple[listing.Card, ...] = ()


def promises(product: Product, *, branch: Branch | None, at: datetime, zone: tzinfo) -> Promises:
    """This will judge the product's own offers by the reader's local day, in his branch."""
    known = {pk: one for pk, one in offers.all_terms(at).items() if one.cross == product.code}
    named = {product.code, *(main for terms in known.values() for main in terms.mains)}
    names = dict(Product.objects.filter(code__in=named).values_list("code", "name"))
    gone = offers.used_up(known, branch=branch.code if branch else "")
    stands = listing.sections(known.values(), names, at=at, zone=zone, used_up=gone)
    cards = {section.state: section.cards for section in stands}
    return Promises(now=cards[Stage.ACTIVE], soon=cards[Stage.SCHEDULED])


def duties(product: Product) -> tuple[str, ...]:
    """The product's days and ages as sentences."""
    days = product.withdrawal_days, product.reflection_days, product.defer_days
    withdrawal, reflection, deferred = days
    found = []
    if withdrawal:
        found.append(
            ngettext(
                "The customer may withdraw within %(days)d day, without a reason.",
                "The customer may withdraw within %(days)d days, without a reason.",
                withdrawal,
            )
            % {"days": withdrawal}
        )
    if reflection:
        found.append(
            ngettext(
                "%(days)d day to reflect before anything is signed.",
                "%(days)d days to reflect before anything is signed.",
                reflection,
            )
            % {"days": reflection}
        )
    if deferred:
        found.append(
            _("Presented today, accepted from day %(days)d on at the earliest.")
            % {"days": deferred}
        )
    if product.needs_licence:
        found.append(_("Only a licensed adviser concludes it; at the desk it is a referral."))
    return (*found, *_ages(product))


def whom_it_is_for(snapshot: Snapshot, code: str) -> tuple[str, ...]:
    """What its conditions say in the edition in force, each sentence once."""
    known = snapshot.product.get(code)
    return tuple(dict.fromkeys(one.message for one in known.conditions)) if known else ()


def _ages(product: Product) -> tuple[str, ...]:
    ages = {"from": product.min_age, "to": product.max_age}
    if product.min_age and product.max_age:
        return (_("For customers from %(from)d to %(to)d years.") % ages,)
    if product.min_age:
        return (_("For customers from %(from)d years.") % ages,)
    return (_("For customers up to %(to)d years.") % ages,) if product.max_age else ()


def sale_note(product: Product, day: date) -> str:
    """“retired”, “coming” or nothing: whether the product is sold on that day."""
    if product.is_on_sale(day):
        return ""
    started = product.valid_from is None or product.valid_from <= day
    return "retired" if started else "coming"


@requires(*EVERYONE)
@require_safe
def product(request: HttpRequest, code: str) -> HttpResponse:
    """Names and texts from the catalogue as it is now, ratings from the edition in force."""
    if not code.isprintable():  # PostgreSQL refuses to compare with a NUL
        raise Http404
    at, zone = timezone.now(), timezone.get_current_timezone()
    shown = get_object_or_404(
        Product.objects.select_related("family", "partner", "row_inherits_from"), code=code
    )
    try:
        edition = editions.current(at)
    except editions.NoEdition:
        edition = None
    snapshot = edition.for_reader if edition else Snapshot()
    around = company(snapshot, code)
    areas, day = areas_of(request), eligibility.local_day(at, zone)
    with_offers = areas[switches.OFFERS]
    context = {
        "product": shown,
        "edition": edition,
        "company": around,
        "facts": facts.told(code, names_beside(snapshot, around, code), at=at),
        "needs": Need.objects.filter(Q(mains=shown) | Q(crosses=shown), is_active=True)
        .distinct()
        .order_by("order", "code"),
        "objections": shown.objections.select_related("need").order_by(
            "need__order", "order", "pk"
        ),
        "duties": (*duties(shown), *whom_it_is_for(snapshot, code)),
        "sale_note": sale_note(shown, day),
        "comes_with": snapshot.comes_with(code, day),
        "useful": voices.useful_share(code, at=at) if areas[switches.SURVEY] else None,
        "promises": promises(shown, branch=request.user.branch, at=at, zone=zone)
        if with_offers
        else Promises(),
        "show_codes": request.user.role in KEEPERS,
    }
    return render(request, "catalog/product.html", context)
