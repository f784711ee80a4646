"""An owner takes matrix, catalogue and offers out as workbooks, changes and brings them back."""

import pytest

pytest.importorskip("playwright")

from crossbank.catalog.models import Product
from crossbank.matrix.models import Pairing
from crossbank.offers.models import Offer
from tests.journeys.test_pages import sideways, violations
from tests.matrix.workbooks import edited, place
from tests.tables import writing


def test_out_changed_and_back_in(new_page, live_server, listen, bank, tmp_path) -> None:
    troubles = []
    for scheme in ("light", "dark"):
        page = new_page("owner", color_scheme=scheme)
        heard = listen(page)
        page.goto(f"{live_server.url}/admin/")
        page.get_by_role("link", name="The matrix as a workbook").click()
        with page.expect_download() as download:
            page.get_by_role("link", name="Download the workbook").click()
        file = tmp_path / f"{scheme}-{download.value.suggested_filename}"
        download.value.save_as(file)
        rank = {"light": 8, "dark": 9}[scheme]

        def edit(book, rank=rank):
            place(book, "Rank", "ACC-BAS", "DIG-APP").value = rank
            place(book, "Say", "ACC-BAS", "DIG-APP").value = f"ลองใช้แอป {rank}"

        good = edited(file.read_bytes(), edit)
        bad = edited(good, lambda book: book["Grid"].__setitem__("C3", "=1"))
        file.write_bytes(bad)
        page.set_input_files("#id_file", file)
        page.get_by_role("button", name="Show the differences").click()
        assert page.get_by_role("row", name="Grid!C3").is_visible()
        troubles += [(scheme, text) for text in violations(page)]
        heard.clear()  # the browser reports the 422 itself
        file.write_bytes(good)
        page.set_input_files("#id_file", file)
        page.get_by_role("button", name="Show the differences").click()
        page.get_by_role("button", name="Take over 1 difference").wait_for()
        troubles += [(scheme, text) for text in violations(page)]
        for width in (320, 820, 1366):
            page.set_viewport_size({"width": width, "height": 768})
            if sideways(page):
                troubles.append((scheme, width, sideways(page)))
        page.get_by_role("button", name="Take over 1 difference").click()
        page.get_by_text("1 difference was taken over.").wait_for()
        assert Pairing.objects.get(main__code="ACC-BAS", cross__code="DIG-APP").rank == rank
    assert troubles == []


@pytest.mark.parametrize(
    ("title", "sheet", "model"),
    [
        ("The catalogue as a workbook", "Products", Product),
        ("The offers as a workbook", "Offers", Offer),
    ],
)
def test_tables_out_changed_and_back_in(
    new_page, live_server, listen, bank, tmp_path, title, sheet, model
) -> None:
    page, code = new_page("owner"), model.objects.order_by("code").first().code
    heard = listen(page)
    page.goto(f"{live_server.url}/admin/")
    page.get_by_role("link", name=title).click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the workbook").click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    good = edited(file.read_bytes(), writing(**{sheet: {code: {"name": "ชื่อ Όνομα"}}}))
    bad = edited(good, lambda book: book[sheet].__setitem__("B4", "=A1"))
    file.write_bytes(bad)
    page.set_input_files("#id_file", file)
    page.get_by_role("button", name="Show the differences").click()
    assert page.get_by_role("row", name=f"{sheet}!B4").is_visible()
    heard.clear()  # the browser reports the 422 itself
    file.write_bytes(good)
    page.set_input_files("#id_file", file)
    page.get_by_role("button", name="Show the differences").click()
    page.get_by_role("button", name="Take over 1 difference").wait_for()
    troubles = list(violations(page))
    for width in (320, 820, 1366):
        page.set_viewport_size({"width": width, "height": 768})
        troubles += sideways(page) or []
    page.get_by_role("button", name="Take over 1 difference").click()
    page.get_by_text("1 difference was taken over.").wait_for()

    assert model.objects.get(code=code).name == "ชื่อ Όνομα"
    assert (troubles, heard) == ([], [])
