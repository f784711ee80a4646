"""What a free text may not hold: a customer's number or address. It is about products and lines."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# six digits in a row, however they are grouped: account, card, telephone
_NUMBER = re.compile(r"\d(?:[\s./()-]?\d){5,}")
# its first digits are set apart; what follows may look like a sum
_TELEPHONE = re.compile(r"(?<![\d.,])(?<!\d\s)[0+]\d+[\s./()-]{2,3}\d{3}")
_MAIL = re.compile(r"\S@\S+\.\S")
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_YEAR = r"(?:19|20|25)\d\d"
# dates and sums stand by themselves: as a group of a longer number they are neither
_ALONE = r"(?<![A-Za-z\d+])(?<!\d[\s./()-])(?:%s)(?![\s./()-]?\d)"
_DATE = re.compile(
    _ALONE
    % (
        rf"(?:{_DAY}(?P<a>[./-]){_DAY}(?P=a){_YEAR}"
        rf"|{_DAY}(?P<b>[./]){_DAY}(?P=b)\d\d"
        rf"|{_YEAR}(?P<c>[./-]){_DAY}(?P=c){_DAY}"
        rf"|{_DAY}[./]{_YEAR})(?:\s\d\d?:\d\d)?"
    )
)
_SUM = re.compile(
    _ALONE
    % r"(?P<whole>[1-9]\d{0,2}(?P<mark>[\s.])\d{3}(?:(?P=mark)\d{3}){0,3})(?P<rest>[.,]\d\d)?"
)


def _shortened(found: re.Match[str]) -> str:
    """A sum as one sign. It is round or has decimals; of eight digits and more it is rounder still:
    anything else may be a telephone or an account."""
    digits = re.sub(r"\D", "", found["whole"])
    is_round = digits.endswith("00") or found["rest"]
    return "…" if (is_round if len(digits) < 8 else digits.endswith("000")) else found[0]


def refuse_personal(text: str) -> None:
    """Raises ValidationError where a text seems to name a customer's number or mail address.

    Dates and sums of money are no such numbers, where they are written as such.
    """
    undated = _DATE.sub("…", text)
    rest = _SUM.sub(_shortened, undated)
    if _NUMBER.search(rest) or _TELEPHONE.search(undated) or _MAIL.search(text):
        raise ValidationError(
            _("Leave numbers and addresses of customers out: this text is kept."), code="personal"
        )
