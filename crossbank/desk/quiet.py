"""What this customer's refusals say should not be brought up again today."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import CharField, DateField, QuerySet, Value
from django.db.models.functions import Cast

from crossbank.calls.models import Task
from crossbank.desk.models import ConsultationItem, DeclineReason, Response
from crossbank.engine.silence import Said, quiet_until


def silenced(
    customer_ref: str, *, on: date, zone: ZoneInfo, replaces: Any = None
) -> Mapping[str, date]:
    """This will find by product code until when it is quiet, in all branches, in one query.

    A no on the telephone counts as one at the counter.

    `customer_ref`: the keyed hash, "" for a customer who gave no number. `zone`: of the branch whose
    day `on` is; where it was said, it may be tomorrow already. `replaces`: the record
    that is being corrected; what it says is about to be said anew. Only standing records count.
    """
    if not customer_ref:
        return {}
    days = settings.QUIET_DAYS
    # a silence may have begun so long ago, and its first refusal as long before
    earliest = on - timedelta(days=2 * days + 1)
    told = _at_the_counter(customer_ref, replaces).filter(consultation__business_date__gt=earliest)
    rows = told.order_by().union(_on_the_telephone(customer_ref), all=True)
    said = (
        Said(
            on=min(day or at.astimezone(ZoneInfo(there)).date(), at.astimezone(zone).date()),
            product=code,
            response=Response.DECLINED,
            reason=why,
        )
        for day, at, there, code, why in rows
    )
    return quiet_until(said, on=on, days=days)


def _at_the_counter(customer_ref: str, replaces: Any) -> QuerySet[ConsultationItem]:
    standing = ConsultationItem.objects.filter(
        response=Response.DECLINED,
        consultation__customer_ref=customer_ref,
        consultation__voided_at__isnull=True,
        consultation__replaced_at__isnull=True,
    )
    return standing.exclude(consultation__uuid=replaces).values_list(
        "consultation__business_date",
        "consultation__received_at",
        Value("", CharField()),
        "product_code",
        "reason",
    )


def _on_the_telephone(customer_ref: str) -> QuerySet[Task]:
    """A no there is as plain as one for want of need at the counter."""
    return Task.objects.refused_by(customer_ref).values_list(
        Cast(None, DateField()),
        "closed_at",
        "branch__time_zone",
        "product__code",
        Value(DeclineReason.NO_NEED.value, CharField()),
    )
