"""Rights and uses of offers in the invented history: as its records would have given and used them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from django.db.models import QuerySet

from crossbank.demo.bank import AUTHOR
from crossbank.desk.models import (
    COUNTED_ONLY,
    Bucket,
    Consultation,
    ConsultationItem,
    IssuedRight,
    Redemption,
    Response,
)
from crossbank.desk.uses import charged_from
from crossbank.engine import right_codes
from crossbank.engine.eligibility import right_until
from crossbank.engine.terms import OfferTerms, Trigger
from crossbank.offers import approvals
from crossbank.offers import services as offers
from crossbank.offers.approvals import ApprovalPlan
from crossbank.offers.models import Grant, OfferRelease
from crossbank.org.models import User

_DAYS = timedelta(days=45)  # of which rights are given: older ones have ended
_COMES_BACK = 0.3  # who comes for the product of his right uses it
_LISTED = 60  # customers with a personal approval
_Right = tuple[Grant, Consultation]


def play(*, today: date, seed: int) -> dict[str, int]:
    """This will add what history's records used and gave; deterministic by seed.

    Shape: what -> how many rows.
    """
    rng = Random(f"rights {seed}")  # noqa: S311 - invented life
    uses = Redemption.objects.bulk_create(_uses())
    given = list(_given(today, rng))
    Grant.objects.bulk_create([grant for grant, _ in given])
    IssuedRight.objects.bulk_create(
        IssuedRight(consultation=record, grant=grant) for grant, record in given
    )
    used = Redemption.objects.bulk_create(_used_on_mains(given, rng))
    Grant.objects.bulk_update([one.grant for one in used], ["used_at"])
    return {
        "uses of offers": len(uses) + len(used),
        "rights": len(given),
        "personal approvals": _approve(today),
    }


def _standing() -> QuerySet[Consultation]:
    served = Consultation.objects.standing().exclude(bucket=Bucket.NO_MAIN)
    return served.exclude(source__in=COUNTED_ONLY).select_related("branch", "main").order_by("pk")


def _uses() -> Iterator[Redemption]:
    taken = ConsultationItem.objects.filter(
        response=Response.ACCEPTED, offer__isnull=False, consultation__in=_standing()
    ).select_related("consultation", "product")
    for item in taken.order_by("pk"):
        terms, record = offers.thawed(item.offer_terms), item.consultation
        yield Redemption(
            consultation=record,
            item=item,
            product=item.product,
            offer_id=item.offer_id,
            terms=item.offer_terms,
            at=record.recorded_at,
            charged_from=charged_from(terms, record.business_date),
        )


def _given(today: date, rng: Random) -> Iterator[_Right]:
    """A right for each record whose main product starts a window, unless it used that offer."""
    starting: dict[str, dict[int, tuple[int, OfferTerms]]] = {}
    recent = _standing().filter(business_date__gte=today - _DAYS)
    for record in recent.prefetch_related("items"):
        if record.main_code not in starting:
            starting[record.main_code] = offers.starting_beside(
                record.main_code, Trigger.MAIN_RECORDED, record.recorded_at
            )
        used = {item.offer_id for item in record.items.all() if item.response == "accepted"}
        for release, (offer, terms) in starting[record.main_code].items():
            if offer not in used:
                yield _grant(release, terms, record, rng), record


def _grant(release: int, terms: OfferTerms, record: Consultation, rng: Random) -> Grant:
    signs = len(right_codes.SIGNS)
    return Grant(
        release_id=release,
        code=right_codes.code_of([rng.randrange(signs) for _ in range(right_codes.LENGTH)]),
        customer_ref=record.customer_ref,
        branch=record.branch,
        issued_on=record.business_date,
        issued_at=record.recorded_at,
        until=right_until(terms, at=record.recorded_at, zone=record.branch.zone),
    )


def _used_on_mains(given: list[_Right], rng: Random) -> Iterator[Redemption]:
    """Some who came for the product of a right brought one of those that were still good."""
    releases = {row.pk: row for row in OfferRelease.objects.all()}
    open_rights: dict[str, list[Grant]] = {}
    for grant, _record in sorted(given, key=lambda pair: pair[0].issued_at):
        open_rights.setdefault(releases[grant.release_id].terms["cross"], []).append(grant)
    for record in _standing().filter(main_code__in=open_rights):
        waiting = open_rights[record.main_code]
        good = [one for one in waiting if _is_good(one, record.recorded_at)]
        if not good or rng.random() > _COMES_BACK:
            continue
        grant = rng.choice(good)
        waiting.remove(grant)
        grant.used_at = record.recorded_at
        release = releases[grant.release_id]
        yield Redemption(
            consultation=record,
            product=record.main,
            offer_id=release.offer_id,
            terms=release.terms,
            grant=grant,
            at=record.recorded_at,
        )


def _is_good(grant: Grant, at: datetime) -> bool:
    return grant.issued_at < at < grant.until


def _approve(today: date) -> int:
    """A list of approvals for customers that the history knows."""
    known = Consultation.objects.exclude(customer_ref="").order_by("customer_ref")
    hashes = list(known.values_list("customer_ref", flat=True).distinct()[:_LISTED])
    approved_on = today - timedelta(days=10)
    at = datetime.combine(approved_on, time(8), tzinfo=UTC)
    offer, release = next(iter(approvals.offers_for_lists().items()), ("", None))
    if release is None or not hashes:
        return 0
    made = approvals.take_over(
        waiting=ApprovalPlan(
            offer=offer, version=release.number, approved_on=approved_on, hashes=tuple(hashes)
        ),
        note="Sample list",
        at=at,
        by=User.objects.select_related("branch").get(username=AUTHOR),
    )
    return made.rows
