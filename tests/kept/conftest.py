"""Sales of the sample bank in two branches, and a workbook of outcomes as a bank would send it."""

import io
from datetime import UTC, datetime, time, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from openpyxl import Workbook

from crossbank.conduct.references import reference_hash
from crossbank.desk.models import Consultation, ConsultationItem
from crossbank.engine import receipt_codes, right_codes
from crossbank.kept import sales, services
from crossbank.kept.services import Told
from crossbank.org.models import Branch
from tests.review.talks import talk

HEADS = ("reference", "receipt", "product", "state", "day")


def today():
    return timezone.now().date()


@pytest.fixture
def sell(bank):
    """This will sell one product so many days ago; the item."""

    def sold(days: int = 100, *, product="INS-TRV", who="seller", reference="", **fields):
        at = datetime.combine(today() - timedelta(days=days), time(6), tzinfo=UTC)
        (record,) = talk(
            "ACC-BAS",
            said={product: "accepted"},
            who=who,
            at=at,
            customer_ref=reference_hash(reference),
            **fields,
        )
        # as clients make them: codes are their beginnings
        Consultation.objects.filter(pk=record.pk).update(uuid=uuid4())
        return ConsultationItem.objects.select_related("consultation").get(consultation=record)

    return sold


@pytest.fixture
def merged(bank):
    """B02 (Bangkok) was merged into B01 (Berlin): its sales are the manager's there to note."""
    Branch.objects.filter(code="B02").update(merged_into=Branch.objects.get(code="B01"))


@pytest.fixture
def note(person):
    """This will note an outcome so many days after the sale, having seen what stands."""

    def noted(item, mark: str, age: int, *, by="manager", at=None, **given):
        (sale,) = sales.read(sales.sold().filter(pk=item.pk))
        on = item.consultation.business_date + timedelta(days=age)
        told = Told(**{"item": item.pk, "mark": mark, "on": on, "seen": sale.seen, **given})
        return services.note_outcome(told=told, at=at or timezone.now(), by=person(by))

    return noted


def state_of(item) -> str:
    (sale,) = sales.read(sales.sold().filter(pk=item.pk))
    return sale.state.value


def code_of(item) -> str:
    return right_codes.spoken(receipt_codes.code_of(item.consultation.uuid))


def book(*rows, heads=HEADS) -> bytes:
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("Outcomes")
    sheet.append(list(heads))
    for row in rows:
        sheet.append(list(row))
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def send(client, content: bytes):
    file = io.BytesIO(content)
    file.name = "outcomes.xlsx"
    return client.post("/kept/import/", {"file": file})


def confirm(client, page, **fields):
    return client.post("/kept/import/", {"seen": page.context["plan"].digest, **fields})
