"""Codes that a customer reads aloud: short, without look-alikes, and a slip of one sign shows.

31 signs, a prime number, so that the weighted sum of ISO 7064's kind finds every single wrong sign
and every two that changed places, wherever they stand.
"""

from collections.abc import Sequence

SIGNS = "123456789ABCDEFGHJKMNPQRSTVWXYZ"  # no 0, I, L, O, U
LENGTH = 8  # without the check sign: 31 ** 8, about 8.5e11
_GROUP = 3
_LOOKS_LIKE = str.maketrans({"I": "1", "L": "1", "U": "V"})


def code_of(numbers: Sequence[int]) -> str:
    """This will make a code of `LENGTH` numbers below `len(SIGNS)`, and its check sign.

    Raises: ValueError for another count or a number out of range.
    """
    if len(numbers) != LENGTH or not all(0 <= n < len(SIGNS) for n in numbers):
        raise ValueError(f"a code has {LENGTH} numbers below {len(SIGNS)}")
    return "".join(SIGNS[n] for n in (*numbers, _check(numbers)))


def read(typed: str) -> str | None:
    """This will give the code as it is kept, however it was typed; None when it cannot be one."""
    plain = "".join(sign for sign in typed.upper() if sign.isalnum()).translate(_LOOKS_LIKE)
    if len(plain) != LENGTH + 1 or any(sign not in SIGNS for sign in plain):
        return None
    *numbers, check = (SIGNS.index(sign) for sign in plain)
    return plain if check == _check(numbers) else None


def spoken(code: str) -> str:
    """This will group a code as it is printed and read aloud: K7Q-F3M-2XP."""
    return "-".join(code[n : n + _GROUP] for n in range(0, len(code), _GROUP))


def _check(numbers: Sequence[int]) -> int:
    """Weights 1, 2, … are distinct and not zero modulo a prime: the proof of both promises."""
    return sum(weight * n for weight, n in enumerate(numbers, start=1)) % len(SIGNS)
