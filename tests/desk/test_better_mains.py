"""A better main product on the desk: its price beside the chosen one, and the honest comparison."""

import pytest

pytestmark = pytest.mark.django_db


def shown(client, **answers) -> str:
    data = {
        f"{name.replace('_', '-', 1).replace('_', '-')}": value for name, value in answers.items()
    }
    data["more"] = "1"
    return client.post("/desk/ACC-BAS/", data, headers={"HX-Request": "true"}).content.decode()


def test_step_up_tells_difference_contents_and_saving(sign_in, bank) -> None:
    page = shown(sign_in("seller"))

    assert "6.00 CU a month more" in page
    assert "Bought apart: 6.75 CU a month; together it saves 0.75 CU." in page
    assert "Annual travel cover (45.00 a year)" in page
    assert "together it is dearer" not in page


def test_customer_who_never_travels_is_told_that_apart_is_cheaper(sign_in, bank) -> None:
    page = shown(sign_in("seller"), item_DIG_ALR="accepted", item_INS_CRD="accepted")

    assert "costs 3.00 CU a month apart: together it is dearer by 3.00 CU" in page
