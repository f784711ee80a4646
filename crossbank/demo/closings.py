"""How the invented days ended: most were signed, some closed by themselves, something came late."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from random import Random

from django.db import transaction
from django.db.models import Max

from crossbank.catalog.models import Product
from crossbank.conduct import services as conduct
from crossbank.demo.history import TEST_BRANCH, test_day_before
from crossbank.demo.talks import new_uuid
from crossbank.desk import late
from crossbank.desk.counters import COLUMNS
from crossbank.desk.days import day as day_of
from crossbank.desk.entries import Answer, Entry
from crossbank.desk.evening import Asked, evening
from crossbank.desk.models import Consultation, DayClose, DaySheet, Reflection
from crossbank.desk.sheet_states import sheet_counts
from crossbank.matrix import editions

_UNSIGNED = 0.06
_ANSWERED = 0.15
_FITS = 0.8
_ANSWERS_SINCE = timedelta(days=21)
_WALKER = "seller"  # the demo person whose next morning begins with what he resolved
_MINUTE = timedelta(minutes=1)
PAPER_NOTE = "One customer was ticked twice on paper."


@transaction.atomic
def play(*, today: date, seed: int) -> dict[str, int]:
    """This will close the days of the history; again, it changes nothing that stands."""
    rows = DaySheet.objects.filter(business_date__lt=today, closed_at__isnull=True)
    sheets = list(rows.select_related("employee__branch", "branch").order_by("pk"))
    if not sheets or DayClose.objects.exists():
        return {}
    last = max((s.business_date for s in sheets if _is_walkers(s)), default=None)
    ends = _last_writes()
    signed = [
        _close(sheet, ends[sheet.employee_id, sheet.business_date], _dice(sheet, seed))
        for sheet in sheets
        if _is_kept(sheet, last, today) or _dice(sheet, seed).random() >= _UNSIGNED
    ]
    _count_on_paper(signed, today)
    DayClose.objects.bulk_create(signed)
    DaySheet.objects.bulk_update(
        [close.sheet for close in signed], ["closed_at", "closed_by"], batch_size=200
    )
    for close in signed:
        _tell(close)
    answered = sum(
        _answer(close, _dice(close.sheet, seed + 1), always=_is_kept(close.sheet, last))
        for close in signed
        if close.sheet.business_date >= today - _ANSWERS_SINCE
    )
    late_ones = sum(_come_late(close, seed) for close in _of_test_day(signed, today)[:1])
    return {"signed days": len(signed), "evening answers": answered, "late entries": late_ones}


def _dice(sheet: DaySheet, seed: int) -> Random:
    return Random(f"{seed}:close:{sheet.employee.username}:{sheet.business_date}")  # noqa: S311 - invented life


def _is_walkers(sheet: DaySheet) -> bool:
    return sheet.employee.username == _WALKER


def _is_kept(sheet: DaySheet, last: date | None, today: date | None = None) -> bool:
    """Signed whatever the dice say: the walker's last day, and B01's test day."""
    if _is_walkers(sheet) and sheet.business_date == last:
        return True
    return bool(today) and _is_test(sheet, today)


def _is_test(sheet: DaySheet, today: date) -> bool:
    return sheet.branch.code == TEST_BRANCH and sheet.business_date == test_day_before(today)


def _last_writes() -> dict[tuple[int, date], datetime]:
    """When each day was written to last: nobody signs before that."""
    rows = Consultation.objects.values_list("employee_id", "business_date").annotate(
        received=Max("received_at"), voided=Max("voided_at"), replaced=Max("replaced_at")
    )
    return {
        (employee, day): max(filter(None, moments)) for employee, day, *moments in rows.order_by()
    }


def _close(sheet: DaySheet, last_write: datetime, dice: Random) -> DayClose:
    evening_of = datetime.combine(sheet.business_date, time(18), tzinfo=sheet.branch.zone)
    at = max(evening_of, last_write) + dice.randint(2, 25) * _MINUTE
    sheet.closed_at, sheet.closed_by = at, sheet.employee
    figures = {name: getattr(sheet, name) for name in COLUMNS}
    return DayClose(
        sheet=sheet,
        started_at=at - 3 * _MINUTE,
        signed_at=at,
        signed_by=sheet.employee,
        **figures,
    )


def _of_test_day(signed: Iterable[DayClose], today: date) -> list[DayClose]:
    return [c for c in signed if _is_test(c.sheet, today) and not _is_walkers(c.sheet)]


def _count_on_paper(signed: list[DayClose], today: date) -> None:
    """One colleague of B01 counted on paper, too, and one customer more."""
    for close in _of_test_day(signed, today)[1:2]:
        close.paper_main_only = close.main_only + 1
        close.paper_plus_one, close.paper_plus_two = close.plus_one, close.plus_two
        close.paper_note = PAPER_NOTE


def _tell(close: DayClose) -> None:
    conduct.record(
        action="day_closed",
        subject=f"{close.signed_by.username} {close.sheet.business_date}",
        detail=asdict(sheet_counts(close)),
        at=close.signed_at,
        by=close.signed_by,
    )


def _answer(close: DayClose, dice: Random, *, always: bool) -> int:
    """The evening question over the clearest cases; how many were answered."""
    if not always and dice.random() >= _ANSWERED:
        return 0
    sheet = close.sheet
    day = day_of(sheet.employee, sheet.business_date, at=close.signed_at)
    asked = evening(day.lines, ()).clearest
    rows = list(_answers(close, asked, dice, always=always))
    Reflection.objects.bulk_create(rows)
    return len(rows)


def _answers(
    close: DayClose, asked: Iterable[Asked], dice: Random, *, always: bool
) -> Iterator[Reflection]:
    products: dict[str, Product] = {}
    for place, one in enumerate(asked):
        missed = next((m for m in one.missed if m.lines), None)
        fits = (always and not place) or dice.random() < _FITS
        if missed is None or not fits:
            yield Reflection(close=close, consultation=one.record, did_not_fit=True)
            continue
        code = missed.product.code
        products.setdefault(code, Product.objects.get(code=code))
        yield Reflection(
            close=close,
            consultation=one.record,
            product=products[code],
            product_code=code,
            product_name=missed.product.name,
            line=missed.lines[0],
        )


def _come_late(close: DayClose, seed: int) -> int:
    """A colleague found a customer after signing; his manager has not decided yet."""
    sheet, at = close.sheet, close.signed_at + 12 * _MINUTE
    entry = Entry(
        uuid=new_uuid(_dice(sheet, seed + 2)),
        main="ACC-BAS",
        edition=editions.current(at).number,
        customer_kind="existing",
        note="Came back at closing time.",
        client_saved_at=at,
        answers=(
            Answer(code="CRD-DEB", response="accepted"),
            Answer(code="DIG-APP", response="declined", reason="not_now"),
        ),
    )
    late.hand_in(entry=entry, branch=sheet.branch, at=at, by=sheet.employee)
    return 1
