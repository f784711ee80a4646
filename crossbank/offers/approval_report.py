"""What a list of approvals leaves out, row by row, to take away and mend; never what stood there."""

import io
from collections.abc import Iterable

from django.utils.translation import gettext as _
from openpyxl import Workbook

from crossbank.offers.approvals import ApprovalPlan, Trouble
from crossbank.web.cells import prepare_print
from crossbank.web.workbook_pens import Pens

_WIDTH = 60  # signs


def left_out(plan: ApprovalPlan) -> tuple[Trouble, ...]:
    """Rows that give no right of their own, in the order of the file."""
    return tuple(sorted((*plan.unread, *plan.doubles), key=lambda one: one.row))


def report(troubles: Iterable[Trouble]) -> bytes:
    """This will write a workbook of one sheet: row and why."""
    book = Workbook(write_only=True)
    sheet, pens = book.create_sheet(_("Rows")), Pens(book)
    sheet.column_dimensions["B"].width = _WIDTH
    sheet.freeze_panes = "A2"
    prepare_print(sheet, book)
    heads = (_("Row"), _("Why it gives no right of its own"))
    sheet.append([pens.head(sheet, words) for words in heads])
    for one in troubles:
        sheet.append([one.row, pens.plain(sheet, one.words)])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
