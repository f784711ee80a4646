"""The columns of a partner's product, the same in every workbook that has them."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from crossbank.review.results import Answers, PartnerRow
from crossbank.review.sheets import Column, Shown, beside


def partner_columns(rows: Iterable[PartnerRow], shown: Shown) -> tuple[Column, ...]:
    """Partner and product as codes with their names beside them, then what customers said."""
    known = tuple(rows)
    return (
        Column(heading=_("Partner"), shown=beside(shown, (row.partner for row in known))),
        Column(heading=_("Product"), shown=beside(shown, (row.product for row in known))),
        *answer_columns(),
    )


def answer_columns() -> tuple[Column, ...]:
    answers = (_("Presented"), _("Accepted"), _("Declined"), _("Interested"), _("Follow up"))
    return (
        *(
            Column(heading=heading, style="cb number", has_bars=place == 0)
            for place, heading in enumerate(answers)
        ),
        Column(heading=_("Acceptance"), style="cb rate"),
    )


def answer_values(answers: Answers) -> tuple[Any, ...]:
    return (
        answers.presented,
        answers.accepted,
        answers.declined,
        answers.interested,
        answers.follow_up,
        answers.acceptance,
    )


def partner_values(row: PartnerRow) -> tuple[Any, ...]:
    return row.partner.code, row.product.code, *answer_values(row.answers)
