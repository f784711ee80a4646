"""What became of a sale, in words; and which rows of a workbook are meant."""

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crossbank.engine.keeping import State
from crossbank.kept.models import Mark
from crossbank.kept.sales import Sale

STATES: dict[State, Promise] = {
    State.KEPT: gettext_lazy("Kept"),
    State.WITHDRAWN: gettext_lazy("Withdrawn in time"),
    State.CLOSED_EARLY: gettext_lazy("Ended early"),
    State.NOT_KNOWN: gettext_lazy("Not known yet"),
}
MARKS_OF_NOTED = Mark.choices
MARKS_OF_ANY = [choice for choice in Mark.choices if choice[0] != Mark.MISTAKEN]
# what stands in the column `state` of a workbook, the same in every language
MARKS_OF_BOOK = {mark.value: mark for mark in (Mark.OPEN, Mark.WITHDRAWN, Mark.CLOSED)}


def state_words(sale: Sale) -> str:
    if sale.state is State.NOT_KNOWN and sale.outcome and sale.outcome.mark == Mark.OPEN:
        return _("Not known yet, he had it")
    return str(STATES[sale.state])


def row_words(rows: Iterable[int]) -> str:
    """This will name all rows, those that follow each other as one: “4, 11, 27–31”."""
    runs: list[list[int]] = []
    for row in sorted(rows):
        if runs and row == runs[-1][-1] + 1:
            runs[-1].append(row)
        else:
            runs.append([row])
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else f"{run[0]}" for run in runs)
