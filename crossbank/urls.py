"""All front doors: one include per room."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import include, path
from django.views.decorators.http import require_safe

from crossbank.desk import explain_views, sheet_views, survey_views
from crossbank.desk.views import desk
from crossbank.matrix.views import matrix
from crossbank.org.access import EVERYONE, requires
from crossbank.org.models import Role
from crossbank.review import kept_views
from crossbank.review.views import review
from crossbank.web import views as web


@requires(*EVERYONE)
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """The first page of a role, in place: a seller is at his desk as soon as he is signed in."""
    role = request.user.role
    if role == Role.ADMIN:
        return redirect("admin:index")
    if role == Role.SELLER:
        return desk(request)
    return matrix(request) if role == Role.OWNER else review(request)


urlpatterns = [
    path("", start, name="start"),
    path("", include("crossbank.desk.urls")),
    path("matrix/booklet/", sheet_views.booklet, name="desk_booklet"),  # codes are capitals
    path("matrix/<str:code>/", sheet_views.sheet, name="desk_sheet"),
    path("matrix/", include("crossbank.matrix.urls")),
    path("products/", include("crossbank.desk.product_urls")),
    path("explain/", explain_views.explain, name="explain"),
    path("offers/", include("crossbank.offers.urls")),
    path("calls/", include("crossbank.calls.urls")),
    path("leads/", include("crossbank.leads.urls")),
    path("survey/turned/", survey_views.turned, name="survey_turned"),
    path("survey/", include("crossbank.voice.urls")),
    path("training/", include("crossbank.training.urls")),
    path("kept/report/", kept_views.page, name="kept_report"),
    path("kept/", include("crossbank.kept.urls")),
    path("review/", include("crossbank.review.urls")),
    path("accounts/", include("crossbank.org.urls")),
    path("admin/", admin.site.urls),
    path("healthz", web.healthz, name="healthz"),
    path("readyz", web.readyz, name="readyz"),
    path("favicon.ico", web.favicon, name="favicon"),
]

handler400 = "crossbank.web.answers.bad_request"
handler403 = "crossbank.web.answers.forbidden"
handler404 = "crossbank.web.answers.not_found"
handler500 = "crossbank.web.answers.server_error"
