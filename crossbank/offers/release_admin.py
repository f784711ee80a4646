"""The page *Release offers*: what waits, what its owners have written since, and when all of it holds."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from crossbank.catalog.models import Product
from crossbank.conduct.phrases import Found
from crossbank.engine.offer_checks import Rivals, Shelf, checks
from crossbank.offers import releases, timeline
from crossbank.offers.models import Offer, OfferReview
from crossbank.offers.release_words import REFUSED, TermChange, changes, check_words, refusal_words
from crossbank.offers.services import offer_terms, thawed
from crossbank.org import switches
from crossbank.org.access import KEEPERS, requires
from crossbank.org.admin_pages import Page
from crossbank.org.context import areas_of, while_on
from crossbank.org.models import User
from crossbank.web.text import validate_text

LISTED = 50  # ended offers, the longest first: of thousands nobody reads more at once


class SubmitForm(forms.Form):
    """Which offers, and a sentence on why; nothing is chosen beforehand."""

    offers = forms.ModelMultipleChoiceField(
        queryset=Offer.objects.none(),
        to_field_name="code",
        error_messages={"required": gettext_lazy("Choose at least one offer.")},
    )
    note = forms.CharField(
        label=gettext_lazy("What changes, and why"),
        max_length=200,
        validators=[validate_text],
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["offers"].queryset = Offer.objects.kept()


class DecideForm(forms.Form):
    """What the second pair of eyes says of one review."""

    APPROVE, RETURN, WITHDRAW = "approve", "return", "withdraw"
    review = forms.ModelChoiceField(queryset=OfferReview.objects.all())
    decision = forms.ChoiceField(choices=[(name, name) for name in (APPROVE, RETURN, WITHDRAW)])
    answer = forms.CharField(max_length=200, required=False, validators=[validate_text])


@dataclass(frozen=True, kw_only=True)
class Written:
    """An offer whose owner has written something that does not hold yet."""

    offer: Offer
    changes: list[TermChange]
    blocking: list[str]
    remarks: list[str]
    lines: list[Found]
    chosen: bool = False


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A review that waits; `moved`: the offer was changed since."""

    review: OfferReview
    changes: list[TermChange]
    remarks: list[str]
    moved: bool
    is_own: bool


@requires(*KEEPERS)
@while_on(switches.OFFERS)
@require_http_methods(["GET", "HEAD", "POST"])
def release(request: HttpRequest) -> HttpResponse:
    """Look first, then submit, release, return or withdraw; a refusal is said on the same page."""
    if request.method != "POST":
        return _page(request, SubmitForm())
    if "decision" in request.POST:
        return _decided(request)
    if "archive" in request.POST:
        return _archived(request)
    form = SubmitForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    return _sent(request, form)


def _sent(request: HttpRequest, form: SubmitForm) -> HttpResponse:
    given: dict[str, Any] = {**form.cleaned_data, "at": timezone.now(), "by": request.user}
    four_eyes = areas_of(request)[switches.FOUR_EYES]
    try:
        made = releases.submit(**given) if four_eyes else releases.release_alone(**given)
    except REFUSED as refusal:
        return _refused(request, refusal, form)
    count = len(made)
    words = (
        ngettext("%d offer waits for a colleague.", "%d offers wait for a colleague.", count)
        if four_eyes
        else ngettext("%d offer holds from now on.", "%d offers hold from now on.", count)
    )
    messages.success(request, words % count)
    return redirect("admin:offers_release")


def _decided(request: HttpRequest) -> HttpResponse:
    form = DecideForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("Choose one of the buttons."))
        return _page(request, SubmitForm(), status=422)
    review, answer = form.cleaned_data["review"], form.cleaned_data["answer"]
    given: dict[str, Any] = {"review": review, "at": timezone.now(), "by": request.user}
    acts: dict[str, Callable[[], OfferReview]] = {
        DecideForm.APPROVE: lambda: releases.approve(**given, note=answer),
        DecideForm.RETURN: lambda: releases.return_for_changes(**given, note=answer),
        DecideForm.WITHDRAW: lambda: releases.withdraw(**given),
    }
    try:
        with transaction.atomic():
            decided = acts[form.cleaned_data["decision"]]()
    except REFUSED as refusal:
        return _refused(request, refusal, SubmitForm())
    words = {
        OfferReview.State.RELEASED: _("%(offer)s holds from now on."),
        OfferReview.State.RETURNED: _("%(offer)s was returned to its author."),
        OfferReview.State.WITHDRAWN: _("%(offer)s was withdrawn."),
    }
    messages.success(request, words[decided.state] % {"offer": decided.offer})
    return redirect("admin:offers_release")


def _archived(request: HttpRequest) -> HttpResponse:
    offer = get_object_or_404(Offer, code=request.POST["archive"])
    try:
        releases.archive(offer=offer, at=timezone.now(), by=request.user)
    except REFUSED as refusal:
        return _refused(request, refusal, SubmitForm())
    messages.success(request, _("%(offer)s is archived.") % {"offer": offer})
    return redirect("admin:offers_release")


def _refused(request: HttpRequest, refusal: Exception, form: SubmitForm) -> HttpResponse:
    told, status = refusal_words(refusal)
    messages.warning(request, told)
    return _page(request, form, status=status)


def _page(request: HttpRequest, form: SubmitForm, *, status: int = 200) -> HttpResponse:
    now = timezone.now()
    today = timezone.localdate(now)
    over = Offer.objects.kept().over(today)
    offers = list(
        Offer.objects.kept()
        .exclude(pk__in=over.filter(release__isnull=False).exclude(reviews__state="in_review"))
        .with_terms()
        .select_related("cross", "release")
        .order_by("code")
    )
    stands, names = releases.shelf(at=now), dict(Product.objects.values_list("code", "name"))
    held = Rivals(releases.held_terms(at=now))
    waiting = _waiting(offers, held, names, stands, today, by=request.user)
    in_review = {one.review.offer_id for one in waiting}
    chosen = {str(code) for code in form.data.getlist("offers")} if form.is_bound else set()
    waiting_to_go = [o for o in offers if o.pk not in in_review and releases.differs(o)]
    lines = releases.refused_lines(waiting_to_go, by=request.user)
    drafts = [
        _written(o, held, names, stands, at=now, lines=lines.get(o.pk, []), chosen=chosen)
        for o in waiting_to_go
    ]
    context = {
        **admin.site.each_context(request),
        "title": _("Release offers"),
        "opts": Offer._meta,
        "form": form,
        "four_eyes": areas_of(request)[switches.FOUR_EYES],
        "waiting": waiting,
        "drafts": drafts,
        "scale": timeline.scale(today),
        "rows": timeline.rows(offers, names, stands, today),
        "ended": over.filter(release__isnull=False).order_by("until_on", "code")[:LISTED],
    }
    return TemplateResponse(request, "admin/offers/release.html", context, status=status)


def _written(
    offer: Offer,
    held: Rivals,
    names: dict[str, str],
    stands: Shelf,
    *,
    at: datetime,
    lines: list[tuple[str, Found]],
    chosen: set[str],
) -> Written:
    found = checks(offer_terms(offer), held, shelf=stands, day=timezone.localdate(at))
    return Written(
        offer=offer,
        changes=changes(offer.release.terms if offer.release else None, releases.written(offer)),
        blocking=[check_words(one, names) for one in found if one.blocking],
        remarks=[check_words(one, names) for one in found if not one.blocking],
        lines=[one for _field, one in lines],
        chosen=offer.code in chosen,
    )


def _waiting(
    offers: list[Offer],
    held: Rivals,
    names: dict[str, str],
    stands: Shelf,
    today: date,
    *,
    by: User,
) -> list[Waiting]:
    known = {offer.pk: offer for offer in offers}
    rows = OfferReview.objects.waiting().select_related("author", "offer").order_by("submitted_at")
    return [
        _waits(row, known[row.offer_id], held, names, stands, today, by=by)
        for row in rows
        if row.offer_id in known
    ]


def _waits(
    review: OfferReview,
    offer: Offer,
    held: Rivals,
    names: dict[str, str],
    stands: Shelf,
    today: date,
    *,
    by: User,
) -> Waiting:
    found = checks(thawed(review.terms), held, shelf=stands, day=today)
    return Waiting(
        review=review,
        changes=changes(offer.release.terms if offer.release else None, review.terms),
        remarks=[check_words(one, names) for one in found],
        moved=releases.written(offer) != review.terms,
        is_own=review.author_id == by.pk,
    )


def news(by: User) -> str:
    """What waits for this person on the page, or nothing."""
    count = OfferReview.objects.waiting().exclude(author=by).count()
    return (
        ngettext("%d offer waits for you", "%d offers wait for you", count) % count if count else ""
    )


RELEASE_PAGE = Page(
    route="offers/release/",
    name="offers_release",
    view=release,
    title=gettext_lazy("Release offers"),
    about=gettext_lazy(
        "What was written since, what stands against it, and when everything holds."
    ),
    news=news,
    areas=(switches.OFFERS,),
)
