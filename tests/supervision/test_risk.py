"""The baseline of risk: learnt by hand, shrunk, and judged on months it has not seen."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from supervision import risk

SHANGHAI = ZoneInfo("Asia/Shanghai")
START = pd.Timestamp("2026-01-05", tz="UTC")


def history(rows: Sequence[tuple[str, int, float | None]]) -> pd.DataFrame:
    """Cases of ten days: unit, day of receipt, and the day of closing after it (None: open)."""
    received = [START + timedelta(days=day) for _, day, _ in rows]
    closed = [
        None if took is None else at + timedelta(days=took)
        for at, (_, _, took) in zip(received, rows, strict=True)
    ]
    return pd.DataFrame(
        {
            "unit": [unit for unit, _, _ in rows],
            "category": "路灯",
            "received_at": received,
            "deadline_at": [at + timedelta(days=10) for at in received],
            "closed_at": pd.to_datetime(pd.Series(closed), utc=True),
        }
    )


def test_counts_are_those_still_open_at_the_same_point() -> None:
    past = history([("a", 0, 1), ("a", 0, 6), ("a", 0, 12), ("a", 0, None), ("b", 0, 8)])
    found = risk.baseline(past)
    assert found is not None
    for used, late, cases in ((0.0, 2, 4), (0.3, 2, 3), (0.55, 2, 3), (0.8, 2, 2), (1.0, 2, 2)):
        estimate = found.of("a", "路灯", used)
        assert (estimate.late, estimate.cases) == (late, cases), used
    assert found.of("b", "路灯", 0.75).cases == 1
    assert found.of("b", "路灯", 0.9).cases == 0
    assert found.of("c", "路灯", 0.5).cases == 0
    assert found.cases == 5


def test_few_cases_are_drawn_to_the_rest() -> None:
    """One late of one says less than fifty late of a hundred."""
    rows = [(f"u{n}", 0, 12.0 if place < 10 else 9.5) for n in range(5) for place in range(100)]
    rows += [("big", 0, 12.0 if place < 50 else 9.5) for place in range(100)]
    rows += [("small", 0, 12.0)]
    found = risk.baseline(history(rows))
    assert found is not None
    small, big = found.of("small", "路灯", 0.8), found.of("big", "路灯", 0.8)
    assert (small.late, small.cases) == (1, 1)
    assert small.share < 0.5
    assert abs(big.share - 0.5) < 0.06
    assert found.of("u1", "路灯", 0.8).share < small.share


def test_a_held_back_month_is_judged_by_the_months_before_it_alone() -> None:
    """Unit a is late until February and b in March: the baseline must take a for the risk."""
    rows = [("a", day, 12.0) for day in range(40)] + [("b", day, 9.0) for day in range(40)]
    rows += [("c", day, 9.0) for day in range(40)]
    march = [("a", day, 9.0) for day in range(50, 65)] + [("b", day, 12.0) for day in range(50, 65)]
    months = risk.held_back(history(rows + march), SHANGHAI, months=1)
    (month,) = months
    assert (month.month, month.cases, month.late) == ("2026-03", 30, 15)
    assert (month.flagged, month.hits) == (3, 0)
    learnt = risk.held_back(history(rows), SHANGHAI, months=1)[0]
    assert learnt.hits == learnt.flagged > 0
    both = risk.total([month, learnt])
    assert both.flagged == month.flagged + learnt.flagged
    assert risk.hit_rate(both)[0] == learnt.hits / both.flagged


def test_nothing_is_learnt_from_nothing() -> None:
    assert risk.baseline(history([])) is None
    assert risk.held_back(history([]), SHANGHAI) == []
    assert risk.held_back(history([("a", 0, 9.0)]), SHANGHAI) == []  # no month before it
    assert risk.total([]).flagged == 0


@given(st.floats(-5, 30), st.floats(0.1, 30))
def test_time_used_is_a_share(passed: float, span: float) -> None:
    start = datetime(2026, 1, 1, tzinfo=SHANGHAI)
    found = risk.used(start, start + timedelta(days=span), start + timedelta(days=passed))
    assert found <= 1
    assert found == pytest.approx(min(1, passed / span), abs=1e-6)
