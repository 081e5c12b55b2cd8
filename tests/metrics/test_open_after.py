"""The share still open is Kaplan-Meier's, and it is known where a period is cut short."""

from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from sqlalchemy import Engine

from cities import City
from metrics import open_after, registry
from metrics.stats.survival import DAY, kaplan_meier, open_share
from pipeline.count import facts
from pipeline.engines.duckdb import Counter

AS_OF = date(2026, 11, 1)
METRICS = [registry.get(name) for name in open_after.METRICS.values()]
EACH = pytest.mark.parametrize("days", list(open_after.METRICS))


@pytest.fixture(scope="module")
def known() -> dict[str, pa.Table]:
    return {}


@pytest.fixture
def cases(demo_cases: Engine, ankang: City, known: dict[str, pa.Table]) -> pa.Table:
    """The facts of the demo city that these metrics count, read once."""
    if not known:
        known["facts"] = facts(demo_cases, ankang, AS_OF, METRICS)
    return known["facts"]


def counted(cases: pa.Table, days: int) -> tuple[int, int]:
    with Counter(cases) as counter:
        rows = counter.count(registry.get(open_after.METRICS[days])).to_pandas()
    return int(rows["numerator"].sum()), int(rows["denominator"].sum())


def passed_on(cases: pa.Table) -> pd.DataFrame:
    """Days until closing or, of open ones, until now, and whether it ended; of work orders."""
    told = cases.to_pandas()
    told = told[~told["on_the_spot"].astype(bool) & (told["age_seconds"] >= 0)]
    ended = told["closed_at"].notna()
    days = np.where(ended, told["solving_seconds"], told["age_seconds"]) / DAY
    return pd.DataFrame({"days": days, "ended": ended, "age": told["age_seconds"] / DAY})


@EACH
def test_where_all_were_followed_the_plain_share_is_kaplan_meier(
    cases: pa.Table, days: int
) -> None:
    told = passed_on(cases)
    followed = told[told["age"] >= days]
    curve = kaplan_meier(followed["days"], followed["ended"])
    numerator, denominator = counted(cases, days)
    assert denominator == len(followed)
    assert 0 < numerator < denominator
    assert open_share(curve, days).share == pytest.approx(numerator / denominator, abs=1e-12)


@EACH
def test_leaving_out_the_open_ones_would_flatter(cases: pa.Table, days: int) -> None:
    told = passed_on(cases)
    closed = told[told["ended"] & (told["age"] >= days)]
    numerator, denominator = counted(cases, days)
    assert (closed["days"] > days).mean() < numerator / denominator


def test_the_longer_the_fewer_are_open(cases: pa.Table) -> None:
    counts = [counted(cases, days) for days in open_after.METRICS]
    for part in zip(*counts, strict=True):
        assert list(part) == sorted(part, reverse=True)


@pytest.mark.parametrize(
    ("period", "as_of", "short"),
    [
        ("2026-Q3", date(2026, 10, 31), ()),  # the last of September is 30 days old
        ("2026-Q3", date(2026, 10, 30), (30,)),
        ("2026-10", date(2026, 11, 1), (3, 7, 15, 30)),
        ("2026-10", date(2026, 11, 8), (15, 30)),
        ("2025", date(2026, 11, 1), ()),
        ("all", date(2026, 11, 1), (3, 7, 15, 30)),
    ],
)
def test_a_period_is_cut_short_until_its_last_case_is_old_enough(
    period: str, as_of: date, short: tuple[int, ...]
) -> None:
    assert open_after.cut_short(period, as_of) == short
