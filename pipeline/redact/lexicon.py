"""The words of `lexicon.toml`: surnames, cues, forms of address, and words that are no names."""

import tomllib
from pathlib import Path

LEXICON: dict[str, str] = tomllib.loads(
    Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")
)
SINGLE = frozenset("".join(LEXICON["single"].split()))
DOUBLE = frozenset(LEXICON["double"].split())
ORDINARY = frozenset(LEXICON["ordinary"])
NOT_GIVEN = frozenset(LEXICON["not_given"])
BEHIND = tuple(LEXICON["behind"].split() + LEXICON["acts"].split())
NO_NAMES = tuple(LEXICON["words"].split())
BOTH = frozenset(LEXICON["both"].split())
ORGANISATIONS = tuple(LEXICON["organisations"].split())
PLACES = frozenset(LEXICON["places"])
SOUNDS = frozenset(LEXICON["sounds"])


def words_of(key: str) -> str:
    """The words of a list as alternatives of a regular expression, longest first."""
    return "|".join(sorted(set(LEXICON[key].split()), key=lambda word: (-len(word), word)))
