"""The grid editor: what it shows, what it saves, and what it leaves as a colleague wrote it."""

import json
import random
import re
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.utils import timezone

from crossbank.catalog.models import Family, Product
from crossbank.matrix import grid, grid_services
from crossbank.matrix.grid_forms import MOST_CELLS
from crossbank.matrix.models import Pairing, PairingRule
from crossbank.matrix.services import compile_draft
from tests.admin.conftest import make_pairing, make_person, make_product, save

pytestmark = pytest.mark.django_db

GRID = "/admin/matrix/pairing/grid/"
SENT = {"content_type": "application/json", "headers": {"Accept": "application/json"}}


@pytest.fixture
def heir(shelf) -> Product:
    """PLU starts from the row of ACC, and its own cell forbids the app."""
    product = make_product(code="PLU", is_main=True, is_cross=False, row_inherits_from=shelf["ACC"])
    make_pairing(main=product, cross=shelf["APP"], rating="not_allowed")
    return product


def seen(client: Client, main: str, cross: str) -> dict[str, object]:
    """One cell as the side panel reads it."""
    return client.get(GRID, {"main": main, "cross": cross}).json()["cell"]


def change(client: Client, main: str, cross: str, **now) -> dict[str, object]:
    """A changed cell as the page sends it."""
    version = seen(client, main, cross)["version"]
    at = timezone.now().isoformat()
    return {"main": main, "cross": cross, "was": version, "seen": at, "now": now}


def send(client: Client, *changes, **more):
    return client.post(GRID, json.dumps({"cells": changes, **more}), **SENT)


def place(main: str, cross: str, *fields: str) -> tuple[object, ...] | None:
    found = Pairing.objects.filter(main__code=main, cross__code=cross)
    return found.values_list(*(fields or ("rating", "reason", "origin"))).first()


def tds(html: str, main: str) -> list[str]:
    row = re.search(rf'<tr data-code="{main}".*?</tr>', html, re.DOTALL)
    return re.findall(r"<td.*?</td>", row[0])


def history() -> list[tuple[str, str, str]]:
    entries = LogEntry.objects.order_by("pk").select_related("user")
    return [(e.user.username, e.object_repr, e.get_change_message()) for e in entries]


# ---- what it shows ---------------------------------------------------------------------------


def test_cell_shows_rating_origin_version_and_the_way_to_its_page(enter, shelf, heir) -> None:
    own = make_pairing(main=shelf["CRD"], cross=shelf["APP"], rating="strong", origin="rule")
    Product.objects.filter(code="CRD").update(is_main=True)
    owner = enter("owner")
    versions = {pair: seen(owner, *pair)["version"] for pair in [("CRD", "APP"), ("PLU", "CRD")]}

    html = owner.get(GRID).content.decode()

    # crosses stand by code: APP, CRD, SAV
    assert tds(html, "CRD") == [
        (
            f'<td data-f data-r="s" data-o="rule" data-v="{versions["CRD", "APP"]}">'
            f'<a href="../{own.pk}/change/">●</a></td>'
        ),
        '<td data-o="same"></td>',
        "<td></td>",
    ]
    assert tds(html, "PLU")[1] == (
        f'<td data-r="g" data-o="inherited" data-v="{versions["PLU", "CRD"]}">'
        f'<a href="../add/?main={heir.pk}&amp;cross={shelf["CRD"].pk}">◐</a></td>'
    )


def test_better_main_product_is_shown_and_cannot_be_rated(enter, shelf) -> None:
    Product.objects.filter(code="LON").update(is_cross=True)
    pairing = Pairing.objects.create(
        main=shelf["ACC"], cross=shelf["LON"], relation="up_sell", reason="Better"
    )
    owner = enter("owner")

    html = owner.get(GRID).content.decode()
    answer = send(owner, change(owner, "ACC", "LON", rating="good", reason="No"))

    assert tds(html, "ACC")[2] == (
        f'<td data-r="" data-o="step_up" data-v=""><a href="../{pairing.pk}/change/">▲</a></td>'
    )
    assert answer.json()["invalid"][0]["words"] == (
        "ACC → LON: This pair names a better main product; open its own page."
    )
    assert place("ACC", "LON") == ("", "Better", "manual")


def test_families_narrow_rows_and_columns(enter, shelf) -> None:
    home = Family.objects.create(code="HOME", name="Home")
    Product.objects.filter(code="LON").update(family=home)
    Product.objects.filter(code="SAV").update(family=home)
    owner = enter("owner")

    page = owner.get(GRID, {"mains": "HOME", "crosses": "CARDS"}).content.decode()
    unknown = owner.get(GRID, {"mains": "NONE"})

    assert re.findall(r'data-code="([^"]+)"', page) == ["APP", "CRD", "LON"]
    assert unknown.status_code == 422
    assert "data-table" not in unknown.content.decode()


def test_product_that_is_not_on_sale_has_no_row_and_no_column(enter, shelf) -> None:
    yesterday = timezone.now().date() - timedelta(days=1)
    Product.objects.filter(code__in=["LON", "SAV"]).update(valid_until=yesterday)
    owner = enter("owner")

    page = owner.get(GRID).content.decode()
    gone = {"main": "LON", "cross": "APP", "was": "", "now": {"rating": "good", "reason": "x"}}
    answer = send(owner, gone)

    assert re.findall(r'data-code="([^"]+)"', page) == ["APP", "CRD", "ACC"]
    assert answer.json()["invalid"][0]["errors"] == {"": ["LON is not on sale as a main product."]}


def effective(day) -> dict[tuple[str, str], tuple[str, str, str]]:
    shelf = grid.Shelf(day)
    found = grid.cells(shelf, mains=shelf.mains, crosses=shelf.crosses)
    return {
        pair: (cell.rating, cell.values["reason"], cell.source)
        for pair, cell in found.items()
        if cell.rating
    }


def compiled(at) -> dict[tuple[str, str], tuple[str, str]]:
    pairs = compile_draft(at=at).snapshot.pairs
    return {(pair.main, pair.cross): (pair.rating.value, pair.reason) for pair in pairs}


def test_rules_show_their_cells_and_a_hand_may_write_over_them(enter, shelf) -> None:
    owner = enter("owner")
    new = make_product(code="NEW")
    rule = PairingRule.objects.create(code="PR-2", rating="good", reason="By rule", rank=7)
    rule.target_products.set([new])

    by_rule = seen(owner, "ACC", "NEW")
    emptied = send(owner, change(owner, "ACC", "NEW", rating=""))
    written = send(owner, change(owner, "ACC", "NEW", rating="strong"))

    assert (by_rule["origin"], by_rule["source"]) == ("rule", "PR-2")
    assert (by_rule["values"]["rating"], by_rule["values"]["reason"]) == ("good", "By rule")
    assert "The rule PR-2 says it" in emptied.content.decode()
    assert written.status_code == 200
    assert place("ACC", "NEW") == ("strong", "By rule", "manual")
    assert seen(owner, "ACC", "NEW")["origin"] == "manual"


def test_rule_that_forbids_stands_over_a_pair_by_hand(enter, shelf) -> None:
    owner = enter("owner")
    rule = PairingRule.objects.create(
        code="PR-2", rating="not_allowed", reason="No", instead="Wait"
    )
    rule.target_products.set([shelf["CRD"]])

    assert seen(owner, "ACC", "CRD")["values"]["rating"] == "not_allowed"
    assert effective(timezone.now().date())["ACC", "CRD"][:2] == ("not_allowed", "No")
    assert compiled(timezone.now())["ACC", "CRD"] == ("not_allowed", "No")

    kept = send(owner, change(owner, "ACC", "CRD", rating="strong", reason="By hand"))

    assert kept.status_code == 200
    assert place("ACC", "CRD") == ("strong", "By hand", "manual")
    assert seen(owner, "ACC", "CRD")["origin"] == "rule"  # what forbids still stands over it


def test_cells_are_those_that_an_edition_of_the_sample_bank_would_hold(bank) -> None:
    now = timezone.now()

    found = effective(now.date())

    assert {pair: cell[:2] for pair, cell in found.items()} == compiled(now)
    assert sum(pair[0] != cell[2] for pair, cell in found.items()) > 10


@pytest.mark.parametrize("seed", range(25))
def test_cells_are_those_that_an_edition_would_hold_whoever_inherits(db, seed) -> None:
    """Chains, circles, retired parents, parents that are no mains, crosses among the line."""
    dice, now = random.Random(seed), timezone.now()
    family = Family.objects.create(code="F", name="F")
    products = [
        make_product(
            code=f"P{number}",
            is_main=dice.random() < 0.8,
            is_cross=dice.random() < 0.8,
            valid_until=now.date() if dice.random() < 0.15 else None,
            family=family,
        )
        for number in range(7)
    ]
    for product in products:
        if dice.random() < 0.7:
            parent = dice.choice(products)
            Product.objects.filter(pk=product.pk).update(row_inherits_from=parent)
    for main in products:
        for cross in products:
            if main is not cross and dice.random() < 0.4 and main.is_main and cross.is_cross:
                rating = dice.choice(["strong", "good", "possible", "not_allowed"])
                make_pairing(main=main, cross=cross, rating=rating, reason=f"{main} {cross}")

    expected = compiled(now)

    # an edition lets a product that is no main keep an inherited row; the grid has no row for it
    mains = {product.code for product in products if product.is_main}
    assert {pair: cell[:2] for pair, cell in effective(now.date()).items()} == {
        pair: cell for pair, cell in expected.items() if pair[0] in mains
    }


# ---- what it saves ---------------------------------------------------------------------------


def test_good_cells_are_saved_stale_and_invalid_ones_are_named(enter, shelf) -> None:
    owner, other = enter("owner"), enter("owner", username="other-owner", first_name="Olga")
    changes = [
        change(owner, "ACC", "CRD", rating="strong"),
        change(owner, "ACC", "APP", rating="possible", reason="Mine"),
        change(owner, "ACC", "SAV", rating=""),
        change(owner, "LON", "CRD", rating="not_allowed"),
        change(owner, "LON", "APP", rating="strong"),
    ]
    pk = Pairing.objects.get(main=shelf["ACC"], cross=shelf["APP"]).pk
    save(other, f"/admin/matrix/pairing/{pk}/change/", rating="strong", reason="Theirs")

    answer = send(owner, *changes)

    said = answer.json()
    assert answer.status_code == 207
    assert said["saved"] == [["ACC", "CRD"], ["ACC", "SAV"], ["LON", "APP"]]
    assert [(stale["words"], stale["by"]) for stale in said["stale"]] == [
        ("ACC → APP: changed meanwhile by Olga, now “Strong”.", "Olga")
    ]
    assert said["stale"][0]["cell"]["values"]["reason"] == "Theirs"
    assert [line["words"] for line in said["invalid"]] == [
        "LON → CRD: what to do instead: Say what to do instead: the employee needs an answer."
    ]
    assert place("ACC", "CRD") == ("strong", "They fit", "manual")
    assert place("ACC", "APP") == ("strong", "Theirs", "manual")
    assert place("ACC", "SAV") is None
    assert place("LON", "CRD") == ("good", "They fit", "manual")
    assert place("LON", "APP") == ("strong", "They fit", "manual")
    assert history() == [
        ("other-owner", "ACC → APP", "Changed Rating and Reason."),
        ("owner-person", "ACC → CRD", "Changed Rating."),
        ("owner-person", "LON → APP", "Changed Rating."),
        ("owner-person", "ACC → SAV", ""),
    ]


def test_what_was_kept_against_a_colleague_is_saved_with_his_version(enter, shelf) -> None:
    owner = enter("owner")
    mine = change(owner, "ACC", "CRD", rating="strong")
    Pairing.objects.filter(main=shelf["ACC"], cross=shelf["CRD"]).update(say="Their words")

    stale = send(owner, mine).json()["stale"][0]
    answer = send(owner, {**mine, "was": stale["cell"]["version"]})

    assert stale["words"] == "ACC → CRD: changed meanwhile, now “Good”."  # no history, no name
    assert answer.status_code == 200
    assert place("ACC", "CRD", "rating", "say") == ("strong", "Their words")


def test_name_in_a_conflict_is_never_that_of_an_older_change(enter, shelf) -> None:
    owner, other = enter("owner"), enter("owner", username="other-owner")
    pairing = Pairing.objects.get(main=shelf["ACC"], cross=shelf["CRD"])
    save(other, f"/admin/matrix/pairing/{pairing.pk}/change/", rating="strong")
    mine = change(owner, "ACC", "CRD", rating="possible")
    Pairing.objects.filter(pk=pairing.pk).update(rating="good")

    assert send(owner, mine).json()["stale"][0]["by"] == ""


def test_pair_that_somebody_took_out_is_stale_and_stays_out(enter, shelf) -> None:
    owner, other = enter("owner"), enter("owner", username="other-owner", first_name="Olga")
    mine = change(owner, "ACC", "CRD", rating="strong")
    send(other, change(other, "ACC", "CRD", rating=""))

    stale = send(owner, mine).json()["stale"][0]

    assert stale["words"] == "ACC → CRD: changed meanwhile by Olga, now “not rated”."
    assert place("ACC", "CRD") is None


def test_new_cell_needs_its_reason(enter, shelf) -> None:
    Pairing.objects.filter(main=shelf["ACC"], cross=shelf["CRD"]).delete()
    owner = enter("owner")

    refused = send(owner, change(owner, "ACC", "CRD", rating="good"))
    unrated = send(owner, change(owner, "ACC", "CRD", reason="Why not"))
    saved = send(owner, change(owner, "ACC", "CRD", rating="good", reason="  Pays\nwith it "))

    assert refused.json()["invalid"][0]["words"] == "ACC → CRD: reason: Say why."
    assert unrated.json()["invalid"][0]["words"] == (
        "ACC → CRD: rating: Say how well the two fit: a pair needs a rating."
    )
    assert saved.status_code == 200
    assert place("ACC", "CRD") == ("good", "Pays with it", "manual")
    assert history() == [("owner-person", "ACC → CRD", "Added.")]


def test_what_came_by_rule_or_import_is_by_hand_once_edited(enter, shelf) -> None:
    Pairing.objects.update(origin="import")
    owner = enter("owner")

    send(owner, change(owner, "ACC", "CRD", benefit="Faster"))

    assert place("ACC", "CRD", "origin", "benefit") == ("manual", "Faster")
    assert place("ACC", "APP", "origin", "benefit") == ("import", "")


def test_nothing_is_written_where_nothing_differs(enter, shelf) -> None:
    Pairing.objects.update(origin="import")
    owner = enter("owner")

    answer = send(owner, change(owner, "ACC", "CRD", rating="good", rank="1"))

    assert answer.json()["saved"] == [["ACC", "CRD"]]
    assert place("ACC", "CRD")[2] == "import"
    assert history() == []


@pytest.mark.parametrize(
    ("now", "words"),
    [
        ({"rating": "great"}, "rating: Value 'great' is not a valid choice."),
        ({"kind": "odd"}, "kind: Value 'odd' is not a valid choice."),
        ({"reason": ""}, "reason: Say why."),
        ({"say": "x" * 301}, "say: Ensure this value has at most 300 characters (it has 301)."),
        ({"rank": "first"}, "rank: “first” value must be an integer."),
        ({"rank": -1}, "rank: Ensure this value is greater than or equal to 0."),
        ({"rank": ""}, "rank: “” value must be an integer."),
        (
            {"benefit": "a\u202eb"},
            "benefit: This text holds a sign that cannot be stored (U+202E). Please remove it.",
        ),
        (
            {"benefit": "\ud800"},
            "benefit: This text holds a sign that cannot be stored (U+D800). Please remove it.",
        ),
    ],
)
def test_bad_value_is_refused_beside_its_cell(enter, shelf, now, words) -> None:
    owner = enter("owner")
    before = list(Pairing.objects.order_by("pk").values())

    answer = send(owner, change(owner, "ACC", "CRD", **now))

    assert answer.status_code == 207
    assert [line["words"] for line in answer.json()["invalid"]] == [f"ACC → CRD: {words}"]
    assert list(Pairing.objects.order_by("pk").values()) == before
    assert history() == []


def test_product_that_needs_a_licence_is_never_strong(enter, shelf) -> None:
    Product.objects.filter(code="CRD").update(needs_licence=True)
    owner = enter("owner")

    answer = send(owner, change(owner, "ACC", "CRD", rating="strong"))

    assert answer.json()["invalid"][0]["errors"] == {
        "rating": ["A product that needs a licence is never strong."]
    }
    assert place("ACC", "CRD")[0] == "good"


@pytest.mark.parametrize(
    ("main", "cross", "words"),
    [
        ("CRD", "APP", "CRD is not on sale as a main product."),
        ("ACC", "LON", "LON is not on sale as a cross product."),
        ("ACC", "NONE", "NONE is not on sale as a cross product."),
    ],
)
def test_place_that_is_not_in_the_grid_is_refused(enter, shelf, main, cross, words) -> None:
    sent = {"main": main, "cross": cross, "was": "", "now": {"rating": "good", "reason": "x"}}

    answer = send(enter("owner"), sent)

    assert answer.json()["invalid"][0]["words"] == f"{main} → {cross}: {words}"
    assert Pairing.objects.count() == 6
    assert enter("owner").get(GRID, {"main": main, "cross": cross}).status_code == 404


# ---- texts in other languages ----------------------------------------------------------------


def texts(main: str, cross: str) -> dict[str, dict[str, str]]:
    return place(main, cross, "words")[0]


def test_text_in_another_language_travels_like_any_field(enter, shelf) -> None:
    owner = enter("owner")

    asked = change(owner, "ACC", "CRD", **{"say@ru": " Да\nили нет ", "say": "Yes"})
    saved = send(owner, asked)
    again = send(owner, change(owner, "ACC", "CRD", **{"say@ru": "Да или нет"}))
    emptied = send(owner, change(owner, "ACC", "CRD", **{"say@ru": "", "reason@zh-hans": "因为"}))

    assert saved.json()["cells"][0]["values"]["say@ru"] == "Да или нет"
    assert (again.status_code, emptied.status_code) == (200, 200)
    assert place("ACC", "CRD", "say", "words") == ("Yes", {"zh-hans": {"reason": "因为"}})
    assert "say@ru" not in seen(owner, "ACC", "CRD")["values"]
    assert history() == [
        ("owner-person", "ACC → CRD", "Changed Say and Say (Russian)."),
        ("owner-person", "ACC → CRD", "Changed Say (Russian) and Reason (Chinese (simplified))."),
    ]


def test_colleagues_translation_makes_a_cell_stale(enter, shelf) -> None:
    owner, other = enter("owner"), enter("owner", username="other-owner", first_name="Olga")
    mine = change(owner, "ACC", "CRD", **{"say@el": "Ναι"})
    pk = Pairing.objects.get(main=shelf["ACC"], cross=shelf["CRD"]).pk
    save(other, f"/admin/matrix/pairing/{pk}/change/", **{"say@ru": "Да"})

    stale = send(owner, mine).json()["stale"][0]

    assert stale["words"] == "ACC → CRD: changed meanwhile by Olga, now “Good”."
    assert stale["cell"]["values"]["say@ru"] == "Да"
    assert texts("ACC", "CRD") == {"ru": {"say": "Да"}}
    assert send(owner, {**mine, "was": stale["cell"]["version"]}).status_code == 200
    assert texts("ACC", "CRD") == {"ru": {"say": "Да"}, "el": {"say": "Ναι"}}


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        (
            "say@ru",
            "я" * 301,
            "say (Russian): Ensure this value has at most 300 characters (it has 301).",
        ),
        (
            "benefit@th",
            "a\u202eb",
            (
                "benefit (Thai): This text holds a sign that cannot be stored (U+202E). "
                "Please remove it."
            ),
        ),
    ],
)
def test_bad_translation_is_refused_beside_its_cell(enter, shelf, name, value, words) -> None:
    owner = enter("owner")

    answer = send(owner, change(owner, "ACC", "CRD", **{name: value, "say": "Yes"}))

    assert [line["words"] for line in answer.json()["invalid"]] == [f"ACC → CRD: {words}"]
    assert place("ACC", "CRD", "say", "words") == ("", {})
    assert history() == []


@pytest.mark.parametrize("name", ["say@en", "say@xx", "rating@ru", "say@", "@ru"])
def test_text_that_no_cell_has_is_refused(enter, shelf, name) -> None:
    answer = send(enter("owner"), {"main": "ACC", "cross": "CRD", "now": {name: "x"}})

    assert answer.status_code == 422
    assert answer.json()["errors"] == {"__all__": [f"A cell has no field “'{name}'”."]}


def test_cell_written_over_a_rule_or_a_row_above_keeps_every_language(enter, shelf, heir) -> None:
    Pairing.objects.filter(main=shelf["ACC"], cross=shelf["CRD"]).update(
        words={"ru": {"say": "Карта"}}
    )
    rule = PairingRule.objects.create(
        code="PR-2", rating="good", reason="Fits", words={"ru": {"say": "К {main}: {cross}"}}
    )
    rule.target_products.set([make_product(code="NEW")])
    owner = enter("owner")

    send(owner, change(owner, "PLU", "CRD", rating="strong"))
    send(owner, change(owner, "ACC", "NEW", rating="strong"))

    assert texts("PLU", "CRD") == {"ru": {"say": "Карта"}}
    assert texts("ACC", "NEW") == {"ru": {"say": "К Product ACC: Product NEW"}}


# ---- rows that start from another row --------------------------------------------------------


def test_inherited_cell_becomes_an_own_one_with_the_texts_it_had(enter, shelf, heir) -> None:
    Pairing.objects.filter(main=shelf["ACC"], cross=shelf["CRD"]).update(say="Pay with it")
    owner = enter("owner")

    emptied = send(owner, change(owner, "PLU", "CRD", rating=""))
    saved = send(owner, change(owner, "PLU", "CRD", rating="strong"))

    assert emptied.json()["invalid"][0]["words"] == (
        "PLU → CRD: It comes from the row of ACC, so it cannot be emptied here."
    )
    assert saved.json()["cells"][0]["origin"] == "manual"
    assert place("PLU", "CRD", "rating", "say", "reason") == ("strong", "Pay with it", "They fit")
    assert place("ACC", "CRD", "rating", "say") == ("good", "Pay with it")


def test_taken_out_cell_falls_back_to_what_it_inherits(enter, shelf, heir) -> None:
    owner = enter("owner")

    answer = send(owner, change(owner, "PLU", "APP", rating=""))

    assert [
        (c["place"], c["letter"], c["origin"], c["source"]) for c in answer.json()["cells"]
    ] == [(["PLU", "APP"], "g", "inherited", "ACC")]


def test_heirs_come_back_with_the_cell_they_inherit(enter, shelf, heir) -> None:
    owner = enter("owner")
    answer = send(
        owner,
        change(owner, "ACC", "CRD", rating="strong"),
        change(owner, "ACC", "APP", rating="strong"),
    )

    assert [(c["place"], c["letter"], c["origin"]) for c in answer.json()["cells"]] == [
        (["ACC", "APP"], "s", "manual"),
        (["ACC", "CRD"], "s", "manual"),
        (["PLU", "APP"], "x", "manual"),
        (["PLU", "CRD"], "s", "inherited"),
    ]


def test_inherited_cell_whose_source_moved_is_stale(enter, shelf, heir) -> None:
    owner, other = enter("owner"), enter("owner", username="other-owner", first_name="Olga")
    mine = change(owner, "PLU", "CRD", rating="possible")
    send(other, change(other, "ACC", "CRD", rating="strong"))

    stale = send(owner, mine).json()["stale"][0]

    assert stale["words"] == "PLU → CRD: changed meanwhile by Olga, now “Strong”."
    assert place("PLU", "CRD") is None


# ---- what cannot be read, and how much at once -----------------------------------------------


CELL = {"main": "ACC", "cross": "CRD", "was": "", "now": {"rating": "good"}}


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        (b"", 400, "The request could not be read."),
        (b"{", 400, "The request could not be read."),
        (b"\xff\xfe", 400, "The request could not be read."),
        (b"[" * 100_000, 400, "The request could not be read."),
        (b'{"cells": [' + b"9" * 5000 + b"]}", 400, "The request could not be read."),
        (b"[]", 422, "Nothing was sent to save."),
        (b'{"cells": []}', 422, "Nothing was sent to save."),
        ([CELL, CELL], 422, "The same cell was sent twice."),
        ([7], 422, "A cell names its main and cross product and what is new."),
        ([{**CELL, "now": []}], 422, "A cell names its main and cross product and what is new."),
        (
            [{**CELL, "main": "\ud800"}],
            422,
            "A code is up to 20 capital letters, digits and hyphens, for example CRD-DEB.",
        ),
        ([{**CELL, "was": 7}], 422, "A cell names the version that was seen."),
        ([{**CELL, "now": {"origin": "rule"}}], 422, "A cell has no field “'origin'”."),
        (
            [{**CELL, "now": {"say": ["x"]}}],
            422,
            "A field of a cell is a text; the rank is a number.",
        ),
        (
            [{**CELL, "now": {"rank": True}}],
            422,
            "A field of a cell is a text; the rank is a number.",
        ),
        (
            [{**CELL, "cross": f"C{number}"} for number in range(MOST_CELLS + 1)],
            422,
            "At most 2000 cells are saved at once.",
        ),
    ],
)
def test_body_that_makes_no_sense_is_refused_in_words(enter, shelf, body, status, words) -> None:
    raw = body if isinstance(body, bytes) else json.dumps({"cells": body}).encode()

    answer = enter("owner").post(GRID, raw, **SENT)

    assert (answer.status_code, answer.json()) == (
        status,
        {"code": "invalid", "errors": {"__all__": [words]}},
    )
    assert history() == []


@pytest.mark.parametrize("moment", ["yesterday", "2026-02-30T10:00Z", 7, None, "2026-03-01T10:00"])
def test_moment_that_cannot_be_read_only_costs_the_name(enter, shelf, moment) -> None:
    owner = enter("owner")

    answer = send(owner, {**change(owner, "ACC", "CRD", rating="strong"), "seen": moment})

    assert answer.status_code == 200


def test_too_large_a_body_is_refused_in_words(enter, shelf, settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    owner = enter("owner")

    answer = send(owner, change(owner, "ACC", "CRD", say="x" * 2000))

    assert answer.status_code == 413
    assert answer.json()["errors"] == {
        "__all__": ["That is too much at once. Save in several goes."]
    }


def test_nobody_saves_without_a_token_or_the_right(shelf, enter) -> None:
    owner = make_person(username="careful", role="owner")
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(owner)

    answers = {
        "token": send(careful, CELL),
        "right": send(enter("seller"), CELL),
        "session": send(Client(), CELL),
    }

    assert {name: (a.status_code, a.json()["code"]) for name, a in answers.items()} == {
        "token": (403, "csrf"),
        "right": (403, "forbidden"),
        "session": (401, "signed_out"),
    }
    assert place("ACC", "CRD")[0] == "good"


def test_pair_added_at_the_same_moment_is_seen_on_the_second_look(
    enter, shelf, monkeypatch
) -> None:
    """What a colleague commits between our read and our write; PostgreSQL locks no missing row."""
    Pairing.objects.filter(main=shelf["ACC"], cross=shelf["CRD"]).delete()
    owner = enter("owner")
    mine = change(owner, "ACC", "CRD", rating="good", reason="Mine")
    read, looks = grid_services._read, []

    def reading(*args, **options):
        found = read(*args, **options)
        if not looks and options.get("lock"):
            theirs = make_pairing(main=shelf["ACC"], cross=shelf["CRD"], reason="Theirs")
            looks.append(theirs)
        return found

    def again(*args, **options):
        if looks:  # the colleague has committed; our own transaction took his row with it here
            looks[0].save(force_insert=True)
        return save_once(*args, **options)

    save_once = grid_services._save
    monkeypatch.setattr(grid_services, "_read", reading)
    monkeypatch.setattr(grid_services, "_save", again)

    stale = send(owner, mine).json()["stale"]

    assert [line["cell"]["values"]["reason"] for line in stale] == ["Theirs"]
    assert place("ACC", "CRD") == ("good", "Theirs", "manual")


# ---- how much it asks of the database --------------------------------------------------------


@pytest.fixture
def wide(shelf) -> list[Product]:
    """60 crosses beside ACC: half of them rated."""
    crosses = [make_product(code=f"X-{number:02}") for number in range(60)]
    for cross in crosses[:30]:
        make_pairing(main=shelf["ACC"], cross=cross)
    return crosses


def mixed(client: Client, start: int, count: int) -> list[dict[str, object]]:
    """Changes, removals and new pairs, `count` of each."""
    half, there = count, range(start, start + count)
    return [
        *(change(client, "ACC", f"X-{n:02}", rating="strong") for n in there),
        *(change(client, "ACC", f"X-{n + 10:02}", rating="") for n in there),
        *(
            change(client, "ACC", f"X-{n + 30:02}", rating="good", reason="New")
            for n in range(start, start + half)
        ),
    ]


def test_saving_many_cells_takes_as_many_queries_as_few(enter, wide, queries) -> None:
    owner = enter("owner")
    few, many = mixed(owner, 0, 1), mixed(owner, 1, 9)
    send(owner, change(owner, "ACC", "SAV", rating="strong"))  # content types are known from now

    with queries() as first:
        assert send(owner, *few).status_code == 200
    with queries() as second:
        assert send(owner, *many).status_code == 200

    assert (len(first), len(second)) == (11, 11)


def test_page_takes_as_many_queries_for_many_products_as_for_few(
    enter, shelf, queries, request
) -> None:
    owner = enter("owner")
    with queries() as few:
        owner.get(GRID)
    request.getfixturevalue("wide")
    with queries() as many:
        owner.get(GRID)

    assert (len(few), len(many)) == (6, 6)


def test_page_of_200_by_200_stays_light(enter, db) -> None:
    family = Family.objects.create(code="F", name="F")
    products = Product.objects.bulk_create(
        Product(code=f"P-{n:03}", name=f"Product {n}", family=family, is_main=True, is_cross=True)
        for n in range(200)
    )
    Pairing.objects.bulk_create(
        Pairing(main=main, cross=cross, rating="good", reason="They fit")
        for main in products
        for cross in products
        if (main.pk + cross.pk) % 3 == 0 and main.pk != cross.pk
    )

    page = enter("owner").get(GRID).content

    assert page.count(b"<td") == 200 * 200 + 1  # and the corner
    assert len(page) < 1.6 * 1024 * 1024
