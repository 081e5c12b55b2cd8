"""Seasons: months that are higher every year, and nothing made of a single year."""

import pytest

from metrics.measure import FEW, Figure, withheld
from metrics.periods import after, first_day
from metrics.seasons import by_year, season


def months(*years: int, high: dict[str, int] | None = None, a_day: int = 20) -> list[Figure]:
    """So many cases a day in every month, but for some months."""
    found = []
    for year in years:
        for month in range(1, 13):
            key = f"{year}-{month:02}"
            number = a_day * (after(key) - first_day(key)).days
            number = (high or {}).get(key, number)
            found.append(Figure(key, number, None, number))
    return found


def test_even_months_have_no_season() -> None:
    found = season(months(2023, 2024, 2025))
    assert found is not None
    assert found.years == ("2023", "2024", "2025")
    assert found.index == pytest.approx([1.0] * 12), "February is no trough"
    assert found.busy == ()
    assert found.peak is None


def test_a_month_high_every_year_is_a_season_and_one_high_once_is_not() -> None:
    high = {f"{year}-07": 1_400 for year in (2023, 2024, 2025)} | {"2024-03": 2_000}
    found = season(months(2023, 2024, 2025, high=high))
    assert found is not None
    assert found.busy == (7,)
    assert found.peak == 7
    assert found.index[6] > 1.5


def test_more_by_chance_is_no_season() -> None:
    """34 cases where 31 would be even: every year, and every time within chance."""
    high = {f"{year}-07": 34 for year in (2023, 2024)}
    found = season(months(2023, 2024, high=high, a_day=1))
    assert found is not None
    assert found.busy == ()


def test_only_whole_years_count_and_it_takes_two() -> None:
    assert season(months(2024)) is None
    assert season([*months(2024), *months(2025)[:11]]) is None
    gap = [withheld("2024-05", FEW) if one.key == "2024-05" else one for one in months(2024, 2025)]
    assert season(gap) is None
    assert season([]) is None
    found = season([*months(2023, 2024), *months(2025)[:5]])
    assert found is not None
    assert found.years == ("2023", "2024")


def test_figures_by_year_are_in_order() -> None:
    found = by_year(months(2025, 2024)[::-1])
    assert list(found) == ["2024", "2025"]
    assert [one.key for one in found["2024"]] == [f"2024-{month:02}" for month in range(1, 13)]
