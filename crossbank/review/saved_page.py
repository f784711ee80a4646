"""Which view the review page opens with, and what it says of those that a person keeps."""

from dataclasses import dataclass
from datetime import date

from django.http import Http404, HttpRequest, QueryDict

from crossbank.review import saved
from crossbank.review.models import SavedView
from crossbank.review.scope import Scope

USUAL = "usual"  # `?view=`: the page as it is without a view that opens first


@dataclass(frozen=True, kw_only=True)
class Opened:
    """Shape: `data` is what the filter bar holds; `view` the one it came from; `lost` the one that
    could not be opened, because it names what the reader does not see; `own` all of his."""

    data: QueryDict
    own: tuple[SavedView, ...]
    view: SavedView | None = None
    lost: SavedView | None = None


def opened(request: HttpRequest, scope: Scope, *, today: date) -> Opened:
    """This will read the address. Raises Http404 where it names a view that is not one's own, or
    asks for a file of one that cannot be opened."""
    own = tuple(SavedView.objects.own(request.user))
    wanted = request.GET.get("view")
    if wanted == USUAL or (wanted is None and request.GET):
        return Opened(data=request.GET, own=own)
    if wanted is None:
        view = next((view for view in own if view.opens_first), None)
    else:
        view = next((view for view in own if str(view.pk) == wanted), None)
        if view is None:
            raise Http404
    if view is None:
        return Opened(data=request.GET, own=own)
    since, last = saved.days(view, today)
    if saved.seen(view, scope, since=since, last=last) is None:
        if "export" in request.GET:  # a file of something else, under this name, helps nobody
            raise Http404
        return Opened(data=QueryDict(), own=own, lost=view)
    return Opened(data=saved.address(view, since, last), own=own, view=view)
