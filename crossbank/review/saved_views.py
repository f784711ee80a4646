"""One's own views: kept, renamed, made the first one, removed. Everybody else's are not there."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from crossbank.org.access import REVIEWERS, requires
from crossbank.review import saved
from crossbank.review import scope as scopes
from crossbank.review.forms import ReviewFilter, query
from crossbank.review.models import SavedView
from crossbank.review.saved_forms import ChangeForm, KeepForm


@requires(*REVIEWERS)
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """All of one's own; with a filter in the address also the form that keeps it."""
    if request.method == "POST":
        return _keep(request)
    if not request.GET:
        return _page(request)
    form = _filter(request, request.GET)
    if not form.is_valid():
        return _page(request, status=422, form=form)
    keep = KeepForm(form.asked, today=form.today)
    return _page(request, keep=keep, filter=query(form.asked))


def _filter(request: HttpRequest, data: QueryDict) -> ReviewFilter:
    return ReviewFilter(data, scope=scopes.of(request.user), today=timezone.localdate())


def _keep(request: HttpRequest) -> HttpResponse:
    """The filter is read again, within what the person may see now."""
    form = _filter(request, QueryDict(request.POST.get("filter", "")))
    if not form.is_valid():
        return _page(request, status=422, form=form)
    keep = KeepForm(form.asked, today=form.today, data=request.POST)
    if keep.is_valid():
        try:
            view = saved.keep(**keep.cleaned_data, asked=form.asked, by=request.user)
        except saved.TooMany:
            keep.add_error(
                None,
                _("You keep %(most)d views, as many as one keeps. Remove one first.")
                % {"most": SavedView.MOST},
            )
        except saved.NameTaken:
            keep.add_error("name", _taken())
        else:
            messages.success(request, _("Kept: %(name)s") % {"name": view})
            where = f"{reverse('review:review')}?view={view.pk}"
            return HttpResponse(status=303, headers={"Location": where})
    return _page(request, status=422, form=keep, keep=keep, filter=query(form.asked))


@requires(*REVIEWERS)
@require_POST
def change(request: HttpRequest, pk: int) -> HttpResponse:
    view = get_object_or_404(SavedView.objects.own(request.user), pk=pk)
    form = ChangeForm(view, request.POST, person=request.user)
    if form.is_valid():
        try:
            saved.change(view=view, **form.cleaned_data, by=request.user)
        except saved.NameTaken:
            form.add_error("name", _taken())
        else:
            messages.success(request, _("Saved."))
            return _back()
    return _page(request, status=422, form=form, changed=view)


@requires(*REVIEWERS)
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    view = get_object_or_404(SavedView.objects.own(request.user), pk=pk)
    saved.remove(view=view, by=request.user)
    messages.success(request, _("Removed: %(name)s") % {"name": view})
    return _back()


def _page(
    request: HttpRequest, *, status: int = 200, changed: SavedView | None = None, **more: Any
) -> HttpResponse:
    """`form`: the one that shows errors; of the view `changed` or of the filter above."""
    own = list(SavedView.objects.own(request.user))
    user = request.user
    lines = saved.lines(own, scopes.of(user), reader=user, today=timezone.localdate())
    forms = [
        more["form"] if view == changed else ChangeForm(view, person=request.user) for view in own
    ]
    context = {"lines": list(zip(lines, forms, strict=True)), "most": SavedView.MOST, **more}
    return render(request, "review/views.html", context, status=status)


def _taken() -> str:
    return _("You keep another view under this name.")


def _back() -> HttpResponse:
    return HttpResponse(status=303, headers={"Location": reverse("review:views")})
