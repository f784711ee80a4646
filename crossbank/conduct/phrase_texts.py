"""The catalogue's texts that phrase rules look at."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from crossbank.catalog.models import Product
from crossbank.conduct.phrases import Text, add_source
from crossbank.engine.phrases import Use

_FIELDS = {"say": Use.SAY, "disclosure": Use.DISCLOSURE, "purpose_question": Use.SAY}


def product_texts(product: Product) -> Iterator[Text]:
    """What is said of a product: its line, disclosure, question, and answers to objections.

    What customers object is theirs and is not judged.
    """
    common = {
        "row": ("admin:catalog_product_change", product.pk),
        "is_free": product.charge_kind == Product.ChargeKind.FREE,
    }
    for name, use in _FIELDS.items():
        if words := getattr(product, name):
            label = f"{product.code}, {Product._meta.get_field(name).verbose_name}"
            place = f"product {product.code} {name}"
            yield Text(words=words, place=place, label=label, use=use, **common)
    for objection in product.objections.all():
        yield Text(
            words=objection.answer,
            place=f"product {product.code} answer",
            label=f"{product.code}, {_('answer to an objection')}",
            use=Use.SCRIPT,
            **common,
        )


@add_source
def catalogue(at: datetime) -> Iterator[Text]:
    for product in Product.objects.on_sale(at.date()).prefetch_related("objections"):
        yield from product_texts(product)
