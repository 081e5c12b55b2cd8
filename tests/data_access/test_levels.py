"""Working days left and overdue, colours, and the bounds that a database filters by."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cities.supervision import COLOURS, Rules, rules
from data_access.supervision.levels import Standing, bounds, colour, standing

SHANGHAI = ZoneInfo("Asia/Shanghai")
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2026, 12, 1), timezones=st.just(UTC))  # noqa: DTZ001


def ankang() -> Rules:
    found = rules("ankang")
    assert found is not None
    return found


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("deadline", "now", "found", "hue"),
    [
        # 2026-10-30 is a Friday; 2026-10-10, a Saturday, is worked.
        ("2026-11-03T23:59:59.999999", "2026-11-01T00:00", Standing(left=2), "blue"),
        ("2026-11-04T23:59:59.999999", "2026-11-01T00:00", Standing(left=3), ""),
        ("2026-11-02T23:59:59.999999", "2026-11-02T00:00", Standing(left=1), "blue"),
        ("2026-10-30T23:59:59.999999", "2026-11-01T00:00", Standing(overdue=0), "yellow"),
        ("2026-10-30T23:59:59.999999", "2026-11-02T00:00", Standing(overdue=1), "yellow"),
        ("2026-10-30T23:59:59.999999", "2026-11-06T23:59", Standing(overdue=5), "yellow"),
        ("2026-10-30T23:59:59.999999", "2026-11-09T00:00", Standing(overdue=6), "red"),
        ("2026-10-09T23:59:59.999999", "2026-10-10T09:00", Standing(overdue=1), "yellow"),
        ("2026-11-02T12:00", "2026-11-02T12:00", Standing(overdue=0), "yellow"),
    ],
)
def test_days_and_colours(deadline: str, now: str, found: Standing, hue: str) -> None:
    assert standing(at(deadline), at(now), SHANGHAI) == found
    assert colour(ankang(), at(deadline), at(now), SHANGHAI) == hue


@given(now=MOMENTS, off=st.timedeltas(timedelta(-30), timedelta(30)))
def test_a_colour_is_what_its_working_days_say(now: datetime, off: timedelta) -> None:
    found = standing(now + off, now, SHANGHAI)
    expected = ""
    for level in ankang().levels:
        if found.left is not None and level.left is not None and found.left <= level.left:
            expected = level.colour
        if found.overdue is not None and found.overdue >= (level.overdue or 0):
            expected = level.colour
    assert colour(ankang(), now + off, now, SHANGHAI) == expected


@given(now=MOMENTS, off=st.timedeltas(timedelta(-30), timedelta(30)))
def test_the_bounds_of_the_colours_tell_the_same(now: datetime, off: timedelta) -> None:
    inside = [
        name
        for name in COLOURS
        for start, end in [bounds(ankang(), name, now, SHANGHAI)]
        if now + off < end and (start is None or now + off >= start)
    ]
    hue = colour(ankang(), now + off, now, SHANGHAI)
    assert inside == ([hue] if hue else [])
