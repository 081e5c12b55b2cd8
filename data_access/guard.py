"""Texts in tables: what a spreadsheet would take for a formula is disarmed."""

import unicodedata

RISKY = "=+-@|%'"  # a text that begins so is a formula to a spreadsheet, or looks guarded already
GUARD = "'"


def guarded(text: str) -> str:
    """A text that no spreadsheet takes for a formula; taking one leading ' away gives it back."""
    start = next((c for c in text if not c.isspace() and unicodedata.category(c)[0] != "C"), "")
    return f"{GUARD}{text}" if unicodedata.normalize("NFKC", start)[:1] in (*RISKY,) else text
