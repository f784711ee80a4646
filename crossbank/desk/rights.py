"""A customer's rights at the counter: found by a code he shows or by his number, used or left open."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils.translation import gettext as _

from crossbank.conduct.references import reference_hash
from crossbank.desk.kept import Kept, kept_for
from crossbank.desk.offer_rules import right_gone
from crossbank.desk.pictures import Draft
from crossbank.desk.words import reason_words
from crossbank.engine import right_codes
from crossbank.engine.conditions import Facts
from crossbank.engine.eligibility import ends_early, judge_right
from crossbank.engine.terms import LiveOffer, Right, Snapshot
from crossbank.offers import services as offers
from crossbank.offers.models import Grant
from crossbank.offers.rights import standing
from crossbank.org import switches
from crossbank.org.models import Branch, User


@dataclass(frozen=True, kw_only=True)
class Found:
    """The rights that a draft may use; `trouble`: why the code that was typed gives none.

    `reference`: the hash of the customer number; `kept`: what the record that is corrected used.
    """

    rights: tuple[Right, ...] = ()
    trouble: str = ""
    reference: str = ""
    kept: Kept = field(default_factory=Kept)


NOBODY = Found()


@dataclass(frozen=True, kw_only=True)
class RightLine:
    """One open right in words. `on_main`: to the main product itself; `outside`: to a product that
    comes up only when it is asked for; `chosen`: its code was typed or ticked.
    """

    code: str
    spoken: str
    product: str
    product_code: str
    name: str
    benefit: str
    ask: str  # what its conditions leave to be asked first
    last_day: date
    ends_here: datetime | None  # over before that day is, where it is read
    on_main: bool
    outside: bool
    chosen: bool


def of_draft(draft: Draft, *, areas: Mapping[str, bool], at: datetime, by: User) -> Found:
    """This will find the rights behind the typed code and the customer number, soonest end first.

    A correction finds those that its record used as if they were open, and by its number others,
    where the bank keeps numbers. No query for a new record where neither was typed.
    """
    typed = draft.values.get("right", "")
    kept = kept_for(draft.corrects, by=by)
    reference = reference_hash(draft.values.get("customer_ref", "")) or kept.customer_ref
    known = {held.right.code: held.right for held in kept.rights.values()}
    grants: list[Grant] = []
    if reference and areas[switches.CUSTOMER_REFERENCE]:
        grants += Grant.objects.select_related("release").of_customer(reference).open(at)
    trouble = ""
    if typed and right_codes.read(typed) not in known:
        shown, trouble = by_code(typed, at=at)
        grants += [shown] if shown else []
    known |= {right.code: right for right in offers.rights_of(grants).values()}
    ends = sorted(known.values(), key=lambda right: (right.until, right.code))
    return Found(rights=tuple(ends), trouble=trouble, reference=reference, kept=kept)


def by_code(typed: str, *, at: datetime) -> tuple[Grant | None, str]:
    """This will give the open right behind a code, or say why there is none."""
    code = right_codes.read(typed)
    if code is None:
        return None, _("This code has a typing mistake: read it once more.")
    found = Grant.objects.select_related("release").filter(code=code).first()
    if found is None:
        return None, _("There is no right with this code.")
    why = standing(found, at=at)
    if why == "open":
        return found, ""
    return None, right_gone(why, field="right").errors["right"][0]


def lines(
    found: Found,
    draft: Draft,
    snapshot: Snapshot,
    *,
    outside: Collection[str],
    at: datetime,
    branch: Branch,
    facts: Facts,
) -> Iterator[RightLine]:
    """This will dress the rights for the panel; those of products that left the catalogue, too."""
    typed = right_codes.read(draft.values.get("right", ""))
    for right in found.rights:
        verdict = judge_right(right, at=at, facts=facts)
        if isinstance(verdict, LiveOffer):
            product = snapshot.product.get(right.terms.cross)
            yield RightLine(
                code=right.code,
                spoken=right_codes.spoken(right.code),
                product=product.name if product else right.terms.cross,
                product_code=right.terms.cross,
                name=right.terms.name,
                benefit=right.terms.benefit_text,
                ask=reason_words(verdict.ask, snapshot) if verdict.ask else "",
                last_day=right.last_day,
                ends_here=right.until
                if ends_early(right.last_day, right.until, branch.zone)
                else None,
                on_main=right.terms.cross == draft.main,
                outside=right.terms.cross in outside,
                chosen=right.code == typed,
            )
