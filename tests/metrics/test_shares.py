"""Shares of a published total, and which of them leads."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.intervals import wilson
from metrics.measure import FEW, PROTECTED, UNPUBLISHED, Figure, withheld
from metrics.shares import leading, share, unseen

counts = st.lists(st.integers(1, 5_000), min_size=1, max_size=20)


def count(number: int, key: str = "a") -> Figure:
    return Figure(key, number, None, number)


def test_a_share_has_its_basis_and_interval() -> None:
    found = share(count(60), count(326))
    assert (found.key, found.numerator, found.denominator) == ("a", 60, 326)
    assert found.value == pytest.approx(0.18405, abs=1e-5)
    assert (found.low, found.high) == wilson(60, 326)
    assert not found.note


@pytest.mark.parametrize(
    ("part", "whole", "note"),
    [
        (withheld("a", FEW), count(100), FEW),
        (withheld("a", PROTECTED), None, PROTECTED),
        (count(9), withheld("all", PROTECTED), PROTECTED),
        (count(9), None, UNPUBLISHED),
        (count(9), count(29), FEW),
    ],
)
def test_a_share_that_cannot_be_told_says_why(
    part: Figure, whole: Figure | None, note: str
) -> None:
    found = share(part, whole)
    assert (found.value, found.note) == (None, note)


def test_a_rate_over_thirty_is_told() -> None:
    assert share(count(9), count(30)).value == 0.3


def test_those_that_chance_cannot_tell_apart_lead_together() -> None:
    parts = [count(28, "d"), count(60, "a"), count(47, "c"), count(53, "b"), withheld("e", FEW)]
    assert [part.key for part in leading(parts)] == ["a", "b", "c"]  # 60:28 is no even coin
    assert [part.key for part in leading([count(10, "a"), count(100, "b")])] == ["b"]
    assert leading([withheld("e", FEW)]) == []


@given(counts)
def test_what_leads_holds_the_greatest_and_goes_down(numbers: list[int]) -> None:
    found = [part.numerator or 0 for part in leading([count(number) for number in numbers])]
    assert found[0] == max(numbers)
    assert found == sorted(found, reverse=True)
    rest = sorted(numbers, reverse=True)[len(found) :]
    assert not rest or rest[0] < found[-1]  # nothing as great was left out


def test_the_withheld_are_bounded_by_what_is_left() -> None:
    assert unseen([count(60), withheld("b", FEW)], count(64)) == 4
    assert unseen([count(60)], count(60)) == 0
    assert unseen([count(60)], None) is None
    assert unseen([count(60)], withheld("all", PROTECTED)) is None
