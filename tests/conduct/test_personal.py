"""Free texts that are kept: dates and sums belong there, numbers of customers do not."""

import pytest
from django.core.exceptions import ValidationError

from crossbank.conduct.personal import refuse_personal


@pytest.mark.parametrize(
    "text",
    [
        "",
        "The rate holds until 12.03.2026.",
        "1/4/2026 or 03/31/2026, 2026-03-12 and 12-03-2026",
        "from 01.02.26 - 15.02.26",
        "on 12.03.2026 15:30 again",
        "10 000 000",
        "Covers 10 000 000 CU, not 250.000 CU.",
        "10\u00a0000\u00a0000 or 1\u202f250\u202f500",
        "1.250.500,00 a year; 150 000.50; 12,500,000",
        "05/2026: 100 000 - 250 000",
        "from 0 - 100 000 since 01.02.26 - 100 000",
        "from 1 200 to 10 000 a month",
        "three of 12345",
    ],
)
def test_dates_and_sums_may_be_written(text) -> None:
    refuse_personal(text)


@pytest.mark.parametrize(
    "text",
    [
        "123456",
        "4711 0815 12",
        "4000 1234 5678 9010",
        "4000.1234.5678.9010",
        "DE89 3704 0044 0532 0130 00",
        "DE12 345 000",
        "0171 555 12 34",
        "0171/5551234",
        "(089) 123 456",
        "+49 171 000",
        "+49 / 171 000",
        "0171 - 555 123",
        "123 456 789",
        "12 345 678",
        "010 000 000",
        "4000 100 000",  # sums inside of longer numbers
        "100 000 4711",
        "12.03.2026 4711",
        "47 12.03.2026",
        "12.03.2026.4711",
        "12032026",
        "45.67.8901",
        "12-34-56",
        "๐๘๑ ๒๓๔ ๕๖๗๘",
        "10 000 000 for 4711081512",
        "a@b.example",
    ],
)
def test_number_or_address_of_a_customer_is_refused(text) -> None:
    with pytest.raises(ValidationError):
        refuse_personal(text)
