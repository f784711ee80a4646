"""What a person is told after he promised or noted a call."""

from urllib.parse import urlencode

from django.urls import reverse
from django.utils import formats
from django.utils.html import format_html
from django.utils.translation import gettext as _

from crossbank.calls.listing import lines_of
from crossbank.calls.models import Task
from crossbank.catalog.models import Product
from crossbank.engine.workdays import Calendar


def promised(task: Task, calendar: Calendar) -> str:
    (line,) = lines_of([task], calendar)
    due_on = formats.date_format(line.on, "DATE_FORMAT")
    if not line.is_moved:
        return _("On the list for %(day)s.") % {"day": due_on}
    asked_on = formats.date_format(task.asked_on, "DATE_FORMAT")
    return _("On %(asked)s the branch is closed: on the list for %(day)s.") % {
        "asked": asked_on,
        "day": due_on,
    }


def noted(task: Task) -> str:
    """A yes leads on to the desk, where the product is asked for already."""
    if task.is_open:
        return _("Noted. The second and last attempt is due on %(day)s.") % {
            "day": formats.date_format(task.due_on, "DATE_FORMAT")
        }
    words = _("Noted: %(outcome)s.") % {"outcome": task.get_outcome_display()}
    if task.outcome != Task.Outcome.REACHED_YES:
        return words
    way = _("Open the desk with %(product)s") % {"product": task.about}
    return format_html('{} <a href="{}">{}</a>', words, _at_the_desk(task), way)


def _at_the_desk(task: Task) -> str:
    """Its own main product, else that beside which it was spoken of; step 1 where neither is sold."""
    main = task.product.code if task.product and task.product.is_main else task.main_code
    mains = Product.objects.on_sale(task.branch.local_day(task.closed_at)).filter(is_main=True)
    if not mains.filter(code=main).exists():
        return reverse("desk:desk")
    address = reverse("desk:main", args=[main])
    if task.product is None or task.product.code == main:
        return address
    return f"{address}?{urlencode({f'asked-{task.product.code}': 1})}"
