"""The product owners' and administrators' back office: one sign-in page, rights by role."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from crossbank.org.access import KEEPERS
from crossbank.org.models import Role


class CrossbankAdminSite(admin.AdminSite):
    site_header = _("Crossbank administration")
    site_title = _("Crossbank")
    index_title = _("What this bank sells, and how")
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        return request.user.is_authenticated and request.user.role in KEEPERS

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The one sign-in page is the product's; a signed-in person without the right gets 403."""
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(request.GET.get("next") or request.get_full_path())


class RoleAdmin(admin.ModelAdmin):
    """A model in the back office that the roles in `keepers` may change."""

    keepers: tuple[Role, ...] = (Role.OWNER, Role.ADMIN)
    actions = None  # no bulk deletion of rows that others refer to

    def _may(self, request: HttpRequest) -> bool:
        return request.user.role in self.keepers

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._may(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request)
