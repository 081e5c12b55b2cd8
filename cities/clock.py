"""The clock of deadlines: working days by the State Council's calendar, make-up days included.

- The day of receipt does not count (Civil Code art. 201); hours count from the moment.
- A deadline in working days ends with its last day, at 24:00 local (art. 203). It is kept as
  that day's last microsecond, so that it belongs to its own day and month.
- The calendar is the package `chinesecalendar`. Past its last published year plain weekdays
  stand in, and every deadline that reaches there is marked provisional.
- A pause stops the clock of working days only where a city asks for it; none is the default.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import chinese_calendar
import numpy as np
from numpy.typing import NDArray

from cities import Limit

Days = NDArray[np.datetime64]
FIRST_YEAR: int = min(day.year for day in chinese_calendar.holidays)
LAST_YEAR: int = max(day.year for day in chinese_calendar.holidays)
YEARS_BEYOND = 3  # longer than any deadline


@dataclass(frozen=True)
class Due:
    """A deadline; provisional if it rests on a year whose holidays are not published yet."""

    at: datetime
    provisional: bool = False


@cache
def workdays() -> Days:
    """Every working day, in order: the published years, then plain weekdays."""
    end = date(LAST_YEAR + YEARS_BEYOND, 12, 31)
    day, found = date(FIRST_YEAR, 1, 1), []
    while day <= end:
        working = (
            chinese_calendar.is_workday(day) if day.year <= LAST_YEAR else day.isoweekday() <= 5
        )
        if working:
            found.append(day)
        day += timedelta(days=1)
    return np.array(found, dtype="datetime64[D]")


def due_days(received: Days, days: NDArray[np.int64]) -> tuple[Days, NDArray[np.bool_]]:
    """The last day of each deadline and whether it is provisional.

    Arrays of equal length: days of receipt in the city's own zone, working days allowed.
    ValueError where a day lies outside the calendar altogether.
    """
    calendar = workdays()
    places = np.searchsorted(calendar, received, side="right") + days - 1
    if received.size and (received.min() < calendar[0] or places.max() >= calendar.size):
        raise ValueError(
            f"deadlines can be counted from {calendar[0]} to {calendar[-1]} only; "
            "correct the date or install a newer chinesecalendar"
        )
    last: Days = calendar[places]
    return last, last > np.datetime64(f"{LAST_YEAR}-12-31")


def due(
    received: datetime,
    limit: Limit,
    zone: ZoneInfo,
    pauses: Iterable[tuple[datetime, datetime]] = (),
) -> Due:
    """The deadline of a case received at a moment.

    A working day that ends while the clock is paused does not count. Pauses are (from, until),
    aware, and touch working days only.
    """
    if limit.hours is not None:
        return Due(received + timedelta(hours=limit.hours))
    local = received.astimezone(zone)
    stops = [(start.astimezone(zone), end.astimezone(zone)) for start, end in pauses]
    day, left, provisional = local.date(), limit.working_days or 0, False
    while left > 0:
        next_days, later = due_days(np.array([day], "datetime64[D]"), np.array([1]))
        day, provisional = next_days[0].item(), bool(later[0])
        if not any(start <= end_of(day, zone) < end for start, end in stops):
            left -= 1
    return Due(end_of(day, zone), provisional)


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """24:00 of a day, as its last microsecond."""
    return datetime.combine(day, time.max, tzinfo=zone)


def working_days(after: date, until: date) -> int:
    """How many working days lie after one day and up to another, that one counted."""
    calendar = workdays()
    places = np.searchsorted(calendar, np.array([after, until], "datetime64[D]"), side="right")
    return int(places[1] - places[0])


def back(day: date, working: int) -> date:
    """The working day that is so many back from a day; 1 is the day itself or the last before."""
    found: date = workdays()[_place(day) - working].item()
    return found


def forth(day: date, working: int) -> date:
    """The working day that is so many on from a day; 0 is the day itself or the last before."""
    found: date = workdays()[_place(day) - 1 + working].item()
    return found


def _place(day: date) -> int:
    """How many working days of the calendar are over once this day is."""
    return int(np.searchsorted(workdays(), np.datetime64(day), side="right"))
