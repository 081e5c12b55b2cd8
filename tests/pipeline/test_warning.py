"""Early warning from the case database to alerts, and the kinds of day it goes by."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pandas as pd
import pytest
from sqlalchemy import Engine, text

import cities
from cities import City
from data_access.cases import frames
from data_access.cases.engine import connect
from metrics.stats.expected import NEEDED, TREND_NEEDS, TooLittleHistory, cells_of
from pipeline import warning
from pipeline.demo.intake import OUTBREAK, OUTBREAK_COUNTY
from pipeline.ingest import ingest
from tests.conftest import store

LAST = date(2026, 11, 1)
FIRST_DAY = pd.Timestamp(OUTBREAK[0]).date()  # of the hidden outbreak


@pytest.fixture(scope="module")
def demo_city(tmp_path_factory: pytest.TempPathFactory, ankang: City) -> Iterator[Engine]:
    """The demo city of 20,000 cases, made once."""
    folder = tmp_path_factory.mktemp("warning")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SUNLINE_DATA", str(folder))
        opened = connect(f"sqlite:///{folder / 'cases.sqlite'}")
        ingest(opened, "demo", None, ankang, cases=20_000, seed=7)
        yield opened
        opened.dispose()


def test_the_hidden_outbreak_is_found_within_days(demo_city: Engine, ankang: City) -> None:
    for days in range(8):  # the first morning it had not begun
        alerts = warning.warn(demo_city, ankang, FIRST_DAY + timedelta(days=days))
        if alerts:
            break
    assert 1 <= days <= 5
    assert (alerts[0].category, alerts[0].area) == ("公共卫生", OUTBREAK_COUNTY)
    assert alerts[0].day == FIRST_DAY + timedelta(days=days - 1), "the last whole day"
    assert alerts[0].observed >= 5 > 20 * alerts[0].expected


def test_by_first_level_category_too(demo_city: Engine, ankang: City) -> None:
    found = warning.warn(demo_city, ankang, FIRST_DAY + timedelta(days=7), "category")
    assert ("医疗卫生", OUTBREAK_COUNTY) in {(one.category, one.area) for one in found}


def test_every_day_and_every_case_is_counted(demo_city: Engine, ankang: City) -> None:
    counts = warning.daily(demo_city, ankang, date(2024, 3, 1))
    assert list(counts.index) == list(pd.date_range("2022-11-01", "2024-02-29"))
    assert list(counts.columns.names) == ["category2", "area"]
    query = "SELECT count(*) FROM cases WHERE received_at < '2024-02-29 16:00'"  # midnight, UTC
    with demo_city.connect() as connection:
        assert counts.to_numpy().sum() == connection.execute(text(query)).scalar_one()


def test_too_early_and_too_late_are_said(demo_city: Engine, ankang: City) -> None:
    with pytest.raises(TooLittleHistory, match=f"needs {NEEDED} days"):
        warning.warn(demo_city, ankang, date(2023, 6, 1))
    with pytest.raises(ValueError, match="known until 2026-11-01, not 2026-11-02"):
        warning.warn(demo_city, ankang, LAST + timedelta(days=1))
    assert warning.watch(demo_city, ankang, LAST).notes == ()
    first = date(2022, 11, 1)
    for days, notes in ((TREND_NEEDS, (warning.LEVEL_ASSUMED,)), (TREND_NEEDS + 1, ())):
        assert warning.watch(demo_city, ankang, first + timedelta(days=days)).notes == notes


def test_a_city_without_cases(engine: Engine, ankang: City) -> None:
    with pytest.raises(ValueError, match="no file of ankang says until when"):
        warning.warn(engine, ankang, LAST)


def test_cases_without_category_or_area_are_left_out(engine: Engine, ankang: City) -> None:
    cases = frames.frame(
        {
            "number": ["1", "2", "3"],
            "category2": ["供水服务", "", "供水服务"],
            "area": ["610921", "610921", ""],
            "received_at": [datetime(2026, 3, 1, 20, tzinfo=UTC)] * 3,  # 2 March in Ankang
        }
    )
    store(engine, ankang.id, cases, datetime(2026, 3, 4, tzinfo=UTC))
    counts = warning.daily(engine, ankang, date(2026, 3, 4))
    assert cells_of(counts) == (("供水服务", "610921"),)
    assert counts.iloc[:, 0].to_list() == [1, 0]
    assert counts.index[0] == pd.Timestamp("2026-03-02")
    with pytest.raises(ValueError, match="no case with category and area"):
        warning.daily(engine, ankang, date(2026, 3, 4), "category")


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        ("2025-01-28", "spring festival"),  # New Year's Eve
        ("2024-02-10", "spring festival"),  # a Saturday, and another day each year
        ("2025-10-01", "holiday"),
        ("2025-10-04", "holiday"),  # a Saturday of the golden week
        ("2025-01-26", "make-up"),  # a Sunday worked for the Spring Festival
        ("2025-11-01", ""),  # a Saturday
        ("2025-11-03", ""),
        ("2027-10-01", ""),  # not published yet
    ],
)
def test_kinds_of_day(ankang: City, day: str, kind: str) -> None:
    assert warning.kinds(pd.DatetimeIndex([day]), ankang).tolist() == [kind]


def test_other_countries_have_no_kinds() -> None:
    nyc = cities.profile("nyc")
    assert warning.kinds(pd.date_range("2025-10-01", periods=7), nyc).tolist() == [""] * 7
