"""What the bank sells, and what is known of it."""

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
    "Family",
    "Need",
    "Objection",
    "PackagePart",
    "Partner",
    "Product",
    "ProductQuerySet",
    "text",
    "validate_code",
]
