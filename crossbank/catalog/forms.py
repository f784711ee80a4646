"""Fields that take what people write and keep what the product counts with."""

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.utils import formats
from django.utils.translation import gettext_lazy as _

# what fits into the column on every database
MOST_MINOR = 2_147_483_647
_AMOUNT = re.compile(rf"(\d{{1,10}})(?:[.,](\d{{1,{settings.CURRENCY_DIGITS}}}))?")
_DAY = timedelta(days=1)


class MoneyField(forms.Field):
    """An amount as it is written, “24.00” or “24,00”, kept in minor units (2400)."""

    default_error_messages = {
        "invalid": _("Write an amount like 24.00, without a thousands separator."),
        "too_much": _("This amount is too large to be kept."),
    }

    def to_python(self, value: Any) -> int | None:
        if value in self.empty_values:
            return None
        written = _AMOUNT.fullmatch("".join(str(value).split()))
        if written is None:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        whole, fraction = written.groups(default="")
        minor = int(whole + fraction.ljust(settings.CURRENCY_DIGITS, "0"))
        if minor > MOST_MINOR:
            raise forms.ValidationError(self.error_messages["too_much"], code="too_much")
        return minor

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, int):
            return value
        digits = settings.CURRENCY_DIGITS
        return formats.number_format(Decimal(value).scaleb(-digits), digits, use_l10n=True)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"inputmode": "decimal", "autocomplete": "off"}


class LastDayField(forms.DateField):
    """The last day, inclusive as people say it; kept as the day after, exclusive."""

    default_error_messages = {"too_far": _("This day is too far away to be kept.")}

    def to_python(self, value: Any) -> date | None:
        day = super().to_python(value)
        if day is None:
            return None
        if day == date.max:
            raise forms.ValidationError(self.error_messages["too_far"], code="too_far")
        return day + _DAY

    def prepare_value(self, value: Any) -> Any:
        return value - _DAY if isinstance(value, date) and value > date.min else value
