"""The demo city's own lattice, attacked: safe as published, and not safe with a part left out.

Counts of 120,000 cases: what has to be withheld is a matter of how many cases a city has.
"""

from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pandas as pd
import pytest

import cities
from data_access.cases.engine import connect
from data_access.published import ALL
from metrics import registry
from pipeline import cells, protect
from pipeline.attack import Report, attack
from pipeline.bases import still_running
from pipeline.demo import COMPLETE_UNTIL
from pipeline.ingest import ingest
from tests.pipeline.attack import city

pytestmark = pytest.mark.thorough  # every release of a test is attacked before it is published
CASES = 120_000
MOST = 0.02  # of what the cells count may be withheld
ANKANG = cities.profile("ankang")


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[pd.DataFrame]:
    """The cells of the whole lattice, before protection."""
    opened = connect(f"sqlite:///{tmp_path_factory.mktemp('large') / 'cases.sqlite'}")
    ingest(opened, "demo", None, ANKANG, cases=CASES, seed=7)
    yield cells.cells(opened, ANKANG, COMPLETE_UNTIL)
    opened.dispose()


@pytest.fixture(scope="module")
def protected(counted: pd.DataFrame) -> pd.DataFrame:
    return protect.protect(counted, ANKANG, COMPLETE_UNTIL)


@pytest.fixture(scope="module")
def over(counted: pd.DataFrame) -> pd.DataFrame:
    """The rows of the release, before protection: without the periods that still run."""
    return counted[~still_running(counted, COMPLETE_UNTIL)].reset_index(drop=True)


def attacked(shown: pd.DataFrame, folder: Path) -> Report:
    return attack([city.write(folder / "r", shown, COMPLETE_UNTIL, "ankang")], exact=False)


def by_bounds(report: Report) -> list[str]:
    """The cells that subtraction gives away, without those that were shown outright."""
    return [one.cell for one in report.recovered if one.how == "bounds"]


def test_nothing_is_recovered_and_little_is_withheld(
    over: pd.DataFrame, protected: pd.DataFrame, tmp_path: Path
) -> None:
    report = attacked(protected, tmp_path)
    assert report.recovered == ()
    assert report.checked["withheld"] > 1_000
    ratio = over["metric"].map(lambda name: registry.get(name).kind == "ratio")
    base = over["numerator"].where(~ratio, over["denominator"])
    hidden = protected["withheld"].notna()
    assert 0 < base[hidden].sum() <= MOST * base.sum()
    volume = (over["metric"] == "received") & (over["grain"] != ALL)
    assert 0 < base[hidden & volume].sum() <= MOST * base[volume].sum()


def test_without_complementary_suppression_it_is_recovered(
    counted: pd.DataFrame, tmp_path: Path
) -> None:
    with patch.object(protect, "complement", lambda known, table, small: small):
        bare = protect.protect(counted, ANKANG, COMPLETE_UNTIL)
    assert set(bare["withheld"].dropna()) <= {"few", "too early"}
    assert by_bounds(attacked(bare, tmp_path))


def test_with_zeros_shown_it_is_recovered(
    over: pd.DataFrame, protected: pd.DataFrame, tmp_path: Path
) -> None:
    volume = (over["metric"] == "received") & (over["numerator"] == 0)
    zeros = protected.copy()
    zeros.loc[volume, "numerator"] = 0
    zeros.loc[volume, "withheld"] = None
    assert by_bounds(attacked(zeros, tmp_path))


def test_no_slice_of_a_running_period_is_counted(counted: pd.DataFrame) -> None:
    sliced = counted[(counted[list(city.DIMENSIONS)] != ALL).any(axis=1)]
    assert not set(sliced["period"]) & {"2026", "2026-Q4", "2026-11"}
