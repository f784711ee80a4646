"""The sample bank as rows: what the data files say, added by code and never written over."""

import json
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from django.contrib.auth.hashers import make_password
from django.db import models, transaction

from crossbank.catalog.models import (
    Bundle,
    Family,
    Need,
    Objection,
    PackagePart,
    Partner,
    PartnerBenefit,
    Product,
    ProductCondition,
)
from crossbank.leads.models import Unit
from crossbank.matrix.models import BasketRule, Edition, Pairing
from crossbank.matrix.services import publish_edition
from crossbank.offers.models import Offer
from crossbank.offers.placing import release_together
from crossbank.org.models import Branch, Holiday, OpeningHours, Region, User

FOLDER = Path(__file__).resolve().parent / "bank"
PASSWORD = "crossbank-demo"  # noqa: S105 - public on purpose: printed at the start, in the README
AUTHOR, APPROVER = "owner", "owner2"
_RELEASED_BEFORE = timedelta(days=370)  # before any history that is played

Row = dict[str, Any]
Thing = TypeVar("Thing", bound=models.Model)


def read(name: str) -> Any:
    """One data file as plain values."""
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def digest() -> str:
    """A short fingerprint of all data files: another one means that there is more to load."""
    contents = b"".join(path.read_bytes() for path in sorted(FOLDER.glob("*.json")))
    return sha256(contents).hexdigest()[:16]


def habits() -> dict[str, str]:
    """username -> how that seller of the sample bank works."""
    return {row["username"]: row["habit"] for row in read("org")["staff"] if row["habit"]}


@transaction.atomic
def load(*, today: date) -> dict[str, int]:
    """This will add what the data files know and the database does not; existing rows stay.

    Shape: what -> how many rows were added, in the order in which a person would name them.
    """
    org = read("org")
    return {
        "branches": _add_branches(org, today),
        "people": _add_people(org["staff"]),
        "products": _add_products(),
        "needs": _add_needs(),
        "pairs": _add_pairings(),
        "basket rules": _add_rules(),
        "bundles": _add_bundles(),
        "partner benefits": _add_benefits(),
        "offers": _add_offers(today),
        "units": _add_units(),
    }


def publish(*, effective_from: datetime, at: datetime) -> Edition | None:
    """This will publish the working copy as edition 1, signed by two; None when there is one."""
    if Edition.objects.exists():
        return None
    author = User.objects.select_related("branch").get(username=AUTHOR)
    return publish_edition(
        note="The sample bank",
        approver=User.objects.get(username=APPROVER),
        effective_from=effective_from,
        at=at,
        by=author,
    )


def _add(
    model: type[Thing], rows: Iterable[Row], make: Callable[[Row], Thing], *, key: str = "code"
) -> list[tuple[Row, Thing]]:
    """This will create the rows whose key is not there yet; given back with their data."""
    known = set(model._default_manager.values_list(key, flat=True))
    fresh = [(row, make(row)) for row in rows if row[key] not in known]
    model._default_manager.bulk_create([thing for _, thing in fresh])
    return fresh


def _by_code(model: type[Thing]) -> dict[str, Thing]:
    return {thing.code: thing for thing in model._default_manager.order_by("pk")}


def _pick(row: Row, *left_out: str) -> Row:
    return {name: value for name, value in row.items() if name not in left_out}


def _link(field: Any, pairs: Iterable[tuple[Thing, Iterable[str]]]) -> None:
    """This will fill one many-to-many field of new rows in one statement."""
    through, products = field.through, _by_code(Product)
    source, target = field.field.m2m_field_name(), field.field.m2m_reverse_field_name()
    through._default_manager.bulk_create(
        through(**{f"{source}_id": thing.pk, f"{target}_id": products[code].pk})
        for thing, codes in pairs
        for code in codes
    )


def _add_branches(org: Row, today: date) -> int:
    _add(Region, org["regions"], lambda row: Region(**row))
    regions = _by_code(Region)
    names = ("code", "name", "time_zone")
    fresh = _add(
        Branch,
        org["branches"],
        lambda row: Branch(region=regions[row["region"]], **{name: row[name] for name in names}),
    )
    OpeningHours.objects.bulk_create(
        OpeningHours(
            branch=branch,
            weekday=weekday,
            opens_at=time.fromisoformat(row["opens"]),
            closes_at=time.fromisoformat(row["closes"]),
        )
        for row, branch in fresh
        for weekday in row["weekdays"]
    )
    Holiday.objects.bulk_create(
        Holiday(branch=branch, on=_month_day(year, holiday["month_day"]), name=holiday["name"])
        for row, branch in fresh
        for holiday in row["holidays"]
        for year in (today.year - 1, today.year, today.year + 1)
    )
    return len(fresh)


def _month_day(year: int, month_day: str) -> date:
    return date.fromisoformat(f"{year}-{month_day}")


def _add_people(staff: list[Row]) -> int:
    """Demo accounts by-pass the password rules; one hash for all, because hashing is slow."""
    regions, branches = _by_code(Region), _by_code(Branch)
    password = make_password(PASSWORD)
    fresh = _add(
        User,
        staff,
        lambda row: User(
            password=password,
            region=regions[row["region"]] if row["region"] else None,
            branch=branches[row["branch"]] if row["branch"] else None,
            **_pick(row, "region", "branch", "habit"),
        ),
        key="username",
    )
    return len(fresh)


def _add_products() -> int:
    _add(Family, read("families"), lambda row: Family(**row))
    _add(Partner, read("partners"), lambda row: Partner(**row))
    rows = read("products")
    # heirs after the products whose row they inherit
    fresh = [
        *_add_some_products([row for row in rows if not row["row_inherits_from"]]),
        *_add_some_products([row for row in rows if row["row_inherits_from"]]),
    ]
    Objection.objects.bulk_create(
        Objection(product=product, order=order, **objection)
        for row, product in fresh
        for order, objection in enumerate(row["objections"], start=1)
    )
    new, known = {product.code for _, product in fresh}, _by_code(Product)
    PackagePart.objects.bulk_create(
        PackagePart(package=known[row["package"]], part=known[row["part"]])
        for row in read("packages")
        if row["package"] in new
    )
    ProductCondition.objects.bulk_create(
        ProductCondition(product=known[row["product"]], **_pick(row, "product"))
        for row in read("conditions")
        if row["product"] in new
    )
    return len(fresh)


def _add_some_products(rows: list[Row]) -> list[tuple[Row, Product]]:
    families, partners, products = _by_code(Family), _by_code(Partner), _by_code(Product)
    return _add(
        Product,
        rows,
        lambda row: Product(
            family=families[row["family"]],
            partner=partners[row["partner"]] if row["partner"] else None,
            row_inherits_from=products.get(row["row_inherits_from"]),
            **_pick(row, "family", "partner", "row_inherits_from", "objections"),
        ),
    )


def _add_needs() -> int:
    fresh = _add(
        Need, read("needs"), lambda row: Need(**_pick(row, "mains", "crosses", "objections"))
    )
    _link(Need.mains, [(need, row["mains"]) for row, need in fresh])
    _link(Need.crosses, [(need, row["crosses"]) for row, need in fresh])
    Objection.objects.bulk_create(
        Objection(need=need, order=order, **objection)
        for row, need in fresh
        for order, objection in enumerate(row["objections"], start=1)
    )
    return len(fresh)


def _add_pairings() -> int:
    products = _by_code(Product)
    known = set(Pairing.objects.values_list("main__code", "cross__code"))
    fresh = [
        Pairing(
            main=products[row["main"]],
            cross=products[row["cross"]],
            rating=row["rating"] or "",  # a better main product has none
            **_pick(row, "main", "cross", "rating"),
        )
        for row in read("pairings")
        if (row["main"], row["cross"]) not in known
    ]
    return len(Pairing.objects.bulk_create(fresh))


def _add_rules() -> int:
    fresh = _add(
        BasketRule,
        read("basket_rules"),
        lambda row: BasketRule(**_pick(row, "subjects", "objects")),
    )
    _link(BasketRule.subjects, [(rule, row["subjects"]) for row, rule in fresh])
    _link(BasketRule.others, [(rule, row["objects"]) for row, rule in fresh])
    return len(fresh)


def _add_bundles() -> int:
    fresh = _add(Bundle, read("bundles"), lambda row: Bundle(**_pick(row, "parts")))
    _link(Bundle.parts, [(bundle, row["parts"]) for row, bundle in fresh])
    return len(fresh)


def _add_benefits() -> int:
    partners = _by_code(Partner)
    fresh = _add(
        PartnerBenefit,
        read("partner_benefits"),
        lambda row: PartnerBenefit(
            partner=partners[row["partner"]], **_pick(row, "partner", "mains")
        ),
    )
    _link(PartnerBenefit.mains, [(benefit, row["mains"]) for row, benefit in fresh])
    return len(fresh)


def _add_units() -> int:
    """Who takes leads; the lines that customers say are for the history."""
    branches = _by_code(Branch)
    plain = ("code", "name", "order", "is_coordination", "about", "next_step")
    fresh = _add(
        Unit,
        read("units"),
        lambda row: Unit(
            branch=branches.get(row["branch"]),
            hints="\n".join(row["hints"]),
            **{name: row[name] for name in plain},
        ),
    )
    _link(Unit.products, [(unit, row["products"]) for row, unit in fresh])
    for row, unit in fresh:
        unit.members.set(User.objects.filter(username__in=row["members"]))
    return len(fresh)


_DAYS = ("from_month_day", "until_month_day", "from_offset_days", "until_offset_days")


def _add_offers(today: date) -> int:
    products = _by_code(Product)
    fresh = _add(
        Offer,
        read("offers"),
        lambda row: Offer(
            cross=products[row["cross"]],
            **_window(row, today),
            **_pick(row, "cross", "mains", *_DAYS),
        ),
    )
    _link(Offer.mains, [(offer, row["mains"]) for row, offer in fresh])
    release_together(
        offers=[offer for _, offer in fresh],
        note="The sample bank",
        author=User.objects.get(username=AUTHOR),
        approver=User.objects.get(username=APPROVER),
        at=datetime.combine(today - _RELEASED_BEFORE, time(8), tzinfo=UTC),
    )
    return len(fresh)


def _window(row: Row, today: date) -> Row:
    """The days of a fixed window: both ends inclusive in the files, half-open in the database."""
    if row["window"] != Offer.Window.FIXED:
        return {}
    if row["from_month_day"]:
        # a year back, so that a season of the history finds it; it repeats from there
        first = _month_day(today.year - 1, row["from_month_day"])
        last = _month_day(today.year - 1, row["until_month_day"])
    else:
        first = today + timedelta(days=row["from_offset_days"])
        last = today + timedelta(days=row["until_offset_days"])
    return {"from_on": first, "until_on": last + timedelta(days=1)}
