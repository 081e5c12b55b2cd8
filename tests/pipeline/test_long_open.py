"""Cases that wait for long are told in groups of ten and more, against a count case by case."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import Engine

from data_access import long_open as told
from data_access.cases import long_open as waiting
from data_access.cases.frames import frame
from data_access.cases.kinds import EVENTS
from data_access.published import current
from data_access.settings import releases
from pipeline import long_open
from pipeline.verify import verify
from tests import small_release
from tests.conftest import store

AS_OF = datetime(2026, 6, 30, 16, tzinfo=UTC)  # the first of July begins in Ankang
ZONE = ZoneInfo("Asia/Shanghai")


def at_random(seed: int, rows: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    choices = {
        "category": ["a", "b", "c"], "step": ["handling", "closing"], "reason_code": ["", "survey"],
        "promised": ["2026-07", "passed"], "moved": ["0", "1", "3+"],
    }  # fmt: skip
    return pd.DataFrame(
        {name: rng.choice(some, rows) for name, some in choices.items()}, dtype=object
    )


@pytest.mark.parametrize("rows", [0, 9, 10, 60, 700])
def test_every_group_has_ten_cases_and_no_case_is_in_two(rows: int) -> None:
    for seed in range(20):
        cases = at_random(seed, rows)
        groups = long_open.grouped(cases)
        assert (groups["at_least"] >= 10).all()
        assert (groups["at_least"] % 10 == 0).all()
        assert not groups.duplicated(list(told.KEYS)).any()
        assert groups["at_least"].sum() <= rows
        lost = rows - groups["at_least"].sum()
        assert lost <= 9 * (len(groups) + 1)  # what rounding took, and at most nine of the last key
        for group in groups.to_dict("records"):
            alike = cases
            for key in told.KEYS:
                if group[key] != told.MERGED:
                    alike = alike[alike[key] == group[key]]
            assert len(alike) >= group["at_least"]


def test_what_is_read_is_what_stood_on_that_day(engine: Engine) -> None:
    """Closed since, extended since and too young are told apart from what waited then."""
    day = timedelta(days=1)
    cases = frame(
        {
            "number": list("12345"),
            "received_at": [AS_OF - n * day for n in (40, 40, 40, 14, 16)],
            "closed_at": [pd.NaT, AS_OF - day, AS_OF + day, pd.NaT, pd.NaT],
            "dispatched_at": [AS_OF - n * day for n in (39, 39, 39, 13, 15)],
            "due_at": [AS_OF - n * day for n in (10, 10, 10, -1, -1)],
            "extended_due_at": [AS_OF + 90 * day, pd.NaT, pd.NaT, pd.NaT, pd.NaT],
        }
    )
    moves = frame(
        {
            "number": ["1", "1", "1"], "kind": ["extension"] * 3, "seq": [1, 2, 3],
            "at": [AS_OF - 12 * day, AS_OF - 5 * day, AS_OF + day],
            "until": [AS_OF - 4 * day, AS_OF + 20 * day, AS_OF + 90 * day],
            "reason_code": ["site_survey", "materials_pending", "later"],
        },
        EVENTS,
    )  # fmt: skip
    assert len(waiting.read(engine, "ankang", AS_OF)) == 0
    store(engine, "ankang", cases, None, ((EVENTS, moves),))
    found = waiting.read(engine, "ankang", AS_OF).to_pandas()
    keyed = long_open.keyed(found, date(2026, 7, 1), ZONE).assign(r=found["received_at"])
    rows = keyed.sort_values("r")[["step", "reason_code", "promised", "moved"]].to_numpy().tolist()
    first = ["signing", "materials_pending", "2026-07", "2"]
    assert sorted(rows) == sorted(
        [first, ["signing", "", "passed", "0"], ["signing", "", "2026-07", "0"]]
    )


@pytest.fixture
def groups(data: Path) -> pd.DataFrame:
    """Groups, and a release that has them."""
    found = long_open.grouped(at_random(1, 300))
    made = small_release.contents()
    small_release.publish(replace(made, tables={**made.tables, "long_open": found}))
    return found


def test_a_release_tells_the_groups_the_largest_first(groups: pd.DataFrame) -> None:
    here = current(small_release.CITY)
    assert here is not None
    read = told.read(here)
    assert len(read) == len(groups)
    assert [one.at_least for one in read] == sorted((one.at_least for one in read), reverse=True)


@pytest.mark.parametrize(
    "change",
    [
        "at_least = 9",
        "at_least = 11",
        "category = '*', step = '*', reason_code = '*', promised = '*', moved = '*'",
    ],
)
def test_a_small_an_exact_and_a_double_group_are_found(groups: pd.DataFrame, change: str) -> None:
    folder = next(releases(small_release.CITY).glob("2026*"))
    small_release.alter(folder, "UPDATE long_open SET " + change)  # noqa: S608 - the test's own
    assert any(problem.startswith("long_open") for problem in verify(folder))
