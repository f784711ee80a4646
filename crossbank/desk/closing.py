"""The close as a draft: each tap is saved at once, so a reload or a new sign-in goes on there."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from crossbank.catalog.models import Product
from crossbank.desk.models import Consultation, DayClose, DaySheet, Reflection
from crossbank.desk.scene import Conflict, Invalid
from crossbank.desk.sheet_states import day_closed, refuse_lapsed, sheet_counts
from crossbank.desk.signing import close_day, lock_sheet
from crossbank.engine.tally import Counts
from crossbank.org.models import Branch, User

Paper = tuple[int, int, int]


def _draft(*, employee: User, branch: Branch, business_date: date, at: datetime) -> DayClose:
    """The draft of an open day, its sheet locked; made on the first tap. Raises Conflict."""
    refuse_lapsed(employee, day=business_date, branch=branch, at=at)
    sheet = lock_sheet(employee=employee, branch=branch, business_date=business_date)
    if sheet.closed_at is not None:
        raise day_closed()
    standing = sheet.closes.standing().first()
    if standing:
        return standing
    before = sheet.closes.order_by("-pk").first()
    draft = DayClose.objects.create(sheet=sheet, started_at=at)
    if before:  # reopened: what was answered need not be answered again
        Reflection.objects.bulk_create(
            _copied(one, draft) for one in before.reflections.standing().order_by("pk")
        )
    return draft


def _copied(one: Reflection, close: DayClose) -> Reflection:
    fields = ("consultation_id", "product_id", "product_code", "product_name", "line")
    values = {name: getattr(one, name) for name in fields}
    return Reflection(close=close, did_not_fit=one.did_not_fit, **values)


@transaction.atomic
def check(
    *,
    employee: User,
    branch: Branch,
    business_date: date,
    paper: Paper | None,
    note: str,
    at: datetime,
    by: User,
) -> DayClose:
    """This will keep the count on paper, and why it differs. Raises Invalid without that reason."""
    _refuse_stranger(employee, by)
    draft = _draft(employee=employee, branch=branch, business_date=business_date, at=at)
    counts = sheet_counts(draft.sheet)
    differs = paper is not None and paper != (counts.main_only, counts.plus_one, counts.plus_two)
    if differs and not note:
        raise Invalid({"paper_note": [_("Say in a few words where the difference comes from.")]})
    main_only, plus_one, plus_two = paper or (None, None, None)
    draft.paper_main_only, draft.paper_plus_one = main_only, plus_one
    draft.paper_plus_two, draft.paper_note = plus_two, note
    draft.full_clean()
    draft.save()
    return draft


@transaction.atomic
def reflect(
    *,
    consultation: Consultation,
    branch: Branch,
    product: Product | None,
    line: str,
    at: datetime,
    by: User,
) -> Reflection:
    """This will keep one answer of the evening: a product with its line, or "did not fit" (None).

    Another answer takes the place of the first. Raises Conflict for a record that counts no more.
    """
    _refuse_stranger(consultation.employee, by)
    # first of all rows, as everywhere: a void or a correction waits, or is seen
    record = Consultation.objects.select_for_update(of=("self",), no_key=True).get(
        pk=consultation.pk
    )
    if not record.is_standing:
        raise Conflict("not_standing", _("This record was corrected or voided meanwhile."))
    draft = _draft(employee=by, branch=branch, business_date=consultation.business_date, at=at)
    answer = Reflection.objects.filter(close=draft, consultation=consultation).first()
    answer = answer or Reflection(close=draft, consultation=consultation)
    answer.product, answer.line = product, line if product else ""
    answer.product_code = product.code if product else ""
    answer.product_name = product.name if product else ""
    answer.did_not_fit = product is None
    answer.full_clean()
    answer.save()
    return answer


@transaction.atomic
def take_back(*, consultation: Consultation, branch: Branch, at: datetime, by: User) -> None:
    """This will leave a customer unanswered again; nothing is required to sign."""
    _refuse_stranger(consultation.employee, by)
    draft = _draft(employee=by, branch=branch, business_date=consultation.business_date, at=at)
    draft.reflections.filter(consultation=consultation).delete()


def _refuse_stranger(employee: User, by: User) -> None:
    """The question is one's own; nobody answers it for a colleague."""
    if employee.pk != by.pk:
        raise Conflict("not_yours", _("A day is closed by the person whose day it was."))


@transaction.atomic
def sign(
    *,
    employee: User,
    branch: Branch,
    business_date: date,
    seen: Counts,
    at: datetime,
    by: User,
) -> DaySheet:
    """This will sign one's own day as it stood on the page: `services.close_day` says how.

    Raises Invalid when the figures moved since the paper was counted and nobody says why.
    """
    _refuse_stranger(employee, by)
    sheet = close_day(
        employee=employee, branch=branch, business_date=business_date, seen=seen, at=at, by=by
    )
    close = sheet.closes.standing().first()
    if close and sheet.closed_at == at and close.differs_on_paper and not close.paper_note:
        raise Invalid({"paper_note": [_("Say in a few words where the difference comes from.")]})
    return sheet
