"""What a free text may not hold: a customer's number or address. It is about products and lines."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# six digits in a row, however they are grouped: account, card, telephone; a price is shorter
_NUMBER = re.compile(r"\d(?:[\s./()-]?\d){5,}")
_MAIL = re.compile(r"\S@\S+\.\S")


def refuse_personal(text: str) -> None:
    """Raises ValidationError where a text seems to name a customer's number or mail address."""
    if _NUMBER.search(text) or _MAIL.search(text):
        raise ValidationError(
            _("Leave numbers and addresses of customers out: this text is kept."), code="personal"
        )
