"""A code is found again however it is typed, and never by a slip."""

from hypothesis import given
from hypothesis import strategies as st

from crossbank.engine.right_codes import LENGTH, SIGNS, code_of, read, spoken

CODES = st.lists(st.integers(0, len(SIGNS) - 1), min_size=LENGTH, max_size=LENGTH).map(code_of)


def test_code_is_printed_in_groups_without_look_alikes() -> None:
    assert len(SIGNS) == len(set(SIGNS)) == 31
    assert spoken(code_of([0, 1, 2, 3, 4, 5, 6, 7])) == "123-456-78E"


@given(CODES)
def test_code_is_read_as_people_type_it(code) -> None:
    typed = f"  {spoken(code).lower().replace('-', ' ')} "

    assert read(typed) == read(spoken(code)) == code
    assert read(code.replace("1", "l")) == code


@given(CODES, st.integers(0, LENGTH), st.sampled_from(SIGNS))
def test_one_wrong_sign_is_always_found(code, place, sign) -> None:
    slip = code[:place] + sign + code[place + 1 :]

    assert (read(slip) is None) == (slip != code)


@given(CODES, st.integers(0, LENGTH), st.integers(0, LENGTH))
def test_two_signs_that_changed_places_are_always_found(code, one, other) -> None:
    signs = list(code)
    signs[one], signs[other] = signs[other], signs[one]
    slip = "".join(signs)

    assert (read(slip) is None) == (slip != code)


def test_what_cannot_be_a_code_is_none() -> None:
    assert [
        read(text) for text in ("", "123", "123456780", "12345678G1", "ΑΒΓΔ56789", "💳" * 9)
    ] == [None] * 6
