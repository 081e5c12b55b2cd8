"""Working days, against vectors computed by hand from the State Council's calendar."""

import numpy as np
import pytest

from pipeline.clock import LAST_YEAR, due_days, workdays


@pytest.mark.parametrize(
    ("received", "days", "due"),
    [
        ("2026-02-13", 1, "2026-02-14"),  # a Saturday that is worked to make up for a holiday
        ("2026-02-13", 5, "2026-02-27"),
        ("2026-02-21", 5, "2026-02-28"),
        ("2025-09-26", 3, "2025-09-30"),
        ("2025-09-30", 5, "2025-10-14"),
        ("2026-04-30", 7, "2026-05-13"),
        ("2026-04-30", 15, "2026-05-25"),
        ("2021-02-10", 5, "2021-02-23"),
    ],
)
def test_the_day_of_receipt_does_not_count(received: str, days: int, due: str) -> None:
    assert due_days(np.array([received], "datetime64[D]"), np.array([days])) == np.datetime64(due)


def test_past_the_published_years_it_refuses_to_guess() -> None:
    with pytest.raises(ValueError, match=str(LAST_YEAR)):
        due_days(np.array([f"{LAST_YEAR}-12-30"], "datetime64[D]"), np.array([15]))


def test_every_working_day_stands_once_and_in_order() -> None:
    assert (np.diff(workdays()) > np.timedelta64(0, "D")).all()
