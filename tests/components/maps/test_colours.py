"""One hue: darker for more, and whatever is written on it can be read."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.maps.colours import STEPS, contrast, css, ink, shade

WHITE, NIGHT = (255, 255, 255), (20, 24, 28)
numbers = st.floats(-1e6, 1e6, allow_nan=False)


def test_what_is_written_on_a_colour_is_readable() -> None:
    assert min(contrast(step, ink(step)) for step in STEPS) >= 4.5


def test_each_step_is_darker_than_the_one_before() -> None:
    against_white = [contrast(step, WHITE) for step in STEPS]
    assert against_white == sorted(against_white)
    assert min(later / earlier for earlier, later in pairwise(against_white)) > 1.3


def test_the_darkest_step_stands_out_at_night() -> None:
    assert contrast(STEPS[-1], NIGHT) > 2


@given(st.tuples(numbers, numbers, numbers, numbers))
def test_more_is_never_lighter(four: tuple[float, ...]) -> None:
    low, less, more, high = sorted(four)
    assert STEPS.index(shade(less, low, high)) <= STEPS.index(shade(more, low, high))


def test_the_ends_of_the_scale_have_the_ends_of_the_steps() -> None:
    assert shade(0, 0, 10) == STEPS[0]
    assert shade(10, 0, 10) == STEPS[-1]
    assert shade(5, 5, 5) == STEPS[2]


def test_contrast_as_the_standard_tells_it() -> None:
    assert contrast((0, 0, 0), WHITE) == pytest.approx(21)
    assert contrast((118, 118, 118), WHITE) == pytest.approx(4.54, abs=0.01)  # WCAG's own grey
    assert css((1, 16, 255)) == "#0110ff"
