"""What the public may know of when cases come in, and by which way: counts rounded down to tens.

Of calendar years that are over, by weekday and hour of the city's own clock, as many hours together
as it takes for a number to stand for FEW cases on average; of quarters and years that are over, by
channel. A channel is in the hotline's own words: one that hardly anybody took is not told by name.
"""

import re
from collections import Counter
from datetime import date

import pandas as pd
from sqlalchemy import Engine

from cities import City, midnight
from data_access.cases import case_facts
from data_access.intake import DAYS, FEWEST, HOURS, OTHER, WIDTHS, channels, rhythm
from data_access.tens import ROUND, down
from metrics.periods import closed, label

FEW = 50
WORD = re.compile(r"[^\W\d]{1,20}")  # a way's name: no number, no sentence
Moment = tuple[int, int, int, int]  # year, month, weekday from 1 on, hour


def tables(engine: Engine, city: City, as_of: date) -> dict[str, pd.DataFrame]:
    """Both tables as of a day; empty before the first period is over."""
    moments, ways = Counter[Moment](), Counter[tuple[int, int, str]]()
    columns = {"received_at", "channel"}
    for part in case_facts.parts(engine, "cases", city.id, midnight(as_of, city), columns):
        at = part["received_at"].to_pandas().dt.tz_convert(city.timezone).dt
        channel = part["channel"].to_pylist()
        moments.update(zip(at.year, at.month, at.day_of_week + 1, at.hour, strict=True))
        ways.update(zip(at.year, at.month, channel, strict=True))
    return {"rhythm": _rhythm(moments, as_of), "channels": _channels(ways, as_of)}


def _rhythm(moments: Counter[Moment], as_of: date) -> pd.DataFrame:
    years: dict[str, Counter[tuple[int, int]]] = {}
    for (year, month, weekday, hour), cases in moments.items():
        period = label(year, month, "year")
        if closed(period, as_of):
            years.setdefault(period, Counter())[weekday, hour] += cases
    rows = [row for period, told in sorted(years.items()) for row in _week(period, told)]
    return pd.DataFrame(rows, columns=rhythm.c.keys())


def _week(period: str, told: Counter[tuple[int, int]]) -> list[tuple[str, int, int, int, int]]:
    """A row for each weekday and hours, those without a case too."""
    least = FEW * DAYS * HOURS / max(1, told.total())
    width = next((one for one in WIDTHS if one >= least), WIDTHS[-1])
    return [
        (period, day, first, width, down(sum(told[day, first + n] for n in range(width))))
        for day in range(1, DAYS + 1)
        for first in range(0, HOURS, width)
    ]


def _channels(ways: Counter[tuple[int, int, str]], as_of: date) -> pd.DataFrame:
    periods: dict[str, Counter[str]] = {}
    for (year, month, channel), cases in ways.items():
        for grain in ("quarter", "year"):
            period = label(year, month, grain)
            if closed(period, as_of):
                periods.setdefault(period, Counter())[channel or OTHER] += cases
    rows = [
        (period, channel, cases)
        for period, told in sorted(periods.items())
        for channel, cases in sorted(_named(told).items())
    ]
    return pd.DataFrame(rows, columns=channels.c.keys())


def _named(told: Counter[str]) -> dict[str, int]:
    """The ways that are told, each rounded down; too rare ones together, or not at all."""
    found = Counter[str]()
    for channel, cases in told.items():
        plain = cases >= FEWEST and WORD.fullmatch(channel) is not None
        found[channel if plain else OTHER] += cases
    return {channel: down(cases) for channel, cases in found.items() if cases >= ROUND}
