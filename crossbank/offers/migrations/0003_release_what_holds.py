"""Offers held as soon as they were saved until now: what holds becomes each offer's version 1."""

import json
from datetime import date
from hashlib import sha256

from django.db import migrations
from django.utils import timezone

SAME = (
    "code", "name", "kind", "customer_status", "benefit_type", "benefit_value", "benefit_text",
    "price_with_minor", "price_with_text", "price_alone_text", "say", "window", "window_text",
    "days_after", "repeats_yearly", "priority", "exclusion_group", "needs_second_consent",
    "free_days", "max_total", "max_per_branch", "max_per_customer", "frees_on_reversal",
)  # fmt: skip


def frozen(offer) -> dict:
    days = {name: getattr(offer, name) for name in ("from_on", "until_on")}
    return {
        **{name: getattr(offer, name) for name in SAME},
        **{name: day.isoformat() if day else None for name, day in days.items()},
        "cross": offer.cross.code,
        "mains": sorted(main.code for main in offer.mains.all()),
        "trigger": offer.trigger_event,
        "version": 1,
        "is_paused": False,
    }


def release(apps, schema_editor) -> None:
    Offer = apps.get_model("offers", "Offer")
    OfferRelease = apps.get_model("offers", "OfferRelease")
    Placement = apps.get_model("offers", "Placement")
    now = timezone.now()
    for offer in Offer.objects.filter(release=None).select_related("cross").order_by("pk"):
        terms = frozen(offer)
        text = json.dumps(terms, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        made = OfferRelease.objects.create(
            offer=offer,
            number=1,
            terms=terms,
            digest=sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
            released_at=now,
            note="Held before releases were kept",
        )
        Offer.objects.filter(pk=offer.pk).update(release=made)
        ends = offer.window == "fixed" and not offer.repeats_yearly and offer.until_on
        Placement.objects.bulk_create(
            Placement(offer=offer, release=made, main=main, until=ends or date.max)
            for main in offer.mains.all()
        )


class Migration(migrations.Migration):
    dependencies = [("offers", "0002_releases_and_rights")]

    # back: the tables of releases go with 0002, and offers hold as saved again
    operations = [migrations.RunPython(release, migrations.RunPython.noop)]
