"""A number of the bank: found again by its hash, read again only with the key."""

import pytest

from crossbank.conduct.references import Unreadable, reference_hash, seal, unseal


def test_sealed_number_is_read_again_and_never_looks_alike() -> None:
    first, second = seal("+49 30 123456"), seal("+49 30 123456")

    assert (unseal(first), unseal(second)) == ("+49 30 123456", "+49 30 123456")
    assert first != second
    assert "123456" not in first
    assert (seal(""), unseal("")) == ("", "")


def test_another_key_or_a_changed_text_reads_nothing(settings) -> None:
    sealed = seal("4711")
    changed = sealed[:-4] + ("AAAA" if sealed[-4:] != "AAAA" else "BBBB")

    with pytest.raises(Unreadable):
        unseal(changed)
    settings.REFERENCE_KEY = "another"
    with pytest.raises(Unreadable):
        unseal(sealed)


def test_hash_knows_a_number_however_it_is_typed() -> None:
    assert reference_hash(" 12 34a ") == reference_hash("1234A")
    assert reference_hash("1234A") != reference_hash("1234B")
    assert reference_hash("   ") == ""
