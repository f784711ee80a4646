"""Where an offer stands in its life: read off its release, its counter and the clock."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, tzinfo
from enum import StrEnum

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from crossbank.engine import eligibility
from crossbank.engine.eligibility import OfferState
from crossbank.engine.terms import OfferTerms
from crossbank.offers.models import Offer, OfferCount
from crossbank.offers.services import thawed


class Stage(StrEnum):
    """draft -> scheduled -> active -> paused -> ended or exhausted -> archived."""

    DRAFT = "draft"
    SCHEDULED = "soon"
    ACTIVE = "now"
    PAUSED = "paused"
    EXHAUSTED = "exhausted"
    ENDED = "ended"
    ARCHIVED = "archived"


STAGES: dict[Stage, Promise] = {
    Stage.DRAFT: _("Draft"),
    Stage.ACTIVE: _("Now"),
    Stage.SCHEDULED: _("Soon"),
    Stage.PAUSED: _("Paused"),
    Stage.EXHAUSTED: _("Used up"),
    Stage.ENDED: _("Ended"),
    Stage.ARCHIVED: _("Archived"),
}
_BY_CLOCK = {
    OfferState.NOW: Stage.ACTIVE,
    OfferState.SOON: Stage.SCHEDULED,
    OfferState.ENDED: Stage.ENDED,
}


def stage(terms: OfferTerms, *, at: datetime, zone: tzinfo, used_up: Collection[str] = ()) -> Stage:
    """This will say where released terms stand on a local day. What has ended is no more paused.

    `used_up`: codes of offers of which nothing is left.
    """
    by_clock = eligibility.state(replace(terms, is_paused=False), at, zone)
    if terms.is_paused and by_clock is not OfferState.ENDED:
        return Stage.PAUSED
    if by_clock is OfferState.NOW and terms.code in used_up:
        return Stage.EXHAUSTED
    return _BY_CLOCK[by_clock]


def stage_of(offer: Offer, *, at: datetime) -> Stage:
    """This will say where an offer stands, by the day of the person who looks.

    `release` must be joined and `counts` prefetched.
    """
    if offer.archived_at:
        return Stage.ARCHIVED
    if offer.release is None:
        return Stage.DRAFT
    terms = replace(thawed(offer.release.terms), is_paused=offer.is_paused)
    used = next((c.used for c in offer.counts.all() if c.scope == OfferCount.Scope.TOTAL), 0)
    gone = {terms.code} if terms.max_total is not None and used >= terms.max_total else ()
    return stage(terms, at=at, zone=timezone.get_current_timezone(), used_up=gone)
