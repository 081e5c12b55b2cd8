"""Sealing: AES-256-GCM, with every content padded to whole blocks so that its length is mute."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

BLOCK = 1024  # bytes; nearly every case fits into one
NONCE = 12
END = b"\x80"  # marks where the content ends and the padding begins


def seal(key: bytes, content: bytes, place: bytes, block: int = BLOCK) -> bytes:
    """Content that only this key opens, and only at this place (the name of its row)."""
    padded = content + END
    padded += bytes(-len(padded) % block)
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, padded, place)


def unseal(key: bytes, sealed: bytes, place: bytes) -> bytes | None:
    """The content, or None where the key does not fit."""
    try:
        padded = AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], place)
    except InvalidTag:
        return None
    return padded[: padded.rindex(END)]
