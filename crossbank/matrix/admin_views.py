"""Publishing: what will change, what stands against it, and the act itself."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib import admin, messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from crossbank.catalog.models import Need, Product
from crossbank.engine import snapshot as snapshots
from crossbank.engine.problems import Problem
from crossbank.engine.snapshot import ChangeKind
from crossbank.engine.terms import Snapshot
from crossbank.matrix import editions, services, words
from crossbank.matrix.admin_forms import PublishForm
from crossbank.matrix.models import BasketRule, Edition, Pairing, PairingRule
from crossbank.org.access import KEEPERS, requires

SHOWN = 100  # changes of one kind that are listed one by one
CHANGE_TITLES = {
    ChangeKind.ADDED: gettext_lazy("Added"),
    ChangeKind.CHANGED: gettext_lazy("Changed"),
    ChangeKind.REMOVED: gettext_lazy("Removed"),
}


@dataclass(frozen=True, kw_only=True)
class ChangeLine:
    part: Promise
    codes: str
    names: str
    fields: list[str]


@dataclass(frozen=True, kw_only=True)
class ChangeGroup:
    """All changes of one kind: how many, the first of them in words, and how many more."""

    kind: ChangeKind
    title: Promise
    count: int
    lines: list[ChangeLine]

    @property
    def more(self) -> int:
        return self.count - len(self.lines)


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A problem or remark in words, and the page that mends it."""

    words: str
    url: str


def change_groups(old: Snapshot, new: Snapshot) -> list[ChangeGroup]:
    """What `new` says differently, by kind: added, changed, removed; all three, even if empty."""
    changes = snapshots.diff(old, new)
    before = {part: words.entries(old, part) for part in snapshots.PARTS}
    after = {part: words.entries(new, part) for part in snapshots.PARTS}
    groups = []
    for kind, title in CHANGE_TITLES.items():
        of_kind = [change for change in changes if change.kind is kind]
        lines = [
            ChangeLine(
                part=words.PART_NAMES[change.part],
                codes=" → ".join(change.name),
                names=words.change_names(change, new, old),
                fields=words.change_words(change, before[change.part], after[change.part]),
            )
            for change in of_kind[:SHOWN]
        ]
        groups.append(ChangeGroup(kind=kind, title=title, count=len(of_kind), lines=lines))
    return groups


def findings(problems: Iterable[Problem], snapshot: Snapshot) -> list[Finding]:
    """Problems in words, each with the address of the row that mends it, in a few queries."""
    listed = list(problems)
    if not listed:
        return []
    pages = _Pages()
    return [
        Finding(words=words.problem_words(problem, snapshot), url=pages.url(problem))
        for problem in listed
    ]


class _Pages:
    """Row ids by the names that problems use, read once."""

    def __init__(self) -> None:
        self.products = dict(Product.objects.values_list("code", "pk"))
        self.needs = dict(Need.objects.values_list("code", "pk"))
        self.pairing_rules = dict(PairingRule.objects.values_list("code", "pk"))
        self.rules = dict(BasketRule.objects.values_list("code", "pk"))
        pairs = Pairing.objects.values_list("main__code", "cross__code", "pk")
        self.pairs = {(main, cross): pk for main, cross, pk in pairs}

    def url(self, problem: Problem) -> str:
        part, name = words.mended_at(problem)
        product = self.products.get(name[0])
        if part == "row" or (part == "pair" and name not in self.pairs):
            return f"{reverse('admin:matrix_pairing_changelist')}?main__id__exact={product}"
        if part == "pair":
            return reverse("admin:matrix_pairing_change", args=[self.pairs[name]])
        if part == "need":
            return reverse("admin:catalog_need_change", args=[self.needs[name[0]]])
        if part == "pairing_rule":
            return reverse("admin:matrix_pairingrule_change", args=[self.pairing_rules[name[0]]])
        if part == "rule":
            return reverse("admin:matrix_basketrule_change", args=[self.rules[name[0]]])
        return reverse("admin:catalog_product_change", args=[product])


@requires(*KEEPERS)
@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest) -> HttpResponse:
    """Look first, then publish what was looked at: a draft that moved since is shown again."""
    now = timezone.now()
    draft = services.compile_draft(at=now)
    digest = snapshots.digest(draft.snapshot)
    newest = Edition.objects.only("pk", "number", "digest").order_by("-number").first()
    typed = request.POST if request.method == "POST" else None
    form = PublishForm(typed, by=request.user, initial={"seen": digest})
    if typed is None:
        return _page(request, draft, newest, form)
    if draft.blocking or not form.is_valid():
        return _page(request, draft, newest, form, status=422)
    if form.cleaned_data["seen"] not in {"", digest}:
        messages.warning(request, _("Somebody changed the matrix meanwhile. Please look again."))
        again = PublishForm(by=request.user, initial={**form.cleaned_data, "seen": digest})
        return _page(request, draft, newest, again, status=409)
    if newest and newest.digest == digest:
        messages.warning(request, _("Nothing has changed, so nothing was published."))
        return _page(request, draft, newest, form, status=409)
    try:
        edition = _publish(request, form)
    except services.CannotPublish:  # it became so between looking and writing
        return _page(request, services.compile_draft(at=now), newest, form, status=422)
    except IntegrityError:
        messages.warning(request, _("A colleague published at the same moment. Please look again."))
        return redirect("admin:matrix_edition_publish")
    messages.success(
        request,
        _("Edition %(number)d is published. Desks use it from now on.")
        % {"number": edition.number},
    )
    return redirect("admin:matrix_edition_change", edition.pk)


def _publish(request: HttpRequest, form: PublishForm) -> Edition:
    with transaction.atomic():
        edition = services.publish_edition(
            note=form.cleaned_data["note"],
            approver=form.cleaned_data["approver"],
            at=timezone.now(),
            by=request.user,
        )
        log = admin.site.get_model_admin(Edition)
        log.log_addition(request, edition, [{"added": {}}])
    return edition


def _page(
    request: HttpRequest,
    draft: services.Draft,
    newest: Edition | None,
    form: PublishForm,
    *,
    status: int = 200,
) -> HttpResponse:
    old = editions.load(newest.pk).snapshot if newest else Snapshot()
    groups = change_groups(old, draft.snapshot)
    blocking = draft.blocking
    remarks = [problem for problem in draft.problems if not problem.blocking]
    context = {
        **admin.site.each_context(request),
        "title": _("Publish the matrix"),
        "opts": Edition._meta,
        "form": form,
        "newest": newest,
        "groups": groups,
        "is_same": not any(group.count for group in groups),
        "blocking": findings(blocking, draft.snapshot),
        "remarks": findings(remarks, draft.snapshot),
        "pairs": len(draft.snapshot.pairs),
        "products": len(draft.snapshot.products),
    }
    return TemplateResponse(request, "admin/publish.html", context, status=status)
