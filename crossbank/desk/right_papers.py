"""Rights as they are handed to a customer: in words, with a code to read aloud and a picture of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import segno

from crossbank.catalog.models import Product
from crossbank.desk.words import question_words
from crossbank.engine import right_codes
from crossbank.engine.eligibility import asked_first, ends_early
from crossbank.engine.terms import OfferTerms
from crossbank.offers.models import Grant
from crossbank.offers.rights import standing
from crossbank.offers.services import rights_of


@dataclass(frozen=True, kw_only=True)
class Paper:
    """One right as it is handed to the customer. `qr`: a picture that a camera reads."""

    spoken: str
    code: str
    terms: OfferTerms
    product: Product
    last_day: date
    ends_here: datetime | None  # for a reader elsewhere: over before that day is
    of_branch: bool
    state: str
    issued_on: date
    ask: str  # what its conditions leave to be asked first, for the person who hands it out
    qr: str

    @property
    def is_open(self) -> bool:
        return self.state == "open"


def paper(grant: Grant, products: dict[str, Product], *, at: datetime, zone: ZoneInfo) -> Paper:
    """This will dress a grant for a reader in a zone; `release` must be joined."""
    right = rights_of([grant])[grant.pk]
    ask = asked_first(right.terms)
    return Paper(
        spoken=right_codes.spoken(grant.code),
        code=grant.code,
        terms=right.terms,
        product=products[right.terms.cross],
        last_day=right.last_day,
        ends_here=grant.until if ends_early(right.last_day, grant.until, zone) else None,
        of_branch=grant.branch_id is not None,
        state=standing(grant, at=at),
        issued_on=grant.issued_on,
        ask=question_words(ask) if ask else "",
        qr=qr(grant.code),
    )


def qr(code: str) -> str:
    """The code alone as a QR picture, made here: no address, no person, nothing to follow."""
    made = segno.make(code, error="m", micro=False)
    return made.svg_data_uri(scale=4, border=4, dark="#000", light="#fff")


def papers(grants: Sequence[Grant], *, at: datetime, zone: ZoneInfo) -> list[Paper]:
    """Several rights in the order they come, their products in one query."""
    codes = {grant.release.terms["cross"] for grant in grants}
    products = {product.code: product for product in Product.objects.filter(code__in=codes)}
    return [paper(grant, products, at=at, zone=zone) for grant in grants]
