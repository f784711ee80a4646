"""Whatever is typed, forged or stored: an answer, never a 500, and text stays text."""

import re
from urllib.parse import urlencode

import pytest
from django.contrib import admin as admin_module

from crossbank.catalog.models import Family, Need, Objection, Partner, PartnerBenefit, Product
from crossbank.leads.models import Unit
from crossbank.matrix.models import Edition, Pairing, PairingRule
from crossbank.org.models import Branch, User
from tests.admin.conftest import (
    make_branch,
    make_bundle,
    make_goal,
    make_offer,
    make_outcome,
    make_override,
    make_review,
    make_rule,
    make_season,
    save,
)

pytestmark = pytest.mark.django_db

SEARCHES = ["'", "%", "_", "\x00", "x" * 5000, "a " * 2500, '"', "\\", "ราคา", "مرحبا", "--;", "🙂"]
IMAGE = "<img src=x onerror=alert(1)>"
INLINE = re.compile(r"<style|\sstyle=|\son[a-z]+\s*=\s*[\"']|<script(?![^>]*\bsrc=)|javascript:")


def lists() -> list[str]:
    return [
        f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        for model in admin_module.site._registry
    ]


@pytest.mark.parametrize("text", SEARCHES)
def test_every_search_box_survives(enter, shelf, text) -> None:
    admin = enter("admin")

    seen = {address: admin.get(address, {"q": text}).status_code for address in lists()}

    assert seen == dict.fromkeys(lists(), 200)


@pytest.mark.parametrize("text", SEARCHES)
def test_autocomplete_survives(enter, shelf, text) -> None:
    query = {"app_label": "matrix", "model_name": "pairing", "field_name": "cross", "term": text}

    assert enter("owner").get("/admin/autocomplete/", query).status_code == 200


def test_percent_and_underscore_are_no_wildcards(enter, shelf) -> None:
    owner = enter("owner")

    def found(text: str) -> int:
        return owner.get("/admin/catalog/product/", {"q": text}).context["cl"].result_count

    assert (found("%"), found("_"), found("C_D"), found("CRD"), found("product app")) == (
        0,
        0,
        0,
        1,
        1,
    )


@pytest.mark.parametrize(
    "query",
    [
        "rating__exact=%00",
        "rating__exact=nonsense",
        "main__family__id__exact=x",
        "main__family__id__exact=99999999999999999999999",
        "main__id__exact=99999999999999999999999",
        "o=99.-77.x",
        "p=999999",
        "p=x",
        "all=",
        "_facets=True",
        "nothing__like__this=1",
        "e=1",
    ],
)
def test_forged_filters_survive(enter, shelf, query) -> None:
    answer = enter("owner").get(f"/admin/matrix/pairing/?{query}", follow=True)

    assert answer.status_code in {200, 400}


def test_boxes_that_no_list_offers_are_closed(enter, shelf) -> None:
    owner = enter("owner")
    forged = [
        {"app_label": "org", "model_name": "user", "field_name": "groups", "term": ""},
        {"app_label": "matrix", "model_name": "edition", "field_name": "author", "term": ""},
        {"app_label": "desk", "model_name": "consultation", "field_name": "note", "term": ""},
        {"app_label": "nothing", "model_name": "x", "field_name": "y"},
        {},
    ]

    seen = [owner.get("/admin/autocomplete/", query).status_code for query in forged]

    assert seen == [403] * 5


def test_stored_markup_is_shown_as_text_everywhere(enter, shelf) -> None:
    thai, arabic = "บัตรเดบิต", "بطاقة"
    Product.objects.filter(code="CRD").update(name=f"{IMAGE} {thai}", say=IMAGE, disclosure=IMAGE)
    Family.objects.update(name=f"{IMAGE} {arabic}")
    Branch.objects.filter(pk=make_branch().pk).update(name=IMAGE)
    Need.objects.update(name=IMAGE, question=IMAGE)
    Pairing.objects.update(reason=IMAGE, say=IMAGE)
    PairingRule.objects.update(reason=IMAGE, say=IMAGE)
    Partner.objects.create(code="PAR", name=IMAGE, about=IMAGE)
    make_offer(code="OF-1", cross=shelf["CRD"], mains=[shelf["ACC"]], say=IMAGE)
    User.objects.filter(username="first-author").update(first_name=IMAGE)
    make_review(note=IMAGE)
    admin = enter("admin", first_name=IMAGE)
    someone = User.objects.get(role="admin")
    make_rule(patterns="img", better=IMAGE, note=IMAGE)
    make_bundle(parts=[shelf["CRD"], shelf["APP"]], name=IMAGE, price_text=IMAGE, say=IMAGE)
    make_season(cross=shelf["CRD"], reason=IMAGE)
    Objection.objects.create(product=shelf["CRD"], objection=IMAGE, answer=IMAGE)
    make_override(by=someone, words=IMAGE, reason=IMAGE)
    taken = Product.objects.get(code="CRD")  # with the name it has by now
    make_outcome(main=shelf["ACC"], cross=taken, by=someone, note=IMAGE)
    make_goal(by=someone, reason=IMAGE)
    Unit.objects.create(code="DESK", name=IMAGE, about=IMAGE)
    partner = Partner.objects.get(code="PAR")
    PartnerBenefit.objects.create(code="BEN", partner=partner, name=IMAGE, text=IMAGE)
    save(admin, f"/admin/catalog/product/{shelf['CRD'].pk}/change/", suits=IMAGE)
    pages = [*lists(), "/admin/", "/admin/matrix/edition/publish/", "/admin/uses/"]
    pages += ["/admin/offers/release/", "/admin/offers/approvals/", "/admin/desk/old-tallies/"]
    pages += [f"/admin/matrix/edition/{Edition.objects.get().pk}/again/"]
    pages += ["/admin/phrases/", f"/admin/phrases/?{urlencode({'line': IMAGE})}"]
    for model in admin_module.site._registry:
        row = model._default_manager.latest("pk")
        start = f"/admin/{model._meta.app_label}/{model._meta.model_name}/{row.pk}"
        pages += [f"{start}/change/", f"{start}/history/", f"{start}/delete/"]

    texts = {page: admin.get(page).content.decode() for page in pages}

    assert [page for page, text in texts.items() if "<img src=x" in text] == []
    product = texts["/admin/catalog/product/"]
    assert f"&lt;img src=x onerror=alert(1)&gt; {thai}" in product
    assert arabic in product


def test_no_page_carries_inline_script_or_style(enter, shelf) -> None:
    make_offer(code="OF-1", cross=shelf["CRD"], mains=[shelf["ACC"]])
    make_review()
    admin = enter("admin")
    save(admin, f"/admin/catalog/product/{shelf['CRD'].pk}/change/", name="Renamed")
    pages = ["/admin/", "/admin/uses/", "/admin/matrix/edition/publish/", "/admin/catalog/"]
    pages.append("/admin/phrases/?line=last+chance")
    for model in admin_module.site._registry:
        start = f"/admin/{model._meta.app_label}/{model._meta.model_name}"
        row = model._default_manager.order_by("pk").last()
        pages += [f"{start}/", f"{start}/add/"]
        pages += [f"{start}/{row.pk}/{end}/" for end in ("change", "history", "delete") if row]
    person = next(
        page for page in pages if page.startswith("/admin/org/user/") and "change" in page
    )
    pages.append(person.replace("change", "password"))

    found = {page: INLINE.findall(admin.get(page).content.decode()) for page in pages}

    assert {page: hits for page, hits in found.items() if hits} == {}
    header = admin.get("/admin/")["Content-Security-Policy"]
    assert "script-src 'self'" in header
    assert "unsafe" not in header


@pytest.mark.parametrize(
    ("path", "field", "value"),
    [
        ("catalog/family/add/", "name", "a\x00b"),
        ("catalog/family/add/", "name", "a\u2066b"),
        ("catalog/family/add/", "code", "lower case"),
        ("catalog/family/add/", "order", "99999999999999999999"),
        ("catalog/family/add/", "order", "-1"),
        ("org/region/add/", "code", "a b"),
        ("org/branch/add/", "time_zone", "Mars/Base"),
    ],
)
def test_what_cannot_be_stored_is_refused_in_words(enter, path, field, value) -> None:
    region = make_branch().region
    good = {"code": "NEW", "name": "New", "order": "1", "region": region.pk, "time_zone": "UTC"}
    inlines = {
        f"{prefix}-{part}": "0"
        for prefix in ("opening_hours", "holidays")
        for part in ("TOTAL_FORMS", "INITIAL_FORMS")
    }

    answer = enter("owner").post(f"/admin/{path}", {**good, **inlines, field: value})

    assert answer.status_code == 422
    assert list(answer.context["adminform"].form.errors) == [field]


def test_text_is_kept_in_one_form_of_unicode(enter) -> None:
    decomposed = "Cafe\u0301 "

    enter("owner").post(
        "/admin/catalog/family/add/", {"code": "CAFE", "name": decomposed, "order": "1"}
    )

    assert Family.objects.get(code="CAFE").name == "Caf\u00e9"


def test_opening_hours_and_holidays_are_written_on_the_branch(enter) -> None:
    branch = make_branch()
    rows = {
        "opening_hours-TOTAL_FORMS": "1",
        "opening_hours-0-weekday": "0",
        "opening_hours-0-opens_at": "09:00",
        "opening_hours-0-closes_at": "17:00",
        "holidays-TOTAL_FORMS": "1",
        "holidays-0-on": "2026-12-25",
        "holidays-0-name": "Christmas",
    }
    owner = enter("owner")

    late = {**rows, "opening_hours-0-closes_at": "08:00"}
    refused = save(owner, f"/admin/org/branch/{branch.pk}/change/", **late)
    saved = save(owner, f"/admin/org/branch/{branch.pk}/change/", **rows)

    assert (refused.status_code, saved.status_code) == (422, 302)
    assert "A branch closes after it opens." in refused.content.decode()
    assert list(branch.opening_hours.values_list("weekday", flat=True)) == [0]
    assert [str(day.on) for day in branch.holidays.all()] == ["2026-12-25"]
