"""The catalogue's texts that phrase rules look at."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from crossbank.catalog.models import (
    Bundle,
    Objection,
    PartnerBenefit,
    Product,
    ProductCondition,
)
from crossbank.conduct.phrases import Text, add_source
from crossbank.engine.phrases import Use

_FIELDS = {"say": Use.SAY, "disclosure": Use.DISCLOSURE, "purpose_question": Use.SAY}


def product_texts(product: Product) -> Iterator[Text]:
    """What is said of a product: its line, disclosure, questions, and answers to objections."""
    common = {
        "row": ("admin:catalog_product_change", product.pk),
        "is_free": product.charge_kind == Product.ChargeKind.FREE,
    }
    for name, use in _FIELDS.items():
        if words := getattr(product, name):
            label = f"{product.code}, {Product._meta.get_field(name).verbose_name}"
            place = f"product {product.code} {name}"
            yield Text(words=words, place=place, label=label, use=use, **common)
    for condition in product.conditions.all():
        if condition.ask:
            label = f"{product.code}, {ProductCondition._meta.get_field('ask').verbose_name}"
            place = f"product {product.code} ask"
            yield Text(words=condition.ask, place=place, label=label, use=Use.SAY, **common)
    for objection in product.objections.all():
        yield from objection_texts(objection, row=common["row"], is_free=common["is_free"])


def objection_texts(
    objection: Objection, *, row: tuple[str, int] | None = None, is_free: bool = False
) -> Iterator[Text]:
    """The answer to one objection. What customers object is theirs and is not judged."""
    name = objection.product.code if objection.product else objection.need.code
    yield Text(
        words=objection.answer,
        place=f"{'product' if objection.product else 'need'} {name} answer",
        label=f"{name}, {_('answer to an objection')}",
        use=Use.SCRIPT,
        row=row or ("admin:catalog_objection_change", objection.pk),
        is_free=is_free,
    )


def bundle_texts(bundle: Bundle) -> Iterator[Text]:
    """What is said of a bundle; its price stands beside it."""
    if bundle.say:
        yield Text(
            words=bundle.say,
            place=f"bundle {bundle.code} say",
            label=f"{bundle.code}, {Bundle._meta.get_field('say').verbose_name}",
            use=Use.SAY,
            row=("admin:catalog_bundle_change", bundle.pk),
            is_free=False,
        )


def benefit_texts(benefit: PartnerBenefit) -> Iterator[Text]:
    """What is told of a partner benefit; it has no price, but may cost something later."""
    yield Text(
        words=benefit.text,
        place=f"benefit {benefit.code} text",
        label=f"{benefit.code}, {PartnerBenefit._meta.get_field('text').verbose_name}",
        use=Use.SAY,
        row=("admin:catalog_partnerbenefit_change", benefit.pk),
        is_free=False,
    )


@add_source
def catalogue(at: datetime) -> Iterator[Text]:
    sold = Product.objects.on_sale(at.date())
    for product in sold.prefetch_related("objections", "conditions"):
        yield from product_texts(product)
    for objection in Objection.objects.filter(product=None).select_related("need"):
        yield from objection_texts(objection)
    for bundle in Bundle.objects.filter(is_active=True):
        yield from bundle_texts(bundle)
    for benefit in PartnerBenefit.objects.still_given(at.date()):
        yield from benefit_texts(benefit)
