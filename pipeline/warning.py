"""Early warning over the case database: daily counts of every cell, and the alerts of one day."""

from dataclasses import dataclass
from datetime import date, timedelta

import chinese_calendar
import pandas as pd
from sqlalchemy import Engine

from cities import City, midnight
from cities.clock import FIRST_YEAR, LAST_YEAR
from data_access.cases import store
from metrics import registry
from metrics.stats.alerts import RATE, Alert
from metrics.stats.alerts import warn as alerts_of
from metrics.stats.expected import TREND_NEEDS, TooLittleHistory
from pipeline import count

CHINA = "Asia/Shanghai"
SPRING_FESTIVAL, HOLIDAY, MAKE_UP = "spring festival", "holiday", "make-up"


LEVEL_ASSUMED = (
    "less than two years of counts: growth cannot be told from the season and is taken as none, "
    "so a hotline that grows is warned of its growth"
)
CALENDAR_ENDS = f"public holidays after {LAST_YEAR} are not known: install a newer chinesecalendar"


@dataclass(frozen=True)
class Watch:
    """The alerts of one day, most certain first, and what to bear in mind when reading them."""

    alerts: tuple[Alert, ...]
    notes: tuple[str, ...]


def warn(
    engine: Engine, city: City, as_of: date, category: str = "category2", rate: float = RATE
) -> list[Alert]:
    """The alerts of `watch`, without its notes."""
    return list(watch(engine, city, as_of, category, rate).alerts)


def watch(
    engine: Engine, city: City, as_of: date, category: str = "category2", rate: float = RATE
) -> Watch:
    """The alerts of the day that ends at `as_of`; `category` is category or category2.

    ValueError where the database does not reach that day, TooLittleHistory where it holds less
    than 13 months before it.
    """
    until = store.coverage(engine, city.id).observed_until
    if until is None:
        raise ValueError(f"no file of {city.id} says until when its cases are known")
    if midnight(as_of, city) > until:
        known = until.astimezone(city.zone)
        raise ValueError(f"cases of {city.id} are known until {known:%Y-%m-%d}, not {as_of}")
    counts = daily(engine, city, as_of, category)
    days = pd.DatetimeIndex(counts.index)
    found = alerts_of(counts, kinds(days, city), days[-1], rate)
    short, late = len(days) <= TREND_NEEDS, city.timezone == CHINA and days[-1].year > LAST_YEAR
    notes = [note for note, holds in ((LEVEL_ASSUMED, short), (CALENDAR_ENDS, late)) if holds]
    return Watch(found, tuple(notes))


def daily(engine: Engine, city: City, as_of: date, category: str = "category2") -> pd.DataFrame:
    """Cases received: a row for every local day before `as_of`, a column a (category, area).

    Cases without a category or an area are left out. TooLittleHistory where there are no others.
    """
    rows = _told(engine, city, as_of, (category, "area"))
    return _days(rows, category, as_of)


def by_path(engine: Engine, city: City, as_of: date, split: str) -> pd.DataFrame:
    """The same by second-level category, named after its first level too: "first split second"."""
    rows = _told(engine, city, as_of, ("category", "category2", "area"))
    return _days(rows.assign(path=rows["category"] + split + rows["category2"]), "path", as_of)


def _told(engine: Engine, city: City, as_of: date, by: tuple[str, ...]) -> pd.DataFrame:
    rows = count.daily(engine, registry.get("received"), city, as_of, by)
    rows = rows[(rows[list(by)].fillna("") != "").all(axis=1)]
    if rows.empty:
        named = " and ".join(by)
        raise TooLittleHistory(f"{city.id} has no case with {named} before {as_of}")
    return rows


def _days(rows: pd.DataFrame, category: str, as_of: date) -> pd.DataFrame:
    table = rows.pivot_table("numerator", "day", [category, "area"], aggfunc="sum", fill_value=0)
    days = pd.date_range(rows["day"].min(), as_of - timedelta(days=1))
    return table.reindex(days, fill_value=0).astype("int64")


def kinds(days: pd.DatetimeIndex, city: City) -> "pd.Series[str]":
    """What sets each day apart from others of its weekday; "" if nothing does.

    By the State Council's calendar, for cities in China. The Spring Festival is a kind of its own:
    it empties offices as no other holiday does. Past the last published year no day is set apart.
    """
    if city.timezone != CHINA:
        return pd.Series("", index=days, dtype=object)
    return pd.Series([_kind(day.date()) for day in days], index=days, dtype=object)


def _kind(day: date) -> str:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        return ""
    off, name = chinese_calendar.get_holiday_detail(day)
    if off and name:
        spring = name == chinese_calendar.Holiday.spring_festival.value
        return SPRING_FESTIVAL if spring else HOLIDAY
    return MAKE_UP if not off and day.isoweekday() > 5 else ""
