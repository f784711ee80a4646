"""What the five mirrors say. In the first person, because everybody reads them for himself.

Own wording of the bank. A sign is a fact, not a mark; a question is nobody's business but one's own.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from crossbank.engine.mirrors import Cause


@dataclass(frozen=True, kw_only=True)
class Words:
    """`sign`: how one notices it; `counted`: which cases the figure counts."""

    title: Promise
    sign: Promise
    counted: Promise
    question: Promise


WORDS = {
    Cause.FOCUS: Words(
        title=_("I have one favourite product"),
        sign=_("One product is over half of what I present."),
        counted=_("Counted: all that I presented."),
        question=_("Which of my last customers had no use for it, and what would have helped him?"),
    ),
    Cause.FIELD: Words(
        title=_("I am at home in one field"),
        sign=_("One family is over four fifths of what I present."),
        counted=_("Counted: all that I presented, by family."),
        question=_("Which other family would I like to explain as well, and who here knows it?"),
    ),
    Cause.SKIPPED: Words(
        title=_("I know of many things a little, and pass some over"),
        sign=_("One card stays unmentioned to over half of the customers for whom it came first."),
        counted=_(
            "Counted: customers who took at most one more, and the three cards that come first for "
            "each, offers aside. Which cards I opened is kept nowhere."
        ),
        question=_("What do I not know about it, so that I leave it out?"),
    ),
    Cause.PAY: Words(
        title=_("One product pays me more than another"),
        sign=_("I think of what it brings me before I think of what it brings him."),
        counted=_(
            "No figure: this program knows nobody’s pay, and pay per product least of all. If I am "
            "paid or pressed by the product, I do not have to balance that alone: conduct officers "
            "stand outside the branch and listen."
        ),
        question=_("Would I have offered the same today if every product paid the same?"),
    ),
    Cause.EFFORT: Words(
        title=_("I take more trouble here than there"),
        sign=_("Beside one product, or in some hours, customers hear of less than half as much."),
        counted=_(
            "Counted: all my customers at the desk. Where I present least, beside all my other "
            "customers."
        ),
        question=_("What is different there: the customer, the time, or I?"),
    ),
}
