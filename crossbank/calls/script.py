"""What to say on the telephone: five lines, in the customer's language. Own wording of the bank.

Nobody is talked into anything: the second line lets the customer go, the fifth takes a no.
"""

from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from crossbank.calls.models import Task
from crossbank.org.models import User

_WHY: dict[str, Promise] = {
    Task.Kind.FOLLOW_UP: gettext_lazy("On %(day)s you asked us to call you about %(product)s."),
    Task.Kind.MATURITY: gettext_lazy("We agreed to tell you before %(product)s matures."),
    Task.Kind.CARD_RENEWAL: gettext_lazy("We agreed to tell you before %(product)s is renewed."),
    Task.Kind.LOAN_END: gettext_lazy("We agreed to speak when %(product)s comes to its end."),
    Task.Kind.REVIEW_TALK: gettext_lazy("We agreed to look at %(product)s together about now."),
    Task.Kind.SECOND_YES: gettext_lazy(
        "The time without charge for %(product)s ends soon. It goes on only if you say yes."
    ),
}


def lines(task: Task, *, reader: User, language: str) -> tuple[str, ...]:
    """This will word the call for the person who makes it, dates and all in one language.

    Shape: always five lines: who and why, is now a good time, the need, what may help and what it
    costs, thanks and the no. `product` and `branch` must be joined.
    """
    with override(language):
        return (
            _greeting(task, reader),
            _("Is this a good moment? If not, tell me a better day, or leave it: both are fine."),
            _need(task),
            _help(task, language),
            _("Thank you for your time. If it is a no, that is settled, and we do not call about it again."),
        )  # fmt: skip


def _greeting(task: Task, reader: User) -> str:
    words = {
        "day": formats.date_format(task.created_at.astimezone(task.branch.zone), "DATE_FORMAT"),
        "product": task.about,
    }
    return " ".join(
        (
            _("Good day, this is %(name)s from %(branch)s.")
            % {"name": reader.display_name, "branch": task.branch.name},
            str(_WHY[task.kind]) % words,
        )
    )


def _need(task: Task) -> str:
    if task.kind == Task.Kind.FOLLOW_UP and task.main_name:
        return _(
            "We spoke of it together with %(main)s. What was it to do for you, and is that still so?"
        ) % {"main": task.main_name}
    return _("What would you like to happen then? Has anything changed since we spoke?")


def _help(task: Task, language: str) -> str:
    """The one thing that may help, with today's price; nothing is promised beyond it."""
    say = task.say_in.get(language, task.say)
    parts = [say] if say else []
    price = task.product.price_text if task.product else ""
    if price:
        parts.append(
            _("The price of %(product)s: %(price)s. It can be had alone.")
            % {"product": task.product.name, "price": price}
        )
    if not parts:
        parts.append(
            _("I tell you what is possible and what it costs; you decide in your own time.")
        )
    return " ".join(parts)
