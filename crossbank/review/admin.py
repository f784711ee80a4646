"""Review's part of the back office: what the desks did, beside what the matrix says."""

from django.contrib import admin
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from crossbank.matrix import health
from crossbank.org import switches
from crossbank.org.admin_site import Page, ReadOnlyAdmin
from crossbank.org.models import Role
from crossbank.review import practice
from crossbank.review.models import Goal
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


@admin.register(Goal)
class GoalAdmin(ReadOnlyAdmin):
    """To read: a goal is proposed and agreed on the pages of review alone."""

    area = switches.TEAM_GOALS
    keepers = (Role.ADMIN,)
    list_display = ("branch", "measure", "least", "since", "last", "decision", "withdrawn_at")
    list_filter = ("measure", "decision", "branch")
    list_select_related = ("branch",)

    @admin.display(description=_("last day"), ordering="until")
    def last(self, goal: Goal) -> str:
        return date_format(goal.last)
