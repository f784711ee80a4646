"""Figures -> the mail that brings them: a file, or in words why there is none."""

from collections.abc import Iterable

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils.translation import gettext as _

from crossbank.org.models import User
from crossbank.review import excel, words
from crossbank.review.figures import ROW_LIMIT
from crossbank.review.forms import query
from crossbank.review.models import SavedView
from crossbank.review.results import Figures


def is_too_long(figures: Figures) -> bool:
    return figures.data_rows > ROW_LIMIT


def letter(figures: Figures, *, view: SavedView, to: User) -> EmailMessage:
    """This will write the mail in the language that is active, to the account's own address."""
    message = EmailMessage(
        subject=_one_line(f"{view.name}: {_about(figures)}"),
        body="\n\n".join(_body(figures, view)),
        to=[to.email],
        headers={"Auto-Submitted": "auto-generated"},  # so that no absence note answers it
    )
    if not is_too_long(figures):
        content = excel.workbook(figures)
        message.attach(excel.file_name(figures), content, excel.CONTENT_TYPE)
    return message


def _one_line(text: str) -> str:
    """The name of a place may hold a line break, the head of a mail may not."""
    return " ".join(text.split())


def _about(figures: Figures) -> str:
    asked = figures.asked
    return f"{words.place(asked)}, {words.period(asked.since, asked.last)}"


def _body(figures: Figures, view: SavedView) -> Iterable[str]:
    yield _one_line(_about(figures))
    if is_too_long(figures):
        yield _(
            "No file this time: it would be %(rows)s rows, and a workbook holds %(limit)s. Review "
            "has the figures; the raw data there has no limit."
        ) % {"rows": figures.data_rows, "limit": ROW_LIMIT}
    else:
        yield _(
            "The workbook is attached. It holds what Review shows with your view “%(name)s”."
        ) % {"name": _one_line(view.name)}
    yield from _link("review:review", query(figures.asked))
    yield str(words.PURPOSE)
    yield _("You asked for this mail in Review, “Your views”. There you turn it off.")
    yield from _link("review:views")


def _link(name: str, end: str = "") -> Iterable[str]:
    if settings.STAFF_ADDRESS:
        address = f"{settings.STAFF_ADDRESS.rstrip('/')}{reverse(name)}"
        yield f"{address}?{end}" if end else address
