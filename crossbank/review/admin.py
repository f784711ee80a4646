"""Review's part of the back office: what the desks did, beside what the matrix says."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from crossbank.matrix import health
from crossbank.org.admin_site import Page
from crossbank.review import practice
from crossbank.review.office import what_if_page

health.add_source(practice.findings)
admin.site.add_page(
    Page(
        route="matrix/what-if/",
        name="matrix_what_if",
        view=what_if_page,
        title=_("What if"),
        about=_("Who of the last 30 days would have seen other cards by the draft."),
    )
)
