"""Query codes (查询码): how they are drawn, and how what a visitor types is read."""

import secrets
import unicodedata

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no 0 O, no 1 I L, no U
LENGTH = 10  # symbols of 30: 49 bits, so that codes cannot be tried out


def new_code() -> str:
    """A code nobody can foresee."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def plain(typed: str) -> str:
    """Case number or code as it is hashed: full width, lower case, blanks and dashes are alike."""
    folded = unicodedata.normalize("NFKC", typed).upper()
    return "".join(symbol for symbol in folded if symbol.isalnum())
