"""What keeps a text from the public, as far as rules alone can see."""

import re
import unicodedata

LONGEST = 2_000  # characters
# A day tells more than the quarter that stands beside the text.
DAY = re.compile(r"(?:\d{4}\s*年\s*)?\d{1,2}\s*月\s*\d{1,2}\s*[日号]|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}")
LONG_NUMBER = re.compile(r"\d(?:[^\w\n]{0,2}\d){6,}")  # 7 digits and more could be a telephone


def doubts(text: str) -> list[str]:
    """What keeps a text from being approved, by name: a long number, a day, no words, too many."""
    folded = unicodedata.normalize("NFKC", text)
    found = ["digits"] if LONG_NUMBER.search(folded) else []
    found += ["day"] if DAY.search(folded) else []
    found += ["empty"] if not text.strip() else []
    return found + (["long"] if len(text) > LONGEST else [])
