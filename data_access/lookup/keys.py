"""Keys of the look-up: two secrets in files, and what is derived from them.

The pepper makes, of a case number and its code, the name of a row and the key that opens it. Both
processes need it. The filling key lets the pipeline alone find and renew rows whose codes it no
longer knows. Neither is in a database, in an environment variable or in the repository.
"""

import hashlib
import hmac
import os
import secrets
from typing import NamedTuple

from data_access.lookup.codes import plain
from data_access.settings import lookup_secret

VERSION = "v1"
LENGTH = 32  # bytes of a secret and of whatever is derived from it


class SecretMissing(RuntimeError):
    """A secret is not where it should be; the message says where and what to do."""


class Token(NamedTuple):
    """What a case number and its code stand for: the name of a row, and the key that opens it."""

    name: bytes
    seal: bytes


def secret(name: str) -> bytes:
    """The secret `pepper` or `filling_key` from its file; SecretMissing where there is none."""
    path = lookup_secret(name)
    try:
        found = path.read_bytes()
    except OSError as error:
        raise SecretMissing(
            f"no {name} at {path} ({error.strerror}): `python -m pipeline lookup fill` makes one "
            f"for an empty store; else put back the one the store was filled with, "
            f"or name its file in LOOKUP_{name.upper()}_FILE"
        ) from None
    if len(found) != LENGTH:
        raise SecretMissing(f"{path} holds {len(found)} bytes, not a {name} of {LENGTH}")
    return found


def create(name: str) -> None:
    """Make a secret that only this user may read, unless there is one."""
    path = lookup_secret(name)
    if path.exists():
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(secrets.token_bytes(LENGTH))
        os.fsync(handle)


def derive(key: bytes, *parts: str) -> bytes:
    """HMAC-SHA256 of some parts, none of which can run over into the next."""
    told = "".join(f"{len(part)}:{part}" for part in (VERSION, *parts))
    return hmac.digest(key, told.encode(), hashlib.sha256)


def token(pepper: bytes, city: str, number: str, code: str) -> Token:
    """Name and key of a row, from what the caller holds, in whatever way it was typed."""
    held = (city, plain(number), plain(code))
    return Token(derive(pepper, "name", *held), derive(pepper, "seal", *held))
