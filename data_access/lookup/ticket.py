"""A ticket: what a shown case hands its caller to rate it with, so that no code is typed again.

It holds the name and the key of the row, sealed under a key made of the pepper, for half an hour.
It stands in a hidden field of a page that is kept nowhere, and never in an address.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error

from data_access.lookup import keys, sealing
from data_access.lookup.keys import Token

SECONDS = 1_800  # that it is good for
PLACE = b"ticket"
BLOCK = 128  # bytes: name, key and a moment fit in
LONGEST = 400  # characters; ours have fewer


def issue(pepper: bytes, held: Token, now: float) -> str:
    """A ticket for the row of a token."""
    until = int(now) + SECONDS
    content = held.name + held.seal + until.to_bytes(8, "big")
    return urlsafe_b64encode(sealing.seal(_key(pepper), content, PLACE, BLOCK)).decode()


def read(pepper: bytes, ticket: str, now: float) -> Token | None:
    """The token of a ticket; None for any other text, or when its time is over."""
    try:
        sealed = urlsafe_b64decode(ticket.encode("ascii", "replace"))
    except (Error, ValueError):
        sealed = b""
    content = sealing.unseal(_key(pepper), sealed, PLACE) if len(sealed) > sealing.NONCE else None
    if content is None or int.from_bytes(content[-8:], "big") < now:
        return None
    return Token(content[: keys.LENGTH], content[keys.LENGTH : -8])


def _key(pepper: bytes) -> bytes:
    return keys.derive(pepper, "ticket")
