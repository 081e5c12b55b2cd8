"""Whether a promised day was kept, and how many were."""

from collections.abc import Iterable
from datetime import date

from data_access.pledges import KEPT, MISSED, OVERDUE, RUNNING, Pledge
from metrics.measure import Figure
from metrics.shares import share_of

FIRST, IN_FORCE = "first_deadline", "deadline"


def state(deadline: date, closed_on: date | None, solved: bool, as_of: date) -> str:
    """How a pledge stands at the midnight at which a day begins.

    The deadline's own day counts in full. Closed as not solved is missed, however early.
    """
    if closed_on is None:
        return OVERDUE if deadline < as_of else RUNNING
    return KEPT if solved and closed_on <= deadline else MISSED


def days(pledge: Pledge, as_of: date) -> int:
    """Days left, negative once it is late: of a closed one as on the day it was closed."""
    return (pledge.deadline - (pledge.closed_on or as_of)).days


def kept(pledges: Iterable[Pledge], by: str, as_of: date) -> Figure:
    """Of those whose deadline decides by now, how many were kept.

    `by` is FIRST, the day first promised, or IN_FORCE. Those overdue count: leaving one open does
    not make the share look better. What is still in time does not.
    """
    states = [state(getattr(one, by), one.closed_on, one.solved, as_of) for one in pledges]
    good, decided = states.count(KEPT), len(states) - states.count(RUNNING)
    return share_of(by, good, decided)
