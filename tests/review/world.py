"""A bank small enough to count by hand: 2 branches, 3 sellers, 12 records of which 10 stand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count as numbers_from
from uuid import UUID

from django.utils import timezone

from crossbank.catalog.models import Family, Product
from crossbank.desk import counters
from crossbank.desk.models import Bucket, Consultation, ConsultationItem, Response, Source
from crossbank.desk.rows import counts_of
from crossbank.engine import snapshot as snapshots
from crossbank.engine.tally import Counts, bucket_of
from crossbank.engine.terms import BasketRule, PairTerms, ProductTerms, Rating, RuleKind
from crossbank.kept.models import Outcome
from crossbank.matrix.models import Edition
from crossbank.org.models import Branch, Region, Role, User

MONDAY, TUESDAY = date(2026, 3, 2), date(2026, 3, 3)
_numbers = numbers_from(1)

NAMES = {
    "ACC": "Account",
    "LON": "Loan",
    "CRD": "=2+5 Card",
    "APP": "App",
    "SAV": "Savings",
    "PRM": "Premium card",
    "INS": "Insurance",
    "TRV": "Travel",
}
PAIRS = (
    ("ACC", "CRD", Rating.STRONG),
    ("ACC", "APP", Rating.STRONG),
    ("ACC", "SAV", Rating.GOOD),
    ("ACC", "PRM", Rating.GOOD),
    ("ACC", "INS", Rating.POSSIBLE),
    ("ACC", "LON", Rating.NOT_ALLOWED),
    ("LON", "INS", Rating.STRONG),
    ("LON", "APP", Rating.GOOD),
)


def region(code: str, name: str = "") -> Region:
    return Region.objects.create(code=code, name=name or code.title())


def branch(code: str, *, region: Region, time_zone: str, name: str = "") -> Branch:
    return Branch.objects.create(
        code=code, name=name or f"Branch {code}", region=region, time_zone=time_zone
    )


def person(username: str, role: Role, *, name: str = "", **places: Branch | Region) -> User:
    first, _, last = (name or username.title()).partition(" ")
    return User.objects.create(
        username=username, role=role, first_name=first, last_name=last, **places
    )


def products(names: Mapping[str, str] = NAMES) -> dict[str, Product]:
    family = Family.objects.create(code="ALL", name="All")
    return {
        code: Product.objects.create(
            code=code, name=name, family=family, is_main=code in ("ACC", "LON"), is_cross=True
        )
        for code, name in names.items()
    }


def edition(
    *,
    author: User,
    pairs: Sequence[tuple[str, str, Rating]] = PAIRS,
    names: Mapping[str, str] = NAMES,
    number: int = 1,
    partners: Mapping[str, str] | None = None,
) -> Edition:
    """`partners`: product -> the code of the partner it is from."""
    partners = partners or {}
    snapshot = snapshots.compile_snapshot(
        products=[
            ProductTerms(
                code=code,
                name=name,
                family="ALL",
                is_main=code in ("ACC", "LON"),
                is_cross=True,
                partner=partners.get(code, ""),
                partner_name=f"={partners[code]} Ltd" if code in partners else "",
            )
            for code, name in names.items()
        ],
        pairs=[
            PairTerms(main=main, cross=cross, rating=rating, rank=rank)
            for rank, (main, cross, rating) in enumerate(pairs)
        ],
        needs=[],
        rules=[
            BasketRule(code="ONE-CARD", kind=RuleKind.EXCLUDES, subjects=("CRD",), objects=("PRM",))
        ],
        steps_up=[],
    )
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return Edition.objects.create(
        number=number,
        snapshot=snapshots.to_json(snapshot),
        digest=snapshots.digest(snapshot),
        effective_from=at,
        published_at=at,
        author=author,
    )


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """What a record points at."""

    products: Mapping[str, Product]
    edition: Edition
    ratings: Mapping[tuple[str, str], str]


def shelf(
    *,
    author: User,
    pairs: Sequence[tuple[str, str, Rating]] = PAIRS,
    names: Mapping[str, str] = NAMES,
) -> Shelf:
    return Shelf(
        products=products(),
        edition=edition(author=author, pairs=pairs, names=names),
        ratings={(main, cross): rating.value for main, cross, rating in pairs},
    )


def consultation(
    *,
    shelf: Shelf,
    employee: User,
    day: date,
    main: str = "ACC",
    answers: Mapping[str, str | tuple[str, str]] | None = None,
    no_main: bool = False,
    at: datetime | None = None,
    price_shown: str = "",
    **fields: object,
) -> Consultation:
    """`answers`: cross -> response, or (response, reason). A paper entry names its own bucket."""
    said = {
        cross: (answer, "") if isinstance(answer, str) else answer
        for cross, answer in (answers or {}).items()
    }
    accepted = [cross for cross, (response, _) in said.items() if response == Response.ACCEPTED]
    bucket, depth = bucket_of(accepted, no_main=no_main)
    number = next(_numbers)
    moment = at or datetime(day.year, day.month, day.day, 9, tzinfo=UTC) + timedelta(
        seconds=number % 30_000
    )
    product = shelf.products[main]
    fields = {"bucket": bucket.value, "depth": depth, "edition": shelf.edition, **fields}
    record = Consultation.objects.create(
        uuid=UUID(int=number),
        employee=employee,
        entered_by=employee,
        branch=employee.branch,
        business_date=day,
        recorded_at=moment,
        received_at=moment,
        main=product,
        main_code=product.code,
        main_name=product.name,
        presented=len(said),
        **fields,
    )
    ConsultationItem.objects.bulk_create(
        ConsultationItem(
            consultation=record,
            product=shelf.products[cross],
            product_code=cross,
            product_name=shelf.products[cross].name,
            family_code="ALL",
            rating=shelf.ratings.get((main, cross), ""),
            place=place,
            response=response,
            reason=reason,
            price_shown=price_shown,
        )
        for place, (cross, (response, reason)) in enumerate(said.items())
    )
    counters.add(
        employee_id=employee.pk,
        branch_id=record.branch_id,
        business_date=day,
        counts=counts_of(record) if record.is_standing else Counts(),
    )
    return record


def move(record: Consultation, *, by: Counts) -> None:
    """Moves the day sheet of a record, as voiding or correcting it does."""
    counters.shift(employee_id=record.employee_id, business_date=record.business_date, by=by)


def twelve_records(shelf: Shelf, *, anna: User, bruno: User, chai: User) -> None:
    """Monday and Tuesday. The sums stand in test_figures, worked out with pencil and paper."""
    dear, needless = ("declined", "too_expensive"), ("declined", "no_need")

    def record(employee: User, day: date, **fields: object) -> Consultation:
        return consultation(shelf=shelf, employee=employee, day=day, **fields)

    record(anna, MONDAY, answers={"CRD": "accepted", "APP": dear}, price_shown="=1+1")
    record(anna, MONDAY, nothing_offered="in_hurry")
    record(anna, MONDAY, answers={"CRD": "accepted", "APP": "accepted"})
    record(anna, MONDAY, source=Source.PAPER, bucket=Bucket.PLUS_ONE, depth=1)
    record(anna, TUESDAY, held=["CRD"], answers={"APP": needless})
    record(bruno, MONDAY, main="LON", answers={"INS": "interested"})
    record(bruno, MONDAY, main="LON", no_main=True, answers={"INS": ("declined", "not_now")})
    record(
        bruno,
        TUESDAY,
        answers={"CRD": "accepted"},
        voided_at=datetime(2026, 3, 3, 12, tzinfo=UTC),
        voided_by=bruno,
        void_reason="A trial",
    )
    wrong = record(bruno, TUESDAY, replaced_at=datetime(2026, 3, 3, 13, tzinfo=UTC))
    record(
        bruno,
        TUESDAY,
        answers={"CRD": "accepted", "TRV": "accepted"},
        replaces=wrong,
        source=Source.CORRECTION,
    )
    record(
        chai,
        MONDAY,
        answers={"CRD": dear, "APP": "follow_up"},
        at=datetime(2026, 3, 1, 18, 30, tzinfo=UTC),  # 01:30 on Monday in Bangkok
    )
    record(chai, TUESDAY, main="LON", answers={"APP": "accepted"})


def put(item, mark: str, age: int, *, by, replaces=None) -> Outcome:
    on = item.consultation.business_date + timedelta(days=age)
    return Outcome.objects.create(
        item=item,
        branch=item.consultation.branch,
        sold_on=item.consultation.business_date,
        mark=mark,
        on=on,
        age=age,
        source="hand",
        replaces=replaces,
        by=by,
        at=timezone.now(),
    )
