"""Which areas may be called above or below the city, and what the colours run over."""

import pytest

from components.maps.figures import beside, scale
from metrics import registry
from metrics.measure import FEW, Figure, figure, withheld

RATE, COUNT = registry.get("on_time_rate"), registry.get("received")
CITY = figure(RATE, "all", 9_000, 10_000)


@pytest.mark.parametrize(
    ("numerator", "denominator", "way"),
    [(990, 1_000, "above"), (800, 1_000, "below"), (905, 1_000, "same"), (30, 30, "same")],
)
def test_only_an_interval_without_the_city_is_a_difference(
    numerator: int, denominator: int, way: str
) -> None:
    assert beside(figure(RATE, "a", numerator, denominator), CITY) == way


def test_what_is_withheld_is_not_compared() -> None:
    assert beside(withheld("a", FEW), CITY) == ""
    assert beside(figure(RATE, "a", 9, 10), withheld("all", FEW)) == ""
    assert beside(figure(RATE, "a", 9, 10), None) == ""
    assert beside(figure(COUNT, "a", 9, None), figure(COUNT, "all", 10, None)) == ""


def test_counts_are_coloured_from_zero_up() -> None:
    found = [figure(COUNT, "a", 50, None), figure(COUNT, "b", 80, None), withheld("c", FEW)]
    assert scale(COUNT, found) == (0, 80)
    assert scale(COUNT, [withheld("c", FEW)]) == (0, 0)


def test_rates_are_coloured_over_all_their_intervals() -> None:
    found = [figure(RATE, "a", 45, 50), figure(RATE, "b", 900, 1_000), withheld("c", FEW)]
    low, high = scale(RATE, found)
    assert low == found[0].low
    assert high == found[0].high
    assert low < 0.9 < high


def test_rates_that_are_all_withheld_have_no_scale() -> None:
    assert scale(RATE, [withheld("a", FEW)]) == (0, 0)


def test_a_count_per_resident_is_coloured_from_zero_too() -> None:
    each = Figure("a", 10, 1_000, 100.0, 90.0, 110.0)
    assert scale(registry.get("received_per_10k"), [each]) == (0, 100.0)
