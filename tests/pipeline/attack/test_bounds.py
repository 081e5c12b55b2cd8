"""The bounds engine: by hand, against linear programmes, and always around the truth."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from pipeline.attack.bounds import (
    UNBOUNDED,
    Flags,
    Ints,
    System,
    exposed,
    impossible,
    propagate,
    system,
    without,
)


def cube(shape: tuple[int, ...]) -> System:
    """A table of any number of dimensions with all its margins, the last of each dimension."""
    index = np.arange(np.prod([n + 1 for n in shape])).reshape([n + 1 for n in shape])
    totals, parts = [], []
    for axis, size in enumerate(shape):
        rows = np.moveaxis(index, axis, -1).reshape(-1, size + 1)
        totals.append(rows[:, -1])
        parts += list(rows[:, :-1])
    owners = np.repeat(np.arange(len(parts)), [len(some) for some in parts])
    return system(index.size, np.concatenate(totals), owners, np.concatenate(parts))


def with_margins(counts: Ints) -> Ints:
    for axis in range(counts.ndim):
        counts = np.concatenate([counts, counts.sum(axis=axis, keepdims=True)], axis=axis)
    return counts.ravel()


def known(truth: Ints, hidden: Flags, least: int) -> tuple[Ints, Ints]:
    """Hidden cells below 5 are told to be least..4, others to be 5 and more."""
    few = truth < 5
    low = np.where(hidden, np.where(few, least, 5), truth)
    high = np.where(hidden, np.where(few, 4, UNBOUNDED), truth)
    return low.astype(np.int64), high.astype(np.int64)


def programme(made: System, low: Ints, high: Ints, cell: int) -> tuple[int, int]:
    matrix = np.zeros((made.totals.size, made.size))
    matrix[np.arange(made.totals.size), made.totals] = -1
    np.add.at(matrix, (made.owners, made.parts), 1)
    ends = []
    for sign in (1, -1):
        objective = np.zeros(made.size)
        objective[cell] = sign
        bounds = np.stack([low, high], axis=1)
        found = linprog(objective, A_eq=matrix, b_eq=np.zeros(len(matrix)), bounds=bounds)
        ends.append(sign * found.fun)
    return int(np.ceil(ends[0] - 1e-6)), int(np.floor(ends[1] + 1e-6))


def test_one_hidden_part_is_what_is_left() -> None:
    made = system(3, np.array([0]), np.array([0, 0]), np.array([1, 2]))
    low, high = propagate(made, np.array([12, 10, 0]), np.array([12, 10, 4]))
    assert (low.tolist(), high.tolist()) == ([12, 10, 2], [12, 10, 2])


def test_a_hidden_total_lies_between_the_sums_of_its_parts() -> None:
    made = system(3, np.array([0]), np.array([0, 0]), np.array([1, 2]))
    low, high = propagate(made, np.array([5, 7, 0]), np.array([UNBOUNDED, 7, 4]))
    assert (low.tolist(), high.tolist()) == ([7, 7, 0], [11, 7, 4])


def test_what_has_no_bound_keeps_none() -> None:
    made = system(3, np.array([0]), np.array([0, 0]), np.array([1, 2]))
    low, high = propagate(made, np.array([0, 3, 5]), np.full(3, UNBOUNDED))
    assert (low.tolist(), high.tolist()) == ([8, 3, 5], [UNBOUNDED] * 3)


def test_two_steps_of_a_hierarchy() -> None:
    """City 20 = A + B 15; so A is 5, and of A = a + b with b below 5, a is 1 to 5."""
    made = system(5, np.array([0, 1]), np.array([0, 0, 1, 1]), np.array([1, 2, 3, 4]))
    low, high = propagate(made, np.array([20, 5, 15, 0, 0]), np.array([20, 99, 15, 99, 4]))
    assert (low[1], high[1]) == (5, 5)
    assert (low[3], high[3]) == (1, 5)
    assert (low[4], high[4]) == (0, 4)


def test_the_narrow_ones_are_exposed_and_no_others() -> None:
    low, high = np.array([0, 3, 0, 7]), np.array([1, 3, 2, 7])
    hidden = np.array([True, True, True, False])
    assert exposed(low, high, hidden).tolist() == [1, 0]
    assert exposed(low, high, hidden, width=3).tolist() == [1, 0, 2]


def test_impossible_sums_are_named_and_can_be_left_out() -> None:
    made = system(4, np.array([0, 1]), np.array([0, 0, 1]), np.array([1, 2, 3]))
    told = np.array([9, 4, 4, 6])
    few, many = impossible(made, told, told)
    assert (few.tolist(), many.tolist()) == ([0], [1])
    assert without(made, few).totals.tolist() == [1]
    assert without(made, np.array([0, 1])).totals.size == 0


def test_an_equation_without_parts_is_refused() -> None:
    with pytest.raises(ValueError, match="no parts"):
        system(2, np.array([0, 1]), np.array([0]), np.array([1]))


def test_without_equations_nothing_changes() -> None:
    none = np.zeros(0, dtype=np.int64)
    made = system(2, none, none, none)
    low, high = propagate(made, np.array([0, 1]), np.array([4, 1]))
    assert (low.tolist(), high.tolist()) == ([0, 1], [4, 1])
    assert [len(found) for found in impossible(made, low, high)] == [0, 0]


COUNTS = st.sampled_from([0, 0, 0, 1, 2, 3, 4, 5, 6, 20, 300])
SHAPES = st.sampled_from([(3,), (2, 3), (3, 4), (2, 2, 3)])


@st.composite
def tables(draw: st.DrawFn) -> tuple[System, Ints, Ints, Ints]:
    """A table, what it holds, and what is known of it: small cells and some more are hidden."""
    shape = draw(SHAPES)
    size = int(np.prod(shape))
    counts = np.array(draw(st.lists(COUNTS, min_size=size, max_size=size)), dtype=np.int64)
    truth = with_margins(counts.reshape(shape))
    least = draw(st.sampled_from([0, 1]))
    more = draw(st.lists(st.booleans(), min_size=truth.size, max_size=truth.size))
    hidden = ((truth < 5) & (truth >= least)) | np.array(more) & (truth >= 5)
    return cube(shape), truth, *known(truth, hidden, least)


@settings(max_examples=150)
@given(tables())
def test_the_truth_is_never_left_out(told: tuple[System, Ints, Ints, Ints]) -> None:
    made, truth, low, high = told
    tight_low, tight_high = propagate(made, low, high)
    assert ((tight_low <= truth) & (truth <= tight_high)).all()
    assert ((tight_low >= low) & (tight_high <= high)).all()


@settings(max_examples=15)
@given(tables())
def test_linear_programmes_lie_within_the_bounds(told: tuple[System, Ints, Ints, Ints]) -> None:
    made, truth, low, high = told
    tight_low, tight_high = propagate(made, low, high)
    for cell in np.flatnonzero(low < high)[:6].tolist():
        least, most = programme(made, low, high, cell)
        assert tight_low[cell] <= least <= truth[cell] <= most <= tight_high[cell]


@settings(max_examples=40)
@given(st.lists(COUNTS, min_size=1, max_size=6))
def test_of_a_single_sum_the_bounds_are_exact(counts: list[int]) -> None:
    made, truth = cube((len(counts),)), with_margins(np.array(counts, dtype=np.int64))
    low, high = known(truth, truth < 5, 0)
    tight_low, tight_high = propagate(made, low, high)
    for cell in np.flatnonzero(truth < 5).tolist():
        assert (tight_low[cell], tight_high[cell]) == programme(made, low, high, cell)


def test_repeats_do_not_disturb_each_other() -> None:
    made = cube((6, 5))
    truth = with_margins(np.random.default_rng(1).poisson(4, (6, 5)))
    first = propagate(made, *known(truth, truth < 5, 0))
    propagate(made, *known(truth, truth < 50, 0))
    again = propagate(made, *known(truth, truth < 5, 0))
    assert all((a == b).all() for a, b in zip(first, again, strict=True))
