"""Promises as other rooms make them."""

from datetime import date
from uuid import uuid4

import pytest

from crossbank.calls import promising
from crossbank.calls.models import Task
from crossbank.calls.promising import Promise
from crossbank.catalog.models import Product
from tests.conftest import NOON


@pytest.fixture
def promised(person):
    """This will promise one call, by the seller unless said otherwise; on NOON's own day."""

    def make(by: str = "seller", *, at=NOON, code: str = "CRD-DEB", **fields) -> Task:
        who = person(by)
        product = Product.objects.get(code=code)
        given = {
            "kind": Task.Kind.FOLLOW_UP,
            "branch": who.branch,
            "employee": who,
            "day": date(2026, 3, 18),
            "origin": f"test:{uuid4()}",
            "product": product,
            "product_name": product.name,
            "main_name": "Basic account",
            **fields,
        }
        return promising.promise(promise=Promise(**given), at=at, by=who)

    return make
