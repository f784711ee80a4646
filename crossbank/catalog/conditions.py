"""A product's conditions as the engine's values, and the engine's values in words."""

from crossbank.catalog.models import ProductCondition
from crossbank.catalog.models.conditions import ConditionRow
from crossbank.engine.conditions import Attribute, Condition, Layer, Operator


def condition_terms(row: ConditionRow) -> Condition:
    """One row as the engine's terms."""
    return Condition(
        layer=Layer(row.layer),
        attribute=Attribute(row.attribute),
        operator=Operator(row.operator),
        values=tuple(sorted(row.codes)),
        message=row.message,
        ask=row.ask,
    )


def condition_words(condition: Condition) -> str:
    """“May have it: Age is one of 14-17, 18-26”, in the reader's language."""
    layer = ProductCondition.Layer(condition.layer.value).label
    what = ProductCondition.Attribute(condition.attribute.value).label
    how = ProductCondition.Operator(condition.operator.value).label
    return f"{layer}: {what} {how} {', '.join(condition.values)}"
