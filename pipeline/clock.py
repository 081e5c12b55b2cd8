"""The clock of deadlines: working days by the State Council's calendar, make-up days included.

The calendar is the package `chinesecalendar`; past its last published year it knows nothing,
and a deadline that would need such a year is refused rather than guessed.
"""

from datetime import date, timedelta
from functools import cache

import chinese_calendar
import numpy as np
from numpy.typing import NDArray

LAST_YEAR: int = max(day.year for day in chinese_calendar.holidays)
FIRST_YEAR: int = min(day.year for day in chinese_calendar.holidays)


@cache
def workdays() -> NDArray[np.datetime64]:
    """Every working day of the published years, in order."""
    day, found = date(FIRST_YEAR, 1, 1), []
    while day.year <= LAST_YEAR:
        if chinese_calendar.is_workday(day):
            found.append(day)
        day += timedelta(days=1)
    return np.array(found, dtype="datetime64[D]")


def due_days(received: NDArray[np.datetime64], days: NDArray[np.int64]) -> NDArray[np.datetime64]:
    """The last day of the deadline: `days` working days after the day of receipt.

    The day of receipt does not count (Civil Code art. 201). Arrays of equal length; dates in
    the city's own zone. ValueError past the last published year.
    """
    calendar = workdays()
    places = np.searchsorted(calendar, received, side="right") + days - 1
    if places.size and places.max() >= calendar.size:
        raise ValueError(f"the calendar of working days ends with {LAST_YEAR}")
    found: NDArray[np.datetime64] = calendar[places]
    return found
