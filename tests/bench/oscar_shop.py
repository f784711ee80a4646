"""The yardstick of tests.bench.shop, run by a Python that has django-oscar; not by this project's.

A shop in an empty folder: 200 products, 500 offers for everybody, each on a range of one product,
and a basket with one line. Reads how many offers are to be on, answers seconds and queries.
"""

import sys
import time
from decimal import Decimal
from pathlib import Path

import django
from django.conf import settings

PRODUCTS, OFFERS = 200, 500


def set_up(folder: Path) -> None:
    from oscar import INSTALLED_APPS, defaults

    settings.configure(
        **{name: getattr(defaults, name) for name in dir(defaults) if name.startswith("OSCAR_")},
        SECRET_KEY="a bench",
        INSTALLED_APPS=INSTALLED_APPS,
        DATABASES={
            "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": folder / "shop.sqlite3"}
        },
        HAYSTACK_CONNECTIONS={"default": {"ENGINE": "haystack.backends.simple_backend.SimpleEngine"}},
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        SITE_ID=1,
        USE_TZ=True,
    )  # fmt: skip
    django.setup()


def fill() -> list[int]:
    """The offers by row id."""
    from oscar.core.loading import get_model
    from oscar.test.factories import create_product

    made = [create_product(title=f"product {n}", price=Decimal(100)) for n in range(PRODUCTS)]
    of = {name: get_model("offer", name) for name in ("Range", "Condition", "Benefit")}
    offers = []
    for n in range(OFFERS):
        reach = of["Range"].objects.create(name=f"range {n}")
        reach.add_product(made[n % PRODUCTS])
        offers.append(
            get_model("offer", "ConditionalOffer").objects.create(
                name=f"offer {n}",
                offer_type="Site",
                priority=n,
                condition=of["Condition"].objects.create(range=reach, type="Count", value=1),
                benefit=of["Benefit"].objects.create(range=reach, type="Percentage", value=10),
            )
        )
    return [offer.pk for offer in offers]


def basket():
    from oscar.core.loading import get_class, get_model

    found = get_model("basket", "Basket").objects.create()
    found.strategy = get_class("partner.strategy", "Selector")().strategy()
    found.add_product(get_model("catalogue", "Product").objects.order_by("pk").first())
    return found


def answer(offers: list[int], count: int, here) -> tuple[float, int]:
    from django.db import connection, reset_queries
    from django.test.utils import CaptureQueriesContext
    from oscar.core.loading import get_class, get_model

    rows = get_model("offer", "ConditionalOffer").objects
    rows.update(status="Suspended")
    rows.filter(pk__in=offers[:count]).update(status="Open")
    apply = get_class("offer.applicator", "Applicator")().apply
    here.reset_offer_applications()
    start = time.perf_counter()
    apply(here)
    took = time.perf_counter() - start
    assert here.offer_applications.offers, "the first offer is for the product in the basket"
    here.reset_offer_applications()
    reset_queries()  # the log keeps only the last 9000
    with CaptureQueriesContext(connection) as seen:
        apply(here)
    return took, len(seen)


def main(folder: Path) -> None:
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    offers, here = fill(), basket()
    print("ready", flush=True)
    for line in sys.stdin:
        print(*answer(offers, int(line), here), flush=True)


if __name__ == "__main__":
    set_up(Path(sys.argv[1]))
    main(Path(sys.argv[1]))
