"""Texts in CSV files and workbooks: none that a spreadsheet takes for a formula."""

import unicodedata

RISKY = "=+-@|%'"  # a text that begins so is a formula to a spreadsheet, or looks guarded already
GUARD = "'"


def guarded(text: str) -> str:
    """A text that no spreadsheet takes for a formula; taking one leading ' away gives it back."""
    start = next((c for c in text if not c.isspace() and unicodedata.category(c)[0] != "C"), "")
    return f"{GUARD}{text}" if unicodedata.normalize("NFKC", start)[:1] in (*RISKY,) else text


def cell(text: str) -> str:
    """The same as a cell of a CSV file: a bare CR would end its row, so a line ends with LF."""
    return guarded(text.replace("\r\n", "\n").replace("\r", "\n"))
