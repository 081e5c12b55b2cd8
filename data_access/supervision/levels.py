"""Working days left or overdue, and the colour that follows from them by the city's rules.

Every colour is a bound on the deadline, so a database can filter and sort by it.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from cities import profile
from cities.clock import back, forth, working_days
from cities.supervision import Level, Rules, rules

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Standing:
    """Where a deadline stands: so many working days `left`, the begun one counted, or `overdue`.

    Exactly one of the two. Overdue 1 is the first working day after the deadline, from its start.
    """

    left: int | None = None
    overdue: int | None = None


def standing(deadline: datetime, as_of: datetime, zone: ZoneInfo) -> Standing:
    """A deadline seen from a moment, by the working days of the city's zone."""
    day, today = deadline.astimezone(zone).date(), as_of.astimezone(zone).date()
    if deadline > as_of:
        return Standing(left=working_days(today - DAY, day))
    return Standing(overdue=working_days(day, today))


def before(level: Level, as_of: datetime, zone: ZoneInfo) -> datetime:
    """Open cases whose deadline lies before this moment have reached the level."""
    today = as_of.astimezone(zone).date()
    if level.left is not None:
        return _midnight(forth(today - DAY, level.left + 1), zone)
    if level.overdue:
        return _midnight(back(today, level.overdue), zone)
    return as_of + timedelta(microseconds=1)  # a deadline is over at its own moment


def colour(rules: Rules, deadline: datetime, as_of: datetime, zone: ZoneInfo) -> str:
    """The last level that an open case has reached; "" if none."""
    reached = [level.colour for level in rules.levels if deadline < before(level, as_of, zone)]
    return reached[-1] if reached else ""


def seen(
    city: str, deadline: datetime | None, closed_at: datetime | None, as_of: datetime
) -> tuple[Standing | None, str]:
    """Standing and colour of a city's case; None and "" once it is closed or without a deadline."""
    if deadline is None or closed_at is not None:
        return None, ""
    told, zone = rules(city), profile(city).zone
    hue = colour(told, deadline, as_of, zone) if told else ""
    return standing(deadline, as_of, zone), hue


def bounds(
    rules: Rules, colour: str, as_of: datetime, zone: ZoneInfo
) -> tuple[datetime | None, datetime]:
    """Deadlines of a colour: from the first moment (None: any) up to, but without, the second.

    KeyError for a colour that the rules do not have.
    """
    levels = {level.colour: before(level, as_of, zone) for level in rules.levels}
    names = list(levels)
    following = names[names.index(colour) + 1 :] if colour in levels else []
    return (levels[following[0]] if following else None), levels[colour]


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone)
