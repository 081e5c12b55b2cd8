"""Working days, against vectors worked out by hand from the State Council's calendar."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar
import holidays
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cities
from cities import Limit
from cities.clock import LAST_YEAR, due, due_days, end_of, workdays

SHANGHAI = ZoneInfo("Asia/Shanghai")
MOMENTS = st.datetimes(
    datetime.fromisoformat("2019-01-01"),
    datetime.fromisoformat(f"{LAST_YEAR + 1}-06-30"),
    timezones=st.just(SHANGHAI),
)  # fmt: skip
LIMITS = st.integers(1, 60)


def last_day(received: datetime, days: int) -> date:
    return due(received, Limit(working_days=days), SHANGHAI).at.date()


@pytest.mark.parametrize(
    ("received", "days", "expected"),
    [
        ("2026-02-13", 1, "2026-02-14"),  # a Saturday that is worked to make up for a holiday
        ("2026-02-13", 5, "2026-02-27"),
        ("2026-02-21", 5, "2026-02-28"),
        ("2025-09-26", 3, "2025-09-30"),
        ("2025-09-30", 5, "2025-10-14"),
        ("2026-04-30", 7, "2026-05-13"),
        ("2026-04-30", 15, "2026-05-25"),
        ("2021-02-10", 5, "2021-02-23"),
    ],
)
@pytest.mark.parametrize("hour", [0, 9, 23])
def test_the_day_of_receipt_does_not_count(
    received: str, days: int, expected: str, hour: int
) -> None:
    moment = datetime.fromisoformat(received).replace(hour=hour, tzinfo=SHANGHAI)
    found = due(moment, Limit(working_days=days), SHANGHAI)
    assert (found.at.date().isoformat(), found.provisional) == (expected, False)
    assert found.at == end_of(found.at.date(), SHANGHAI)
    assert found.at + timedelta(microseconds=1) == datetime.combine(
        found.at.date() + timedelta(days=1), datetime.min.time(), tzinfo=SHANGHAI
    )


def test_the_day_is_the_city_s_own_not_that_of_utc() -> None:
    late_evening_in_utc = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)  # 3 March, 01:00 in Shanghai
    assert last_day(late_evening_in_utc, 1) == date(2026, 3, 4)


def test_hours_count_from_the_moment() -> None:
    friday_night = datetime(2026, 3, 6, 23, 30, tzinfo=SHANGHAI)
    found = due(friday_night, Limit(hours=2), SHANGHAI)
    assert found.at == datetime(2026, 3, 7, 1, 30, tzinfo=SHANGHAI)


@given(MOMENTS, MOMENTS, LIMITS)
def test_later_receipt_is_never_due_earlier(one: datetime, other: datetime, days: int) -> None:
    first, second = sorted((one, other))
    assert last_day(first, days) <= last_day(second, days)


@given(MOMENTS, LIMITS)
def test_nothing_is_due_on_a_day_off(received: datetime, days: int) -> None:
    day = last_day(received, days)
    assert day.year > LAST_YEAR or chinese_calendar.is_workday(day)
    assert day > received.date()


@given(MOMENTS, LIMITS, LIMITS)
def test_limits_add_up(received: datetime, one: int, other: int) -> None:
    halfway = datetime.combine(last_day(received, one), datetime.min.time(), tzinfo=SHANGHAI)
    assert last_day(halfway, other) == last_day(received, one + other)


@given(st.lists(st.tuples(MOMENTS, LIMITS), min_size=1, max_size=20))
def test_many_at_once_agree_with_one_by_one(cases: list[tuple[datetime, int]]) -> None:
    received = np.array([moment.date() for moment, _ in cases], "datetime64[D]")
    last, provisional = due_days(received, np.array([days for _, days in cases]))
    for place, (moment, days) in enumerate(cases):
        found = due(moment, Limit(working_days=days), SHANGHAI)
        assert found.at.date() == last[place].item()
        assert found.provisional == provisional[place]


def test_past_the_published_years_it_is_provisional() -> None:
    last = datetime(LAST_YEAR, 12, 30, tzinfo=SHANGHAI)
    assert due(last, Limit(working_days=15), SHANGHAI).provisional
    assert not due(last, Limit(working_days=1), SHANGHAI).provisional


@pytest.mark.parametrize("year", [1999, LAST_YEAR + 9])
def test_outside_the_calendar_it_refuses(year: int) -> None:
    with pytest.raises(ValueError, match="newer chinesecalendar"):
        due(datetime(year, 5, 4, tzinfo=SHANGHAI), Limit(working_days=3), SHANGHAI)


def test_a_pause_gives_back_the_days_it_took() -> None:
    monday = datetime(2026, 3, 2, 10, tzinfo=SHANGHAI)
    limit = Limit(working_days=3)
    assert due(monday, limit, SHANGHAI).at.date() == date(2026, 3, 5)
    asked = (monday + timedelta(days=1), monday + timedelta(days=2))  # over Tuesday's end
    assert due(monday, limit, SHANGHAI, [asked]).at.date() == date(2026, 3, 6)
    within_a_day = (monday + timedelta(days=1), monday + timedelta(days=1, hours=3))
    assert due(monday, limit, SHANGHAI, [within_a_day]).at.date() == date(2026, 3, 5)


def test_two_packages_know_the_same_working_days() -> None:
    other = holidays.country_holidays("CN", years=range(2019, LAST_YEAR + 1))
    ours = {day.item() for day in workdays()}
    day = date(2019, 1, 1)
    while day.year <= LAST_YEAR:
        assert (day in ours) == other.is_working_day(day), day
        day += timedelta(days=1)


def test_ankang_s_deadlines_are_labelled_as_a_reference() -> None:
    table = cities.deadlines("ankang")
    assert table.reference
    assert "四川" in table.source
    found = {nature: limit.working_days for nature, limit in table.limits.items()}
    assert (found["consult"], found["help"], found["complaint"]) == (3, 7, 15)


@pytest.mark.parametrize("wrong", [{}, {"hours": 0}, {"hours": 2, "working_days": 1}])
def test_a_limit_is_days_or_hours(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="working_days or hours"):
        Limit(**wrong)
