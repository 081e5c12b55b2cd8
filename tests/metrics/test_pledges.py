"""Kept, missed, overdue or in progress: by the days alone."""

from datetime import date

import pytest

from data_access.pledges import KEPT, MISSED, OVERDUE, RUNNING, Pledge, Told
from metrics.intervals import wilson
from metrics.measure import TOO_EARLY
from metrics.pledges import FIRST, IN_FORCE, days, kept, state

AS_OF, DUE = date(2026, 7, 1), date(2026, 6, 30)


def pledge(first: date, deadline: date, closed: date | None = None, solved: bool = True) -> Pledge:
    log = [Told(closed, "solved" if solved else "unsolved", None, "x")] if closed else []
    told = MISSED  # what the release says is not what is counted here
    return Pledge(1, "x", "", "c", "", ("u",), "x", date(2026, 1, 1), first, deadline, closed,
                  told, tuple(log))  # fmt: skip


@pytest.mark.parametrize(
    ("deadline", "closed", "solved", "found"),
    [
        (AS_OF, None, False, RUNNING),  # its day begins, and counts in full
        (DUE, None, False, OVERDUE),
        (DUE, DUE, True, KEPT),
        (DUE, AS_OF, True, MISSED),
        (AS_OF, DUE, False, MISSED),  # given up in time is not kept
    ],
)
def test_a_state_is_what_the_days_say(
    deadline: date, closed: date | None, solved: bool, found: str
) -> None:
    assert state(deadline, closed, solved, AS_OF) == found


def test_what_is_overdue_counts_and_what_is_in_time_does_not() -> None:
    early, late = date(2026, 3, 1), date(2026, 12, 1)
    every = [
        pledge(early, late, closed=date(2026, 4, 1)),  # kept only because it was moved
        pledge(late, late, closed=date(2026, 4, 1)),
        pledge(early, early),  # overdue
        pledge(early, late),  # in time because it was moved
        pledge(late, late),
        pledge(late, late, closed=early, solved=False),
    ]
    for by, good, decided in ((IN_FORCE, 2, 4), (FIRST, 1, 5)):
        figure = kept(every, by, AS_OF)
        assert (figure.numerator, figure.denominator) == (good, decided)
        assert (figure.low, figure.high) == wilson(good, decided)
    assert kept([every[4]], FIRST, AS_OF).note == TOO_EARLY


def test_days_are_left_or_late() -> None:
    assert days(pledge(DUE, AS_OF), AS_OF) == 0
    assert days(pledge(DUE, DUE), AS_OF) == -1
    assert days(pledge(DUE, DUE, closed=date(2026, 6, 20)), AS_OF) == 10
