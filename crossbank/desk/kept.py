"""What a corrected record used: its correction may use it again, on the terms as they were."""

from dataclasses import dataclass

from crossbank.desk.models import Consultation, Redemption
from crossbank.desk.scene import HeldRight
from crossbank.engine.terms import OfferTerms, Right
from crossbank.offers.services import thawed
from crossbank.org.models import User


@dataclass(frozen=True, kw_only=True)
class Kept:
    """Of the corrected record: the hash of its customer number, and what it used. Else empty."""

    customer_ref: str = ""
    uses: tuple[Redemption, ...] = ()

    @property
    def codes(self) -> frozenset[str]:
        return frozenset(one.terms["code"] for one in self.uses)

    @property
    def grants(self) -> list[int]:
        """Row ids of the rights."""
        return [one.grant_id for one in self.uses if one.grant_id]

    @property
    def offers(self) -> dict[str, tuple[int, OfferTerms]]:
        """offer code -> (row id, terms) of what was used without a right."""
        return {
            one.terms["code"]: (one.offer_id, thawed(one.terms))
            for one in self.uses
            if one.grant is None
        }

    @property
    def rights(self) -> dict[str, HeldRight]:
        """offer code -> the right that was used."""
        return {
            one.terms["code"]: HeldRight(
                grant=one.grant,
                right=Right(
                    terms=thawed(one.terms),
                    until=one.grant.until,
                    last_day=one.grant.last_day,
                    code=one.grant.code,
                ),
            )
            for one in self.uses
            if one.grant is not None
        }

    def withdrawn(self, code: str, product_id: int) -> Redemption | None:
        """The use of this offer from which the customer withdrew in time."""
        return next(
            (
                one
                for one in self.uses
                if one.reversed_at and (one.terms["code"], one.product_id) == (code, product_id)
            ),
            None,
        )


def kept_of(record: Consultation) -> Kept:
    used = record.redemptions.standing().select_related("grant__release", "product").order_by("pk")
    return Kept(customer_ref=record.customer_ref, uses=tuple(used))


def kept_for(corrects: str, *, by: User) -> Kept:
    """The same for the page of a correction; nothing for who may not correct that record."""
    if not corrects:
        return Kept()
    record = Consultation.objects.correctable_by(by).meant_by(corrects, reader=by)
    return kept_of(record) if record else Kept()
