"""The rows an entry becomes once it may stand; unsaved."""

from dataclasses import asdict

from crossbank.desk.entries import Answer, Entry
from crossbank.desk.models import Consultation, ConsultationItem, Source
from crossbank.desk.scene import Scene
from crossbank.engine import tally
from crossbank.engine.terms import OfferTerms, ProductTerms
from crossbank.offers.services import frozen

CONSENT_TEXT_VERSION = "1"  # wording of the yes on the card: price, and that it is sold separately


def bucket_and_depth(entry: Entry) -> tuple[str, int]:
    """The column of the tally and the exact depth; both follow from the entry alone."""
    if entry.paper_taken is not None:
        bucket, depth = tally.bucket_of(map(str, range(entry.paper_taken)), no_main=False)
    else:
        bucket, depth = tally.bucket_of(entry.accepted, no_main=entry.no_main)
    return bucket.value, depth


def counts_of(consultation: Consultation) -> tally.Counts:
    """What one record adds to its day sheet."""
    return tally.Counts.of(
        tally.Bucket(consultation.bucket),
        presented=consultation.presented,
        taken=consultation.depth,
    )


def build(
    entry: Entry, scene: Scene, *, source: str = Source.DESK
) -> tuple[Consultation, list[ConsultationItem]]:
    """The rows of an entry that passed `check`, unsaved; items point at the consultation."""
    bucket, depth = bucket_and_depth(entry)
    main = scene.products[entry.main]
    consultation = Consultation(
        uuid=entry.uuid,
        employee=scene.employee,
        entered_by=scene.entered_by,
        branch=scene.branch,
        business_date=scene.day,
        recorded_at=scene.recorded_at,
        received_at=scene.received_at,
        started_at=entry.started_at,
        clock_suspect=scene.clock_suspect,
        hands_on_ms=entry.hands_on_ms,
        main=main,
        main_code=main.code,
        main_name=main.name,
        stepped_up_from=entry.came_for if entry.came_for != entry.main else "",
        need_id=scene.need_id,
        customer_kind=entry.customer_kind,
        customer_ref=entry.customer_ref,
        edition_id=scene.edition_id,
        held=sorted(entry.held),
        nothing_offered=entry.nothing_offered,
        note=entry.note,
        bundle_code=entry.bundle,
        bundle_terms=asdict(scene.shown.bundle[entry.bundle]) if entry.bundle else None,
        comes_with=_comes_with(entry, scene),
        bucket=bucket,
        depth=depth,
        presented=len(entry.answers),
        offerable=_offerable(entry, scene),
        source=source,
        replace_reason=entry.replace_reason,
    )
    items = [
        _item(answer, place, consultation, entry, scene)
        for place, answer in enumerate(entry.answers, start=1)
    ]
    return consultation, items


def _offerable(entry: Entry, scene: Scene) -> int | None:
    if entry.paper_taken is not None:
        return None  # nobody noted what he has
    return tally.offerable(scene.shown, main=entry.main, held=entry.held, quiet=scene.quiet)


def _comes_with(entry: Entry, scene: Scene) -> list[dict[str, str]]:
    """What partners added to the main product by the edition shown, if he really took it.

    A line of the paper sheet says only how many were taken: nobody told him anything here.
    """
    if entry.no_main or entry.paper_taken is not None:
        return []
    fields = ("code", "name", "partner", "partner_name")
    given = scene.shown.comes_with(entry.main, scene.day)
    return [{name: getattr(benefit, name) for name in fields} for benefit in given]


def _item(
    answer: Answer, place: int, consultation: Consultation, entry: Entry, scene: Scene
) -> ConsultationItem:
    product = scene.shown.product[answer.code]
    pair = scene.shown.pair(entry.main, answer.code)
    offer_id, offer = scene.offer_of(answer) or (None, None)
    price_text, price_minor = _price_heard(product, offer, entry, scene)
    said_yes = answer.consent and answer.response == "accepted"
    return ConsultationItem(
        consultation=consultation,
        product=scene.products[answer.code],
        product_code=product.code,
        product_name=product.name,
        family_code=product.family,
        rating=pair.rating.value if pair else "",
        place=place,
        response=answer.response,
        reason=answer.reason,
        due_on=answer.due_on,
        asked=answer.asked,
        consent_at=scene.recorded_at if said_yes else None,
        consent_text_version=CONSENT_TEXT_VERSION if said_yes else "",
        price_minor=price_minor,
        price_shown=price_text,
        offer_id=offer_id,
        offer_terms=frozen(offer) if offer else None,
    )


def _price_heard(
    product: ProductTerms, offer: OfferTerms | None, entry: Entry, scene: Scene
) -> tuple[str, int | None]:
    """The price as the customer heard it: with the offer, or of the whole bundle."""
    bundle = scene.shown.bundle.get(entry.bundle)
    if bundle and product.code in bundle.parts:
        return bundle.price_text, None  # no part of it has a price of its own
    if offer is None:
        return product.price_text, product.price_minor
    minor = product.price_minor if offer.price_with_minor is None else offer.price_with_minor
    return offer.price_with_text or product.price_text, minor
