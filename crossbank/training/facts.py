"""One fact a day, each with its source and the day of the source. Data: add one here.

Only what anybody can look up stands here. What is contested, or told by those who sell advice (odds
of selling, shares of profit), is no fact, however often it is quoted.
"""

from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, kw_only=True)
class Fact:
    """`on`: the day of the source; `url`: where it is kept, when there is a lasting address."""

    text: Promise
    source: Promise
    on: date
    url: str = ""


FACTS = (
    Fact(
        text=_(
            "A bank in the United States agreed to pay 100 million dollars to one authority alone, "
            "after employees had opened accounts and ordered cards without their customers’ "
            "knowledge."
        ),
        source=_("Consumer Financial Protection Bureau, consent order 2016-CFPB-0015, Wells Fargo"),
        on=date(2016, 9, 8),
    ),
    Fact(
        text=_(
            "The same order made the bank pay somebody from outside to examine how it sells, so "
            "that customers are not drawn into accounts that they did not ask for again."
        ),
        source=_("Consumer Financial Protection Bureau, consent order 2016-CFPB-0015, Wells Fargo"),
        on=date(2016, 9, 8),
    ),
    Fact(
        text=_(
            "Rewards for selling are lawful, and can harm customers: the authority names accounts "
            "that were opened without consent as something that sales goals may lead to."
        ),
        source=_("Consumer Financial Protection Bureau, Compliance Bulletin 2016-03"),
        on=date(2016, 11, 28),
    ),
    Fact(
        text=_(
            "When an investment comes in a package, the customer is told the price of the package "
            "and of each part, and whether he can have the parts alone."
        ),
        source=_("ESMA, Guidelines on cross-selling practices, ESMA/2016/574"),
        on=date(2016, 7, 11),
    ),
    Fact(
        text=_(
            "Home loans in the European Union: to offer something beside the loan is allowed, to "
            "make the loan depend on it is not, with few exceptions."
        ),
        source=_("Directive 2014/17/EU (mortgage credit), Article 12"),
        on=date(2014, 2, 4),
        url="https://eur-lex.europa.eu/eli/dir/2014/17/oj",
    ),
    Fact(
        text=_(
            "Where a lender may ask for insurance with a home loan, he accepts the policy of "
            "another provider, too, if it gives the same cover."
        ),
        source=_("Directive 2014/17/EU (mortgage credit), Article 12(4)"),
        on=date(2014, 2, 4),
        url="https://eur-lex.europa.eu/eli/dir/2014/17/oj",
    ),
    Fact(
        text=_(
            "Consumer loans in the European Union: tying is not allowed, with few exceptions, and a "
            "box that was ticked beforehand is no consent. This applies from 20 November 2026."
        ),
        source=_("Directive (EU) 2023/2225 (consumer credit), Articles 14 and 15"),
        on=date(2023, 10, 18),
        url="https://eur-lex.europa.eu/eli/dir/2023/2225/oj",
    ),
    Fact(
        text=_(
            "A payment account in a package: the customer is told whether he can have the account "
            "without the rest, and what each of the other parts costs."
        ),
        source=_("Directive 2014/92/EU (payment accounts), Article 8"),
        on=date(2014, 7, 23),
        url="https://eur-lex.europa.eu/eli/dir/2014/92/oj",
    ),
    Fact(
        text=_(
            "Insurance in a package with something else: the customer is told whether he can buy "
            "the parts separately, and if so, what each of them costs."
        ),
        source=_("Directive (EU) 2016/97 (insurance distribution), Article 24"),
        on=date(2016, 1, 20),
        url="https://eur-lex.europa.eu/eli/dir/2016/97/oj",
    ),
    Fact(
        text=_(
            "In the United Kingdom an optional extra that costs something is sold only when the "
            "customer chose it himself; leaving a ticked box as it is was no choice."
        ),
        source=_("Financial Conduct Authority, policy statement PS15/22"),
        on=date(2015, 9, 28),
    ),
)


def fact(day: date) -> Fact:
    """This will choose the fact of a day: all of them in turn."""
    return FACTS[day.toordinal() % len(FACTS)]
