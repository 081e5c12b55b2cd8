"""Cells of any file or database as texts: what a person would read, and nothing more.

Everything is judged as text, so that a workbook, a CSV and a database view of the same case are
the same case, and a row in quarantine looks as it looked.
"""

import math
import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal

UNSTORABLE = re.compile("[\0\ud800-\udfff]")  # no database takes them


def raw(value: object) -> str:
    """A cell as it stood, as far as a database can keep it."""
    return UNSTORABLE.sub("\ufffd", value) if isinstance(value, str) else text(value)


def text(value: object) -> str:
    """A cell as text without surrounding space; nothing, NaN and NaT are ""."""
    if isinstance(value, str):
        return UNSTORABLE.sub("\ufffd", value).strip()
    if value is None or value != value:
        return ""
    if isinstance(value, (bool, int)):
        return str(value).lower()
    if isinstance(value, (float, Decimal)):
        return _number(value)
    if isinstance(value, (date, time, timedelta)):
        return _moment(value)
    if isinstance(value, (bytes, memoryview)):
        return text(bytes(value).decode("utf-8", "replace"))
    return text(str(value))


def _number(value: float | Decimal) -> str:
    """Whole numbers without a decimal point: spreadsheets keep case numbers as floats."""
    whole = math.isfinite(value) and value == int(value)
    return str(int(value)) if whole else str(value)


def _moment(value: date | time | timedelta) -> str:
    if isinstance(value, datetime):
        return value.isoformat(" ")
    return value.isoformat() if isinstance(value, (date, time)) else str(value)
