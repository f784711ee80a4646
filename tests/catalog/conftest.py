"""A catalogue with rows of every sort."""

from datetime import date

import pytest

from crossbank.catalog.models import Attribute, Objection, PackagePart, Product
from tests.matrix.workbooks import NASTY


@pytest.fixture
def shelf(bank) -> None:
    """The sample bank, with rows of every sort and texts that a program might calculate."""
    card, account = (Product.objects.get(code=c) for c in ("CRD-DEB", "ACC-BAS"))
    Attribute.objects.create(product=card, key="brand", value="=1+1")
    Attribute.objects.create(product=card, key="two  words", value="ไทย")
    PackagePart.objects.get_or_create(package=Product.objects.get(code="ACC-PRM"), part=card)
    rows = [
        Objection(product=account, objection=words, answer=words, order=n)
        for n, words in enumerate(NASTY)
    ]
    Objection.objects.bulk_create(rows)
    Product.objects.filter(pk=card.pk).update(
        name="บัตรเดบิต Κάρτα", say="=SUM(A1)", valid_from=date(1874, 5, 1), suits="x" * 40_000
    )
    Product.objects.filter(pk=account.pk).update(price_minor=None, standalone_price_minor=5)
