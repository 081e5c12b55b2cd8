"""A release is stale once the next should have come out, and not a day before."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from data_access.published import Release
from metrics.freshness import STALE_AFTER, age, stale


@pytest.mark.parametrize(("days", "told"), [(0, False), (STALE_AFTER, False), (46, True)])
def test_stale_after_45_days(demo: Release, days: int, told: bool) -> None:
    today = demo.as_of + timedelta(days=days)
    assert age(demo, today) == days
    assert stale(demo, today) is told


def test_a_clock_that_is_behind_makes_no_negative_age(demo: Release) -> None:
    assert age(replace(demo, as_of=date(2026, 11, 1)), date(2026, 10, 30)) == 0
