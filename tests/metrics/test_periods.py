from datetime import date

import pytest

from metrics.periods import after, closed, first_day, label, months


@pytest.mark.parametrize(
    ("period", "first", "next_first"),
    [
        ("2024-02", date(2024, 2, 1), date(2024, 3, 1)),
        ("2024-12", date(2024, 12, 1), date(2025, 1, 1)),
        ("2024-Q1", date(2024, 1, 1), date(2024, 4, 1)),
        ("2024-Q4", date(2024, 10, 1), date(2025, 1, 1)),
        ("2024", date(2024, 1, 1), date(2025, 1, 1)),
    ],
)
def test_a_period_starts_and_ends(period: str, first: date, next_first: date) -> None:
    assert (first_day(period), after(period)) == (first, next_first)


def test_labels_nest() -> None:
    grains = ("month", "quarter", "year", "all")
    assert [label(2024, 12, grain) for grain in grains] == ["2024-12", "2024-Q4", "2024", "all"]


def test_a_period_is_closed_when_the_next_one_begins() -> None:
    assert not closed("2024-Q1", date(2024, 3, 31))
    assert closed("2024-Q1", date(2024, 4, 1))
    assert not closed("all", date(2099, 1, 1))


def test_months_cross_the_year() -> None:
    assert months((2023, 11), (2024, 2)) == [(2023, 11), (2023, 12), (2024, 1), (2024, 2)]
