"""What early warning tells is kept for supervisors: each day once, with the days before it."""

import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import Engine

import cities
from data_access.cases.engine import connect
from data_access.supervision import alerts as desk
from data_access.supervision.viewer import Role, Viewer
from metrics.stats import alerts as stats
from metrics.stats import expected
from pipeline import alerts, refresh, warning
from pipeline.demo.intake import OUTBREAK, OUTBREAK_COUNTY
from pipeline.refresh.monitoring import Log
from pipeline.signals import SPLIT

ANKANG = cities.profile("ankang")
CITY = Viewer("city", "周", "ankang", frozenset({Role.CITY}))
BEGAN = pd.Timestamp(OUTBREAK[0]).date()  # of the hidden outbreak
AS_OF = BEGAN + timedelta(days=8)


@pytest.fixture
def base(demo_folder: Path, data: Path) -> Iterator[Engine]:
    """A copy of the small demo city."""
    data.mkdir(parents=True)
    connect(f"sqlite:///{demo_folder / 'cases.sqlite'}").dispose()  # all of it in one file
    shutil.copy(demo_folder / "cases.sqlite", data / "cases.sqlite")
    opened = connect()
    yield opened
    opened.dispose()


def test_the_outbreak_is_one_alert_with_its_evidence(base: Engine) -> None:
    first = alerts.keep(base, ANKANG, AS_OF, back=5)
    assert first.days == 5
    assert first.begun >= 1
    assert alerts.keep(base, ANKANG, AS_OF) == alerts.Kept(0, 0)  # ten minutes later
    lines: list[str] = []
    refresh._warn(base, ANKANG, AS_OF + timedelta(days=1), Log("ankang", lines.append))
    assert "stage=warn" in lines[0]
    assert "days=1" in lines[0]
    with base.connect() as connection:
        found, _ = desk.listed(CITY, connection, desk.UNDECIDED)
        assert desk.judged(CITY, connection) is not None
    (one,) = (alert for alert in found if alert.area == OUTBREAK_COUNTY)
    assert (one.category, one.category2) == ("医疗卫生", "公共卫生")
    whole, cases, total = desk.one(CITY, base, one.id)
    days = whole.evidence.days
    assert len(days) == alerts.SHOWN
    assert days[-1][0] == whole.evidence.day == AS_OF
    seen = sum(day[1] for day in days[-whole.evidence.span :])
    assert seen == whole.evidence.observed
    assert total == len(cases) == sum(day[1] for day in days if day[0] >= whole.first)


def test_the_limit_of_a_day_is_passed_by_one_in_a_hundred(base: Engine) -> None:
    counts = warning.by_path(base, ANKANG, AS_OF, SPLIT)
    kinds = warning.kinds(pd.DatetimeIndex(counts.index), ANKANG)
    model = expected.fit(counts, kinds, pd.Timestamp(AS_OF), stats.WINDOWS)
    days = pd.DatetimeIndex(counts.index[-9:])
    for place in (0, len(model.cells) // 2):
        band = stats.band(model, counts, kinds, model.cells[place], days)
        mean = model.means(kinds.loc[days])[:, place]
        errors = pd.Series([model.errors(kinds.loc[[day]])[place] for day in days]).to_numpy()
        variance = model.dispersion[1][place] * mean + errors * mean**2
        assert band["expected"].to_numpy() == pytest.approx(mean)
        limit = band["limit"].to_numpy()
        assert (stats.upper_tail(limit + 1, mean, variance) <= stats.CHANCE).all()
        assert (stats.upper_tail(limit, mean, variance) > stats.CHANCE)[limit > 0].all()


def test_too_little_history_is_on_record_and_not_tried_again(base: Engine) -> None:
    early = date(2023, 3, 1)
    assert alerts.keep(base, ANKANG, early, back=3) == alerts.Kept(1, 0)
    with base.connect() as connection:
        assert desk.judged(CITY, connection) == (early - timedelta(days=1), 0)
    assert alerts.keep(base, ANKANG, early).days == 0
