"""The language of a metric: listed columns, comparisons, AND, OR, NOT, IN, IS NULL. Nothing else.

Functions and arithmetic are refused, so one text means the same on every engine.
"""

import re
from collections.abc import Collection

KEYWORDS = frozenset({"AND", "OR", "NOT", "IN", "IS", "NULL", "TRUE", "FALSE"})
TOKEN = re.compile(r"\s*(<=|>=|<>|[=<>(),]|'[^']*'|\d+|[A-Za-z_][A-Za-z0-9_]*)")


class BadExpression(ValueError):
    """A text outside the language; the message shows the first thing that does not belong."""


def tokens(text: str, columns: Collection[str]) -> list[str]:
    """Split an expression over some columns, refusing whatever is not in the language."""
    found, position, end = [], 0, len(text.rstrip())
    while position < end:
        match = TOKEN.match(text, position)
        if match is None:
            raise BadExpression(f"{text!r}: cannot read {text[position:].strip()[:12]!r}")
        token, position = match[1], match.end()
        if token[0].isalpha() and token not in KEYWORDS and token not in columns:
            raise BadExpression(
                f"{text!r}: {token!r} is neither a listed column nor one of {sorted(KEYWORDS)}"
            )
        found.append(token)
    if not found:
        raise BadExpression("an empty expression")
    return found
