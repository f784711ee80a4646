"""Eight things that keep people from offering, and five that help. Data: add a tip here.

Own wording of the bank. A sign is in the first person, because everybody reads it for himself.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Helper(StrEnum):
    """What helps, the first one most."""

    KNOWLEDGE = "knowledge"
    INTEREST = "interest"
    PHRASES = "phrases"
    JUST_START = "just_start"
    WRITE_MATRIX = "write_matrix"


HELPERS: dict[Helper, Promise] = {
    Helper.KNOWLEDGE: _("Know the product"),
    Helper.INTEREST: _("Ask out of interest"),
    Helper.PHRASES: _("Leave out what asks for a no"),
    Helper.JUST_START: _("Just start"),
    Helper.WRITE_MATRIX: _("Write the row by hand"),
}


@dataclass(frozen=True, kw_only=True)
class Tip:
    helper: Helper
    text: Promise

    @property
    def title(self) -> Promise:
        return HELPERS[self.helper]


@dataclass(frozen=True, kw_only=True)
class Barrier:
    """`sign`: how one notices it; `human`: why nobody needs to be ashamed of it."""

    code: str
    title: Promise
    sign: Promise
    human: Promise
    tips: tuple[Tip, ...]


BARRIERS = (
    Barrier(
        code="offering",
        title=_("Fear of offering"),
        sign=_("I put off offering anything: the first sentence is the hardest."),
        human=_("Speaking first feels like a risk, and a full day always has a reason to wait."),
        tips=(
            Tip(
                helper=Helper.JUST_START,
                text=_(
                    "Take the next customer, not the best one. Say one sentence from the first "
                    "card, whatever comes of it; then do it with the one after. The second time is "
                    "easier than thinking about the first."
                ),
            ),
            Tip(
                helper=Helper.PHRASES,
                text=_(
                    "Prepare the first sentence before the door opens. Begin with what it does for "
                    "him, “With this card the rent goes out by itself”, and not with whether he "
                    "would like something."
                ),
            ),
        ),
    ),
    Barrier(
        code="objections",
        title=_("Objections"),
        sign=_("When a customer objects, I do not know what to answer."),
        human=_("Nobody finds the best answer while somebody looks at him and waits."),
        tips=(
            Tip(
                helper=Helper.KNOWLEDGE,
                text=_(
                    "Read one honest answer before you need it: on a card, “When the customer "
                    "says…”. Say it aloud once in your own words. What you have said once comes "
                    "by itself."
                ),
            ),
            Tip(
                helper=Helper.INTEREST,
                text=_(
                    "An objection is often a question. Ask what is behind it, “What should it not "
                    "cost you?”, and listen to the end. If it stays a no, thank him: that is an "
                    "answer, too."
                ),
            ),
        ),
    ),
    Barrier(
        code="effort",
        title=_("Effort"),
        sign=_("It is easier to finish with what he came for, so that is what I do."),
        human=_("The main product is done and others wait; the short way is always there."),
        tips=(
            Tip(
                helper=Helper.JUST_START,
                text=_(
                    "Decide on one customer of this morning with whom you look at the three cards. "
                    "Only that one. What is small enough to be done today becomes a habit."
                ),
            ),
            Tip(
                helper=Helper.WRITE_MATRIX,
                text=_(
                    "Write the three cards of your most frequent product on paper and lay it beside "
                    "the keyboard. What lies there needs no looking up and costs five seconds."
                ),
            ),
        ),
    ),
    Barrier(
        code="knowledge",
        title=_("Not knowing the others"),
        sign=_("I do not know the other products well, or why we have them at all."),
        human=_("Whoever sells one product all day knows that one; the others change meanwhile."),
        tips=(
            Tip(
                helper=Helper.KNOWLEDGE,
                text=_(
                    "One product a day: open its page and find out whom it helps, what it costs "
                    "and who should leave it. Tell it to a colleague in two sentences."
                ),
            ),
            Tip(
                helper=Helper.WRITE_MATRIX,
                text=_(
                    "Take a main product and write from memory what fits it and why. Then compare "
                    "with its row in the matrix. The gaps are what to read today."
                ),
            ),
        ),
    ),
    Barrier(
        code="refusal",
        title=_("Fear of a no"),
        sign=_("A no stays with me for a while, and I would rather avoid the next one."),
        human=_("A refusal feels as if it were meant for us; it is about a product on a day."),
        tips=(
            Tip(
                helper=Helper.JUST_START,
                text=_(
                    "Note the no like everything else, with its reason, and go on. It costs one "
                    "key and is worth as much to the bank as a yes: it keeps the next colleague "
                    "from asking again."
                ),
            ),
            Tip(
                helper=Helper.INTEREST,
                text=_(
                    "Ask first what he needs, and offer only what follows from it. Then a no is "
                    "about that need, and you can ask what would fit better."
                ),
            ),
        ),
    ),
    Barrier(
        code="imposing",
        title=_("Feeling that one imposes"),
        sign=_("When I offer a second product, I feel that I impose it."),
        human=_("Many were pushed at a counter themselves, and do not want to do that to others."),
        tips=(
            Tip(
                helper=Helper.INTEREST,
                text=_(
                    "Ask what the account or the loan is for. A product that answers this is help, "
                    "and one that does not need not be named. Say that it can be had alone and "
                    "that he may think it over."
                ),
            ),
            Tip(
                helper=Helper.PHRASES,
                text=_(
                    "Leave out “you need” and “you should”. Say what it does, what it costs, and "
                    "stop: “It covers the phone abroad, 3.00 a month, and ends when you want.” "
                    "The silence after it belongs to him."
                ),
            ),
        ),
    ),
    Barrier(
        code="whim",
        title=_("It seems a whim of the management"),
        sign=_("I see it as an idea of the management rather than as something for customers."),
        human=_("Figures come down from above; what they do for a customer is rarely told."),
        tips=(
            Tip(
                helper=Helper.INTEREST,
                text=_(
                    "Think of one customer who left with half a solution and had to come again. "
                    "What would have spared him the way? That is all this is about."
                ),
            ),
            Tip(
                helper=Helper.KNOWLEDGE,
                text=_(
                    "Read in the matrix why a pair is there; every cell has its reason. When you "
                    "find one that helps nobody, tell the product owner: cells are changed."
                ),
            ),
        ),
    ),
    Barrier(
        code="method",
        title=_("No method"),
        sign=_("I want to, but I have no order in which to do it."),
        human=_("Nobody is born with a method, and watching others rarely shows their order."),
        tips=(
            Tip(
                helper=Helper.WRITE_MATRIX,
                text=_(
                    "Write one row: the product he comes for, the question you ask, three products "
                    "that may follow, one sentence for each. Use that row alone for a week."
                ),
            ),
            Tip(
                helper=Helper.PHRASES,
                text=_(
                    "Keep to one order: ask what it is for, name what it does, name the price, "
                    "wait. Four steps without “would you like” in any of them."
                ),
            ),
        ),
    ),
)
BY_CODE = {barrier.code: barrier for barrier in BARRIERS}


def tip(marks: Collection[str], *, day: date) -> Tip:
    """This will choose the tip of a day: of what somebody marked, else of all, in turn."""
    tips = [*_tips(marks)] or [*_tips(BY_CODE)]
    return tips[day.toordinal() % len(tips)]


def _tips(codes: Collection[str]) -> Iterator[Tip]:
    for barrier in BARRIERS:
        if barrier.code in codes:
            yield from barrier.tips
