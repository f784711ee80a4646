"""Offers as they are written, released, counted, and held by customers."""

from crossbank.offers.models.grants import ApprovalList, Grant
from crossbank.offers.models.offers import Offer, OfferCondition
from crossbank.offers.models.releases import OfferRelease, OfferReview, Placement
from crossbank.offers.models.uses import OfferCount

__all__ = [
    "ApprovalList",
    "Grant",
    "Offer",
    "OfferCondition",
    "OfferCount",
    "OfferRelease",
    "OfferReview",
    "Placement",
]
