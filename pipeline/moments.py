"""Dates and times as hotlines write them, read as moments.

Whatever can be read without doubt is read, with a note where it is not in the documented form;
what stands for "no date" is no date, with a note.
"""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from data_access.cases.frames import MOMENT
from pipeline.sources import Problem

OFFSET = r"(Z|[+-]\d\d(?::?\d\d)?)?"
DOCUMENTED = r"([12]\d{3}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})?)([+-]\d\d:\d\d)?"
EMPTY = r"(?:1900-0?1-0?[01]|1900/0?1/0?[01]|0000-00-00|0000/00/00|1899-12-3[01]|0)(?:[ T][0:.]+)?"
LOOSE = (
    r"([12]\d{3})(?:[-/.]|年)(\d{1,2})(?:[-/.]|月)(\d{1,2})"
    r"(?:(?:日\s*|[T\s]+)(\d{1,2})(?:[:时点](\d{1,2})?)(?:[:分](?:(\d{1,2})(?:\.(\d{1,6}))?\d*秒?)?)?"
    rf"\s*{OFFSET}|日?)"
)
DIGITS = r"([12]\d{3})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?"
SERIAL = r"[3-7]\d{4}(?:\.\d+)?"  # days since Excel's beginning, 1982 to 2119
EXCEL = pd.Timestamp(1899, 12, 30)
EMPTY_DATE = pd.Timestamp(1900, 1, 1)  # how old systems write "no date"
FORMAT = "%Y-%m-%d %H:%M:%S.%f"


@dataclass
class Moments:
    """Moments in UTC, by row, and which rows are unreadable, loosely written or no date."""

    utc: "pd.Series[pd.Timestamp]"
    unreadable: "pd.Series[bool]"
    loose: "pd.Series[bool]"
    empty: "pd.Series[bool]"


def read(texts: "pd.Series[str]", zone: ZoneInfo, whole_days: bool = False) -> Moments:
    """Read a column of stripped texts; `whole_days` makes a date alone mean that day's end."""
    exact = texts.str.extract(f"^{DOCUMENTED}$")
    local = pd.to_datetime(_fraction(exact[0]), format=FORMAT, errors="coerce")
    local, offset = local.astype("datetime64[us]"), exact[1]
    rest = texts[local.isna() & (texts != "")].str.normalize("NFKC").str.strip()
    empty = pd.Series(False, index=texts.index)
    midnight = (exact[0] == "1900-01-01 00:00:00") | exact[0].str.startswith("1900-01-01", na=False)
    empty[midnight] = True
    if len(rest):
        empty[rest.index] |= rest.str.fullmatch(EMPTY)
        found, told, alone = _loose(rest[~empty[rest.index]])
        if whole_days:
            found = found.mask(alone, found + pd.Timedelta(days=1) - pd.Timedelta(microseconds=1))
        local, offset = local.fillna(found), offset.fillna(told)
    local = local.mask(empty)
    loose = pd.Series(False, index=texts.index)
    loose[rest.index] = local[rest.index].notna()
    utc = _utc(local, offset, zone)
    return Moments(utc, utc.isna() & (texts != "") & ~empty, loose & utc.notna(), empty)


def parse(
    texts: "pd.Series[str]", formats: tuple[str, ...], zone: ZoneInfo, problems: list[Problem]
) -> "pd.Series[pd.Timestamp]":
    """Texts of a source that documents its own `formats`; read() is for whatever differs.

    The index holds the lines. Adds what it cannot read, and notes, to `problems`.
    """
    local = pd.Series(pd.NaT, index=texts.index, dtype="datetime64[us]")
    for form in formats:
        local = local.fillna(pd.to_datetime(texts, format=form, errors="coerce"))
    rest = read(texts.where(local.isna(), ""), zone)
    empty = rest.empty | (local == EMPTY_DATE)
    for wrong, rule, remedy in (
        (rest.unreadable, "unreadable_date", f"write it as {formats[0]}"),
        (empty, "empty_date", "read as no date: 1900 and 0000 stand for none"),
        (rest.utc.notna(), "date_format", f"read all the same; write it as {formats[0]}"),
    ):
        fatal = wrong is rest.unreadable
        problems += [
            Problem(line, str(texts.name), texts[line], rule, remedy, fatal)
            for line in texts.index[wrong].tolist()
        ]
    return aware(local.mask(empty), zone).astype(MOMENT).fillna(rest.utc)


def _fraction(texts: "pd.Series[str]") -> "pd.Series[str]":
    return texts.where(texts.str.contains(".", regex=False, na=False), texts + ".0")


def _loose(
    texts: "pd.Series[str]",
) -> "tuple[pd.Series[pd.Timestamp], pd.Series[str], pd.Series[bool]]":
    """Local moments and offsets of other ways to write them, and which tell no time of day."""
    loose = texts.str.extract(f"^{LOOSE}$")
    digits = texts.str.extract(f"^{DIGITS}$")
    parts = loose.loc[:, 0:5].fillna(digits)
    alone = parts[0].notna() & parts[3].isna()
    written = parts[0] + "-" + parts[1] + "-" + parts[2] + " "
    for place, mark in ((3, ":"), (4, ":"), (5, ".")):
        written += parts[place].fillna("0") + mark
    written += loose[6].fillna("0")
    local = pd.to_datetime(written, format=FORMAT, errors="coerce").astype("datetime64[us]")
    serial = texts.where(texts.str.fullmatch(SERIAL)).astype("float64")
    seconds = pd.to_timedelta((serial * 86_400).round(), unit="s")
    local = local.fillna((EXCEL + seconds).astype("datetime64[us]"))
    return local, loose[7], alone | (serial.notna() & (serial % 1 == 0))


def _utc(
    local: "pd.Series[pd.Timestamp]", offset: "pd.Series[str]", zone: ZoneInfo
) -> "pd.Series[pd.Timestamp]":
    """Where an offset was told it holds; elsewhere the city's own time."""
    known = aware(local, zone).astype(MOMENT)
    told = offset.notna() & local.notna()
    if told.any():
        written = local[told].dt.strftime("%Y-%m-%dT%H:%M:%S.%f") + offset[told]
        known[told] = pd.to_datetime(written, format="ISO8601", errors="coerce", utc=True)
    return known


def aware(local: "pd.Series[pd.Timestamp]", zone: ZoneInfo) -> "pd.Series[pd.Timestamp]":
    """Local times as moments: of an hour told twice the first, of one skipped its end."""
    first = np.ones(len(local), dtype=bool)
    known = local.dt.tz_localize(zone, ambiguous=first, nonexistent="shift_forward")
    return known.dt.tz_convert("UTC")
