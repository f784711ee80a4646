"""Conversations in the sample bank, as many as a test needs."""

from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID

from crossbank.catalog.models import Need, Product
from crossbank.desk.models import Consultation, ConsultationItem
from crossbank.matrix.models import Edition
from crossbank.org.models import User

NOW = datetime(2026, 3, 18, 11, 0, tzinfo=UTC)
_numbers = count(1)


def talk(
    main: str,
    *,
    times: int = 1,
    said: dict[str, str] | None = None,
    need: str = "",
    at: datetime = NOW,
    who: str = "seller",
    edition: int = 1,
    **fields,
) -> list[Consultation]:
    """This will write that many equal records; `said`: product code -> answer."""
    clerk = User.objects.select_related("branch").get(username=who)
    product = Product.objects.get(code=main)
    records = Consultation.objects.bulk_create(
        Consultation(
            uuid=UUID(int=next(_numbers)),
            employee=clerk,
            entered_by=clerk,
            branch=clerk.branch,
            business_date=clerk.branch.local_day(at),
            recorded_at=at + timedelta(seconds=n),
            received_at=at,
            main=product,
            main_code=main,
            main_name=product.name,
            need=Need.objects.get(code=need) if need else None,
            edition=Edition.objects.get(number=edition),
            **{"bucket": "main_only", "presented": len(said or {}), **fields},
        )
        for n in range(times)
    )
    products = {code: Product.objects.get(code=code) for code in said or {}}
    ConsultationItem.objects.bulk_create(
        ConsultationItem(
            consultation=record,
            product=products[code],
            product_code=code,
            product_name=products[code].name,
            family_code=products[code].family.code,
            response=answer,
        )
        for record in records
        for code, answer in (said or {}).items()
    )
    return records
