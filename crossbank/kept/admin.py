"""What was noted of sales, in the back office: to read, whoever noted it."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from crossbank.engine import receipt_codes, right_codes
from crossbank.kept.models import Outcome
from crossbank.org import switches
from crossbank.org.admin_site import ReadOnlyAdmin
from crossbank.org.models import Role


@admin.register(Outcome)
class OutcomeAdmin(ReadOnlyAdmin):
    area = switches.KEPT
    keepers = (Role.ADMIN,)
    list_display = ("at", "branch", "product", "code", "mark", "on", "source", "by")
    list_filter = ("mark", "source", "item__consultation__branch")
    list_select_related = ("item__consultation__branch", "by")
    show_full_result_count = False
    fields = ("branch", "product", "code", "mark", "on", "source", "note", "by", "at")
    readonly_fields = ("branch", "product", "code")

    @admin.display(description=_("branch"), ordering="item__consultation__branch__code")
    def branch(self, outcome: Outcome) -> str:
        return str(outcome.item.consultation.branch)

    @admin.display(description=_("product"), ordering="item__product_code")
    def product(self, outcome: Outcome) -> str:
        return f"{outcome.item.product_code} {outcome.item.product_name}"

    @admin.display(description=_("code"))
    def code(self, outcome: Outcome) -> str:
        return right_codes.spoken(receipt_codes.code_of(outcome.item.consultation.uuid))
