"""What a bank's own numbers become here: a keyed hash to find them again, or a sealed text.

Both keys come from REFERENCE_KEY, which lives outside the database.
"""

import base64
import hashlib
import hmac
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class Unreadable(Exception):
    """Sealed with another key, or changed since: nobody can read it any more."""


def reference_hash(reference: str) -> str:
    """The bank's customer number as a keyed hash: the same number gives the same hash (C13)."""
    plain = "".join(reference.split()).upper()
    if not plain:
        return ""
    return hmac.new(settings.REFERENCE_KEY.encode(), plain.encode(), hashlib.sha256).hexdigest()


def seal(plain: str) -> str:
    """A contact or case number as only `unseal` reads it; "" stays "". Two seals differ."""
    return _box(settings.REFERENCE_KEY).encrypt(plain.encode()).decode() if plain else ""


def unseal(sealed: str) -> str:
    """The number again. Raises Unreadable; whoever shows it writes the trail first."""
    if not sealed:
        return ""
    try:
        return _box(settings.REFERENCE_KEY).decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise Unreadable from None


@lru_cache(maxsize=2)
def _box(key: str) -> Fernet:
    """A key of its own for sealing: hashes and seals never share one (RFC 5869)."""
    derived = HKDF(SHA256(), length=32, salt=None, info=b"crossbank contact numbers")
    return Fernet(base64.urlsafe_b64encode(derived.derive(key.encode())))
