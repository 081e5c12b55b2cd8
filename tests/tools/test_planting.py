"""What the detection report rests on: planting, the plain rule, and the holding against."""

import numpy as np
import pandas as pd
import pytest

from tools.planting import DAY, LENGTHS, SIZES, Event, episodes, judge, plant, weekly_threshold

DAYS = pd.date_range("2024-01-01", periods=400)
A, B = ("water", "north"), ("roads", "south")


def table(values: object = 0) -> pd.DataFrame:
    return pd.DataFrame({A: values, B: 0}, DAYS)


def event(first: int, last: int, cell: tuple[str, str] = A) -> Event:
    return Event(cell, DAYS[first], DAYS[last], "small", 9)


def alarms(*days: int, cell: tuple[str, str] = A) -> pd.DataFrame:
    raised = pd.DataFrame(False, DAYS, pd.MultiIndex.from_tuples([A, B]))
    raised.loc[DAYS[list(days)], [cell]] = True
    return raised


def test_what_is_planted_is_what_the_events_say() -> None:
    rng = np.random.default_rng(2)
    cells = {(f"c{place}", "north"): rng.poisson(0.1 * place + 0.05, 400) for place in range(60)}
    counts, span = pd.DataFrame(cells, DAYS), DAYS[100:]
    taken = [Event(("c1", "north"), DAYS[150], DAYS[170], "hidden", 0)]
    planted, events = plant(counts, span, 20, taken, np.random.default_rng(3))
    added = planted - counts
    assert (added >= 0).all(axis=None)
    assert not added.loc[: DAYS[99]].any(axis=None)
    assert added.to_numpy().sum() == sum(one.cases for one in events)
    assert {size: sum(one.size == size for one in events) for size in SIZES} == dict.fromkeys(
        SIZES, 20
    )
    for one in events:
        days = added.loc[one.first : one.last, [one.cell]].to_numpy()
        assert days.sum() == one.cases > 0
        assert days[0] > 0 < days[-1]
        assert len(days) <= LENGTHS[1]
        others = [other for other in (*taken, *events) if other is not one]
        assert not any(
            other.cell == one.cell
            and one.first - other.last < 28 * DAY
            and other.first - one.last < 28 * DAY
            for other in others
        )
    medians = [np.median([one.cases for one in events if one.size == size]) for size in SIZES]
    assert medians == sorted(medians)
    again, same = plant(counts, span, 20, taken, np.random.default_rng(3))
    assert again.equals(planted)
    assert same == events


def test_the_plain_rule_by_hand() -> None:
    """Eight weeks of 1 and 3 in turn: mean 2, standard deviation 1.069; then a week of 9."""
    weeks = [1, 3] * 4 + [9]
    values = np.zeros(400, int)
    values[6 : 6 + 7 * len(weeks) : 7] = weeks
    scores = weekly_threshold(table(values), fewest=5)
    day = DAYS[6 + 7 * 8]
    assert scores[A][day] == pytest.approx((9 - 2) / np.sqrt(8 / 7))
    assert scores[A][day - DAY] == -np.inf, "three cases are too few"
    assert weekly_threshold(table(values), fewest=10)[A][day] == -np.inf
    assert (scores[B] == -np.inf).all()


def test_the_plain_rule_after_weeks_that_do_not_vary() -> None:
    values = np.zeros(400, int)
    values[300] = 6
    scores = weekly_threshold(table(values), fewest=5)[A]
    assert (scores[DAYS[300:307]] == np.inf).all()
    assert (scores.drop(DAYS[300:307]) == -np.inf).all()
    early = table(np.full(400, 9))
    assert (weekly_threshold(early, 5).to_numpy() == -np.inf).all(), "as many as ever"


def test_delays() -> None:
    one = event(100, 110)
    for days, delay in (((100,), 0), ((104, 105), 4), ((110,), 10), ((111, 99), None), ((), None)):
        assert judge(alarms(*days), [one], []).delays == {one: delay}
    assert judge(alarms(104, cell=B), [one], []).delays == {one: None}


@pytest.mark.parametrize(
    ("days", "false"),
    [((99,), 1), ((100,), 0), ((116,), 0), ((117,), 1), ((96, 99, 102), 0), ((20, 26, 33, 50), 3)],
)
def test_false_alarms(days: tuple[int, ...], false: int) -> None:
    """Up to six days after an event its cases are still in the window."""
    one = event(100, 110)
    assert len(judge(alarms(*days), [one], []).false) == false
    assert len(judge(alarms(*days), [], [one]).false) == false
    assert len(judge(alarms(*days, cell=B), [one], []).false) == len(episodes(DAYS[list(days)]))


def test_episodes() -> None:
    days = DAYS[[3, 4, 10, 17, 30]]
    assert episodes(days) == [(DAYS[3], DAYS[10]), (DAYS[17], DAYS[17]), (DAYS[30], DAYS[30])]
