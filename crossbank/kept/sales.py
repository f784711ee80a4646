"""Sales as they are read: what counts as one, its days, and what became of it.

Nothing of it is written when a conversation is recorded, and no job makes any of it true.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Prefetch, Q, QuerySet

from crossbank.desk.models import Consultation, ConsultationItem, Response, Source
from crossbank.engine import keeping, receipt_codes, right_codes
from crossbank.kept.models import Mark, Outcome
from crossbank.matrix import editions
from crossbank.org.access import visible_branches
from crossbank.org.models import Branch, User

# a product is known of those alone: paper and imports counted customers, not products
_SOURCES = (Source.DESK, Source.CORRECTION)


def marks(prefix: str = "") -> dict[str, Q]:
    """The same as `keeping.state`, for sums in the database: of outcomes, or with the way to them."""
    mark, age = f"{prefix}mark", f"{prefix}age"
    closed = Q(**{mark: keeping.Mark.CLOSED.value})
    is_open = Q(**{mark: keeping.Mark.OPEN.value})
    return {
        "kept": is_open & Q(**{f"{age}__gte": keeping.CHECK_DAYS})
        | closed & Q(**{f"{age}__gt": keeping.CHECK_DAYS}),
        "withdrawn": Q(**{mark: keeping.Mark.WITHDRAWN.value}),
        "closed_early": closed & Q(**{f"{age}__lte": keeping.CHECK_DAYS}),
    }


# of rows of `with_what_stands`
_MARK, _AGE = "outcomes__mark", "outcomes__age"
KEPT, WITHDRAWN, CLOSED_EARLY = marks("outcomes__").values()
KNOWN = WITHDRAWN | CLOSED_EARLY | KEPT
# not the negation of the others: that would be a subquery about all outcomes, replaced ones too
NOT_KNOWN = (
    Q(outcomes__isnull=True)
    | Q(**{_MARK: keeping.Mark.MISTAKEN.value})
    | Q(**{_MARK: keeping.Mark.OPEN.value, f"{_AGE}__lt": keeping.CHECK_DAYS})
)


@dataclass(frozen=True, kw_only=True)
class Sale:
    """One product that a customer took. `code`: the one on his page, as it is read aloud.

    `cancel_by`: the last day on which he may withdraw, None where he never may.
    """

    item: ConsultationItem
    outcome: Outcome | None
    code: str
    cancel_by: date | None
    check_day: date
    state: keeping.State

    @property
    def record(self) -> Consultation:
        return self.item.consultation

    @property
    def seen(self) -> int:
        """Row id of what stands, 0 where nothing does: who writes says what he saw."""
        return self.outcome.pk if self.outcome else 0

    @property
    def is_taken_back(self) -> bool:
        """What was noted last was called a mistake: nothing is known."""
        return self.outcome is not None and self.outcome.mark == Mark.MISTAKEN


def sold() -> QuerySet[ConsultationItem]:
    """What customers took, of records that stand."""
    return ConsultationItem.objects.filter(
        response=Response.ACCEPTED,
        consultation__voided_at__isnull=True,
        consultation__replaced_at__isnull=True,
        consultation__source__in=_SOURCES,
    )


def visible_to(user: User) -> QuerySet[ConsultationItem]:
    return sold().filter(consultation__branch__in=visible_branches(user))


def with_what_stands(
    items: QuerySet[ConsultationItem], *conditions: Q
) -> QuerySet[ConsultationItem]:
    """One row each, joined with the outcome that stands or with none.

    `conditions` on outcomes belong here: another `filter` would join them a second time.
    """
    return items.filter(*conditions, outcomes__replaced_by__isnull=True)


def due(places: Iterable[Branch], *, at: datetime) -> QuerySet[ConsultationItem]:
    """Sales of these branches whose check day has come there and of which nothing is known, the
    longest waiting first."""
    days: dict[date, list[int]] = defaultdict(list)
    for place in places:
        days[place.local_day(at)].append(place.pk)
    has_come = Q(pk__in=[])
    for day, branches in days.items():
        last = day - timedelta(days=keeping.CHECK_DAYS)
        has_come |= Q(consultation__branch__in=branches, consultation__business_date__lte=last)
    waiting = with_what_stands(sold().filter(has_come), NOT_KNOWN)
    return waiting.order_by("consultation__business_date", "pk")


def by_code(items: QuerySet[ConsultationItem], typed: str) -> QuerySet[ConsultationItem] | None:
    """The sales of the conversation with this code; None when it cannot be a code."""
    numbers = receipt_codes.numbers_of(typed)
    return items.filter(consultation__uuid__range=numbers) if numbers else None


def read(items: QuerySet[ConsultationItem]) -> tuple[Sale, ...]:
    """This will read sales with what is known of them, in the order they come, in three queries."""
    rows = items.select_related("consultation__branch").prefetch_related(
        Prefetch(
            "outcomes", Outcome.objects.standing().select_related("replaces"), to_attr="standing"
        )
    )
    return _dressed(list(rows))


def _dressed(rows: Iterable[ConsultationItem]) -> tuple[Sale, ...]:
    shown = editions.load_many({row.consultation.edition_id for row in rows})
    return tuple(_sale(row, shown[row.consultation.edition_id]) for row in rows)


def _sale(item: ConsultationItem, edition: editions.Loaded) -> Sale:
    record = item.consultation
    outcome = next(iter(item.standing), None)
    terms = edition.snapshot.product.get(item.product_code)
    return Sale(
        item=item,
        outcome=outcome,
        code=right_codes.spoken(receipt_codes.code_of(record.uuid)),
        cancel_by=keeping.cancel_by(record.business_date, terms.withdrawal_days if terms else None),
        check_day=keeping.check_day(record.business_date),
        state=keeping.state(outcome.noted if outcome else None),
    )
