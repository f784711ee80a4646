"""Pairings and basket rules: directed, explained, never on both sides."""

import pytest
from django.contrib.admin.models import LogEntry

from crossbank.matrix.models import BasketRule, Pairing
from tests.admin.conftest import save

pytestmark = pytest.mark.django_db

PAIRINGS = "/admin/matrix/pairing/"


def new_pairing(shelf, **changes) -> dict[str, object]:
    return {
        "main": shelf["ACC"].pk,
        "cross": shelf["LON"].pk,
        "relation": "up_sell",
        "rating": "",
        "rank": "1",
        "reason": "Better",
        "kind": "related",
        "link_kind": "optional",
        **changes,
    }


def test_pair_is_added_and_its_reverse_is_not(enter, shelf) -> None:
    assert enter("owner").post(f"{PAIRINGS}add/", new_pairing(shelf)).status_code == 302

    made = Pairing.objects.get(main=shelf["ACC"], cross=shelf["LON"])
    assert (made.relation, made.origin) == ("up_sell", "manual")
    assert not Pairing.objects.filter(main=shelf["LON"], cross=shelf["ACC"]).exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"relation": "cross_sell"}, "cross"),
        ({"rating": "good"}, "rating"),
        ({"cross": "CRD"}, "cross"),
        ({"main": "CRD"}, "main"),
        ({"cross": "ACC"}, "__all__"),
        ({"cross": "CRD", "relation": "cross_sell", "rating": "good"}, "__all__"),
        ({"reason": ""}, "reason"),
        ({"reason": "x" * 121}, "reason"),
        ({"rank": "-1"}, "rank"),
        ({"main": ""}, "main"),
    ],
)
def test_pair_that_makes_no_sense_is_refused_beside_the_field(enter, shelf, changes, field) -> None:
    named = {key: shelf[value].pk if value in shelf else value for key, value in changes.items()}

    answer = enter("owner").post(f"{PAIRINGS}add/", new_pairing(shelf, **named))

    assert answer.status_code == 422
    assert field in answer.context["adminform"].form.errors
    assert Pairing.objects.count() == 6


def test_cross_without_rating_says_so_once(enter, shelf) -> None:
    pairing = Pairing.objects.first()

    answer = save(enter("owner"), f"{PAIRINGS}{pairing.pk}/change/", rating="")

    assert dict(answer.context["adminform"].form.errors) == {
        "rating": ["Say how well the two fit: a pair needs a rating."]
    }


def test_pair_of_a_product_that_is_no_cross_any_more_is_refused_in_words(enter, shelf) -> None:
    pairing = Pairing.objects.get(main=shelf["ACC"], cross=shelf["CRD"])
    shelf["CRD"].is_cross = False
    shelf["CRD"].save()

    answer = save(enter("owner"), f"{PAIRINGS}{pairing.pk}/change/", reason="Other")

    assert answer.status_code == 422
    assert dict(answer.context["adminform"].form.errors) == {
        "__all__": ["This product is not a cross product."]
    }


def test_forbidden_pair_needs_what_to_do_instead(enter, shelf) -> None:
    pairing = Pairing.objects.first()
    owner = enter("owner")

    refused = save(owner, f"{PAIRINGS}{pairing.pk}/change/", rating="not_allowed")
    said = {"rating": "not_allowed", "instead": "Offer the app"}
    saved = save(owner, f"{PAIRINGS}{pairing.pk}/change/", **said)

    assert list(refused.context["adminform"].form.errors) == ["instead"]
    assert saved.status_code == 302
    pairing.refresh_from_db()
    assert (pairing.rating, pairing.instead) == ("not_allowed", "Offer the app")


def test_pair_is_said_in_other_languages_on_its_own_page(enter, shelf) -> None:
    pairing = Pairing.objects.get(main=shelf["ACC"], cross=shelf["CRD"])
    Pairing.objects.filter(pk=pairing.pk).update(origin="import", words={"el": {"say": "Ναι"}})
    address, owner = f"{PAIRINGS}{pairing.pk}/change/", enter("owner")

    said = {"say@ru": " Да ", "reason@zh-hans": "因为", "do_not_say@th": ""}
    saved = save(owner, address, **said)
    unchanged = save(owner, address)
    refused = save(owner, address, **{"reason@ru": "я" * 121, "say": "New"})

    pairing.refresh_from_db()
    assert (saved.status_code, unchanged.status_code, refused.status_code) == (302, 302, 422)
    assert pairing.words == {
        "el": {"say": "Ναι"},
        "ru": {"say": "Да"},
        "zh-hans": {"reason": "因为"},
    }
    assert (pairing.origin, pairing.say) == ("manual", "")
    assert [entry.get_change_message() for entry in LogEntry.objects.order_by("pk")] == [
        "Changed Say (Russian) and Reason (Chinese (simplified)).",
        "No fields changed.",
    ]
    page = refused.content.decode()
    assert [*refused.context["adminform"].form.errors] == ["reason@ru"]
    assert page.count("<details") == 3  # the language with the mistake stands open
    assert "Texts in another language: Russian" in page


def test_pair_stays_the_pair_it_is(enter, shelf) -> None:
    pairing = Pairing.objects.get(main=shelf["ACC"], cross=shelf["CRD"])
    Pairing.objects.filter(pk=pairing.pk).update(origin="import")
    forged = {
        "main": shelf["LON"].pk,
        "cross": shelf["APP"].pk,
        "origin": "rule",
        "rating": "strong",
    }

    assert save(enter("owner"), f"{PAIRINGS}{pairing.pk}/change/", **forged).status_code == 302

    pairing.refresh_from_db()
    assert (pairing.main.code, pairing.cross.code) == ("ACC", "CRD")
    assert (pairing.rating, pairing.origin) == ("strong", "manual")


def test_list_is_searched_filtered_and_costs_the_same_for_many(enter, shelf, queries) -> None:
    owner = enter("owner")
    Pairing.objects.filter(main=shelf["ACC"], cross=shelf["CRD"]).update(rating="strong")

    def pairs(query: str) -> list[str]:
        return [str(row) for row in owner.get(f"{PAIRINGS}?{query}").context["cl"].result_list]

    assert pairs("q=CRD") == ["ACC → CRD", "LON → CRD"]
    assert pairs("rating__exact=strong") == ["ACC → CRD"]
    assert len(pairs(f"main__family__id__exact={shelf['ACC'].family_id}")) == 6
    assert 'class="cb-chip cb-chip--strong"' in owner.get(PAIRINGS).content.decode()

    with queries() as all_six:
        owner.get(PAIRINGS)
    Pairing.objects.exclude(main=shelf["ACC"], cross=shelf["CRD"]).delete()
    with queries() as only_one:
        owner.get(PAIRINGS)
    assert len(all_six) == len(only_one)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "requires_any", "others": []}, "others"),
        ({"kind": "at_most_one"}, "others"),
        ({"kind": "at_most_one", "others": []}, "subjects"),
        ({"subjects": ["CRD", "SAV"]}, "others"),
        ({"subjects": []}, "subjects"),
        ({"message": ""}, "message"),
    ],
)
def test_rule_with_a_missing_side_is_refused(enter, shelf, changes, field) -> None:
    rule = BasketRule.objects.get()
    named = {
        key: [shelf[code].pk for code in value] if isinstance(value, list) else value
        for key, value in changes.items()
    }

    answer = save(enter("owner"), f"/admin/matrix/basketrule/{rule.pk}/change/", **named)

    assert answer.status_code == 422
    assert field in answer.context["adminform"].form.errors
    assert rule.subjects.get() == shelf["CRD"]


def test_at_most_one_of_two_is_kept(enter, shelf) -> None:
    rule = BasketRule.objects.get()
    two = [shelf["CRD"].pk, shelf["SAV"].pk]
    address = f"/admin/matrix/basketrule/{rule.pk}/change/"

    saved = save(enter("owner"), address, kind="at_most_one", subjects=two, others=[])

    assert saved.status_code == 302
    rule.refresh_from_db()
    assert (rule.kind, rule.subjects.count(), rule.others.count()) == ("at_most_one", 2, 0)
