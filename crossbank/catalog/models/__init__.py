"""What the bank sells, and what is known of it."""

from crossbank.catalog.models.benefits import PartnerBenefit
from crossbank.catalog.models.conditions import ConditionRow, ProductCondition
from crossbank.catalog.models.knowledge import Attribute, Bundle, Need, Objection, PackagePart
from crossbank.catalog.models.products import (
    Family,
    Partner,
    Product,
    ProductQuerySet,
    text,
    validate_code,
)

__all__ = [
    "Attribute",
    "Bundle",
    "ConditionRow",
    "Family",
    "Need",
    "Objection",
    "PackagePart",
    "Partner",
    "PartnerBenefit",
    "Product",
    "ProductCondition",
    "ProductQuerySet",
    "text",
    "validate_code",
]
