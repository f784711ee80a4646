"""An export as the page tells it: what is in it, how far it is, what can be done."""

from dataclasses import dataclass
from datetime import datetime

from django.http import QueryDict
from django.utils.dateparse import parse_date
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from crossbank.review import words
from crossbank.review.exports import Reach
from crossbank.review.models import Export

_State = Export.State
_NARROWED = ("region", "branch", "staff", "main")


@dataclass(frozen=True, kw_only=True)
class ExportLine:
    """`is_moving`: the page looks again by itself."""

    export: Export
    what: str
    state: str
    words: str
    is_moving: bool
    may_have: bool
    may_again: bool


def line(export: Export, *, reach: Reach, at: datetime) -> ExportLine:
    state = _State.FAILED if export.is_silent(at) else _State(export.state)
    return ExportLine(
        export=export,
        what=_what(export),
        state=state.value,
        words=_words(export, state),
        is_moving=state in Export.OPEN,
        may_have=state == _State.DONE and reach.covers(export),
        may_again=state in (_State.FAILED, _State.CANCELLED),
    )


def _what(export: Export) -> str:
    """The filter in words, from the codes that stand in it."""
    asked = QueryDict(export.filter)
    since, last = parse_date(asked.get("from", "")), parse_date(asked.get("until", ""))
    narrowed = [asked[name] for name in _NARROWED if asked.get(name)]
    period = [words.period(since, last)] if since and last else []
    return " · ".join([*period, *narrowed])


def _words(export: Export, state: str) -> str:
    told = {
        _State.WAITING: _("It is about to begin."),
        _State.RUNNING: _("%(done)s of %(all)s rows are written."),
        _State.DONE: _("%(all)s rows. It is kept for a day."),
        _State.CANCELLED: _("Cancelled; no file is left."),
        _State.FAILED: _("It did not come to its end, and no file is left. Start it again."),
    }
    return told[state] % {
        "done": number_format(export.rows_done, force_grouping=True),
        "all": number_format(export.rows_all, force_grouping=True),
    }
