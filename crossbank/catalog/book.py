"""The catalogue as a workbook: one sheet for each sort of row, every field an owner keeps."""

from django.utils.translation import gettext_lazy as _

from crossbank.catalog.book_columns import Money, ValueList
from crossbank.catalog.models import (
    Attribute,
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
from crossbank.org.table_books import TableBook
from crossbank.org.tables import Table

FAMILIES = Table(key="families", title=_("Families"), model=Family, names=("code", "name", "order"))
PARTNERS = Table(
    key="partners", title=_("Partners"), model=Partner, names=("code", "name", "about")
)
PRODUCTS = Table(
    key="products",
    title=_("Products"),
    model=Product,
    names=(
        "code", "name", "family", "tier", "is_main", "is_cross", "desk_order",
        "row_inherits_from", "provider", "partner", "charge_kind", "price_text", "price_minor",
        "price_period", "standalone_price_minor", "is_credit", "is_insurance", "needs_licence",
        "disclosure", "withdrawal_days", "reflection_days", "defer_days", "min_age", "max_age",
        "purpose_question", "purpose", "suits", "not_for", "say", "link", "valid_from",
        "valid_until",
    ),
    parked=("desk_order", "row_inherits_from"),
    is_kept=True,
    kinds={"price_minor": Money, "standalone_price_minor": Money},
)  # fmt: skip
ATTRIBUTES = Table(
    key="attributes",
    title=_("Attributes"),
    model=Attribute,
    names=("product", "key", "value"),
    identity=("product", "key"),
    owners=("product",),
)
PACKAGES = Table(
    key="packages",
    title=_("Packages"),
    model=PackagePart,
    names=("package", "part"),
    identity=("package", "part"),
    owners=("package",),
)
CONDITIONS = Table(
    key="conditions",
    title=_("Conditions"),
    model=ProductCondition,
    names=("product", "layer", "attribute", "operator", "values", "message", "ask"),
    identity=(),
    owners=("product",),
    kinds={"values": ValueList},
)
NEEDS = Table(
    key="needs",
    title=_("Needs"),
    model=Need,
    names=("code", "name", "question", "hints", "order", "is_active", "mains", "crosses"),
)
OBJECTIONS = Table(
    key="objections",
    title=_("Objections"),
    model=Objection,
    names=("product", "need", "objection", "answer", "order"),
    identity=(),
    owners=("product", "need"),
)
BUNDLES = Table(
    key="bundles",
    title=_("Bundles"),
    model=Bundle,
    names=(
        "code", "name", "parts", "price_text", "price_minor", "price_period", "say", "is_active",
    ),
    kinds={"price_minor": Money},
)  # fmt: skip
BENEFITS = Table(
    key="benefits",
    title=_("Partner benefits"),
    model=PartnerBenefit,
    names=(
        "code", "partner", "name", "text", "mains", "valid_from", "valid_until", "is_active",
    ),
)  # fmt: skip

CATALOGUE = TableBook(
    kind="catalog",
    format="crossbank-catalog-1",
    title=_("Crossbank catalogue"),
    tables=(
        FAMILIES,
        PARTNERS,
        PRODUCTS,
        ATTRIBUTES,
        PACKAGES,
        NEEDS,
        BUNDLES,
        OBJECTIONS,
        CONDITIONS,
        BENEFITS,
    ),
    read_me=(
        (
            PRODUCTS.title,
            _(
                "A product is never taken out: enter the day in “retired on”, the first one on "
                "which it is not sold any more. Records keep its name."
            ),
        ),
        (
            OBJECTIONS.title,
            _("The number names the row; leave it empty for a new one."),
        ),
    ),
)
