"""Texts as moments: in the documented formats, or in another that cannot be mistaken."""

from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from pipeline.sources import Problem

EMPTY_DATE = pd.Timestamp(1900, 1, 1)  # how old systems write "no date"
EMPTY = ("0000-00-00", "0000-00-00 00:00:00")
# The year comes first, so day and month cannot be mixed up.
DAYS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日")
HOURS = (
    "",
    " %H:%M:%S",
    " %H:%M",
    "T%H:%M:%S",
    "T%H:%M:%S.%f",
    " %H:%M:%S.%f",
    "%H:%M",
    "%H时%M分",
)
CLEAR = tuple(day + hour for day in DAYS for hour in HOURS)


def parse(
    texts: "pd.Series[str]", formats: tuple[str, ...], zone: ZoneInfo, problems: list[Problem]
) -> "pd.Series[pd.Timestamp]":
    """Local times as moments in UTC; none where a text is empty or cannot be read.

    The index holds the lines. What is not in one of the formats is noted in `problems`.
    """
    local = _local(texts, formats, pd.Series(pd.NaT, index=texts.index, dtype="datetime64[us]"))
    known = local.notna()
    if not (known | (texts == "")).all():
        local = _local(texts, CLEAR, local)
    empty = (local == EMPTY_DATE) | texts.isin(EMPTY)
    for wrong, rule, remedy in (
        (local.isna() & ~empty & (texts != ""), "unreadable_date", f"write it as {formats[0]}"),
        (empty, "empty_date", "read as no date: 1900 and 0000 stand for none"),
        (local.notna() & ~known & ~empty, "date_format", f"understood; write it as {formats[0]}"),
    ):
        fatal = rule == "unreadable_date"
        problems += [
            Problem(line, str(texts.name), texts[line], rule, remedy, fatal)
            for line in texts.index[wrong].tolist()
        ]
    return aware(local.mask(empty), zone)


def _local(
    texts: "pd.Series[str]", formats: tuple[str, ...], known: "pd.Series[pd.Timestamp]"
) -> "pd.Series[pd.Timestamp]":
    for form in formats:
        if known.notna().all():
            break
        known = known.fillna(pd.to_datetime(texts, format=form, errors="coerce"))
    return known


def aware(local: "pd.Series[pd.Timestamp]", zone: ZoneInfo) -> "pd.Series[pd.Timestamp]":
    """Local times as moments: of an hour told twice the first, of one skipped its end."""
    first = np.ones(len(local), dtype=bool)
    known = local.dt.tz_localize(zone, ambiguous=first, nonexistent="shift_forward")
    return known.dt.tz_convert("UTC")
