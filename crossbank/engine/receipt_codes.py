"""The code on a customer's page: it finds his conversation again, and no column keeps it.

It is the beginning of the conversation's number, in the signs of `right_codes`. A beginning may be
shared, so whoever looks one up may find several and must not guess.
"""

from uuid import UUID

from crossbank.engine import right_codes

_BITS = 39  # what eight of 31 signs hold; the first 48 bits of a random number are all random
_REST = 128 - _BITS


def code_of(number: UUID) -> str:
    """This will make the code of a conversation, its check sign included."""
    left, signs = number.int >> _REST, len(right_codes.SIGNS)
    places = []
    for _place in range(right_codes.LENGTH):
        left, place = divmod(left, signs)
        places.append(place)
    return right_codes.code_of(places[::-1])


def numbers_of(typed: str) -> tuple[UUID, UUID] | None:
    """This will give the first and the last number that have this code, however it was typed.

    None when it cannot be such a code.
    """
    code = right_codes.read(typed)
    if code is None:
        return None
    beginning = 0
    for sign in code[: right_codes.LENGTH]:
        beginning = beginning * len(right_codes.SIGNS) + right_codes.SIGNS.index(sign)
    if beginning >> _BITS:
        return None
    first = beginning << _REST
    return UUID(int=first), UUID(int=first | ((1 << _REST) - 1))
