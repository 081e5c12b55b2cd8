"""Passwords of local accounts: scrypt, salted, compared in constant time."""

import hashlib
import hmac
import secrets
from base64 import b64decode, b64encode

COST, BLOCK, LANES = 2**15, 8, 1  # 32 MB and about a tenth of a second
MEMORY = 2 * 128 * COST * BLOCK
LONGEST = 200  # characters that anybody may have us hash


def sealed(password: str) -> str:
    """What is kept of a password."""
    salt = secrets.token_bytes(16)
    return "$".join(("scrypt", _text(salt), _text(_hash(password, salt))))


def fits(password: str, kept: str) -> bool:
    """Whether it is that password. Without any to compare it takes as long, and says no."""
    _, salt, expected = (kept or UNKNOWN).split("$")
    told = _hash(password[:LONGEST], b64decode(salt))
    return hmac.compare_digest(told, b64decode(expected)) and bool(kept)


def _hash(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(
        password.encode(), salt=salt, n=COST, r=BLOCK, p=LANES, maxmem=MEMORY, dklen=32
    )


def _text(value: bytes) -> str:
    return b64encode(value).decode()


UNKNOWN = "$".join(("scrypt", _text(bytes(16)), _text(bytes(32))))
