"""The health page of the back office."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from crossbank.matrix import health, services
from crossbank.matrix.models import Edition
from crossbank.org.access import KEEPERS, requires


@requires(*KEEPERS)
@require_safe
def health_page(request: HttpRequest) -> HttpResponse:
    """Everything that was found in the working copy, as of now."""
    now = timezone.now()
    groups = health.groups(services.compile_draft(at=now), at=now)
    context = {
        **admin.site.each_context(request),
        "title": _("Health of the matrix"),
        "opts": Edition._meta,
        "groups": groups,
        "total": sum(group.count for group in groups),
        "now": now,
    }
    return TemplateResponse(request, "admin/matrix/health.html", context)
