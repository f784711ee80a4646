"""Columns of workbooks that only make sense where products have prices and conditions."""

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError

from crossbank.catalog.forms import MoneyField
from crossbank.catalog.models.conditions import in_one_writing
from crossbank.org.table_columns import Blame, Column, number_text
from crossbank.web.workbook_cells import Value


class Money(Column):
    """An amount as people write it, 24.00; kept in minor units."""

    def written(self, value: Any) -> str:
        return "" if value is None else f"{Decimal(value).scaleb(-settings.CURRENCY_DIGITS):f}"

    def read(self, raw: Value, now: str, blame: Blame) -> str:
        text = number_text(raw)
        try:
            return self.written(MoneyField(required=False).clean(text))
        except ValidationError:
            return text  # the form says what is wrong with it

    def cell(self, written: str) -> str | Decimal:
        return Decimal(written) if written else ""


class ValueList(Column):
    """The values of a condition, in the one order: a file sent twice finds its own rows again."""

    def read(self, raw: Value, now: str, blame: Blame) -> str:
        return in_one_writing("", super().read(raw, now, blame))
