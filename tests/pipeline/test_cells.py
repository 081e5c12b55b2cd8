"""The cells of the lattice, against a naive reading of the same cases."""

from collections import Counter
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import Engine, select

from cities import City
from data_access.cases.engine import connect
from data_access.cases.records import Case
from data_access.published import ALL, DIMENSIONS, NONE, SENSITIVE
from metrics import lattice, registry
from metrics.stats.durations import LAST
from pipeline import cells, count, open_data, protect, sums
from pipeline.attack.bounds import impossible, propagate
from pipeline.demo import COMPLETE_UNTIL

WIDE = Path(__file__).parent / "wide_lattice.toml"


@pytest.fixture(scope="module")
def found(demo_folder: Path, ankang: City) -> pd.DataFrame:
    opened = connect(f"sqlite:///{demo_folder / 'cases.sqlite'}")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lattice, "FILE", WIDE)
        told = cells.cells(opened, ankang, COMPLETE_UNTIL)
    opened.dispose()
    return told


def place(city: City, case: Any, by: tuple[str, ...], period: str) -> tuple[str, ...]:
    """Where one case is counted in a table by some dimensions."""
    told = {name: getattr(case, name) or NONE for name in DIMENSIONS}
    if {"unit", "town"} & set(by):
        if (case.category, case.category2) in city.sensitive:
            told["category2"] = SENSITIVE
        if (case.category,) in city.sensitive:
            told["category"] = told["category2"] = SENSITIVE
    return (period, *(told[name] if name in by else ALL for name in DIMENSIONS))


def period(moment: datetime, grain: str) -> str:
    if grain == "quarter":
        return f"{moment.year}-Q{(moment.month + 2) // 3}"
    return moment.strftime({"month": "%Y-%m", "year": "%Y"}[grain])


def test_every_table_of_what_came_in_is_that_of_a_naive_reading(
    demo_cases: Engine, found: pd.DataFrame, ankang: City
) -> None:
    columns = [*(getattr(Case, name) for name in DIMENSIONS), Case.received_at]
    with demo_cases.connect() as connection:
        cases = connection.execute(select(*columns)).all()
    received = found[found["metric"] == "received"]
    tables = [table for table in lattice.tables(WIDE) if table.metrics == ("received",)]
    assert len(tables) >= 9
    for table in tables:
        grain = table.grains[0]
        expected = Counter(
            place(ankang, case, table.by, period(case.received_at.astimezone(ankang.zone), grain))
            for case in cases
        )
        narrowed = (received[list(DIMENSIONS)] != ALL).to_numpy()
        by = [name in table.by for name in DIMENSIONS]
        mine = received[(narrowed == by).all(axis=1) & (received["grain"] == grain)]
        told = mine.set_index(["period", *DIMENSIONS])["numerator"]
        periods = set(mine["period"])
        ended = {key: n for key, n in expected.items() if key[0] in periods}
        assert told[told > 0].to_dict() == ended
        assert told.index.is_unique
        assert "2026-Q4" not in periods, "it has not ended"


def test_every_known_sum_holds(found: pd.DataFrame, ankang: City) -> None:
    places = sums.quantities(found)
    system = sums.known(places, ankang, COMPLETE_UNTIL).system
    counts = np.where(found["denominator"] > 0, found["denominator"], found["numerator"])
    low, high = np.zeros(system.size, np.int64), np.full(system.size, 2**31)
    low[places["cell"]] = high[places["cell"]] = counts
    low, high = propagate(system, low, high)
    assert not any(part.size for part in impossible(system, low, high))
    assert system.size > len(found), "some totals are known although no table shows them"
    assert (low == high)[places["cell"].max() + 1 :].mean() > 0.9, "and what they are"
    first = int(system.parts[0])
    low[first] = high[first] = low[first] + 1
    wrong = impossible(system, *propagate(system, low, high))
    assert any(part.size for part in wrong), "it can fail"


def test_sensitive_categories_are_told_one_by_one_only_of_counties(
    found: pd.DataFrame, ankang: City
) -> None:
    precise = found[(found["unit"] != ALL) | (found["town"] != ALL)]
    keys = set(precise[["category", "category2"]].itertuples(index=False, name=None))
    assert not [key for key in keys if key in ankang.sensitive or (key[0],) in ankang.sensitive]
    assert (SENSITIVE, ALL) in keys
    health = found[(found["category"] == "医疗卫生") & (found["area"] == "610902")]
    assert len(health)
    assert set(health["threshold"]) == {10}


def test_a_unit_without_cases_is_there_with_0(found: pd.DataFrame, ankang: City) -> None:
    quarter = found[(found["metric"] == "received") & (found["period"] == "2024-Q1")]
    units = quarter[(quarter["unit"] != ALL) & (quarter["category"] == ALL)]
    assert set(units["unit"]) == {unit.code for unit in ankang.units} | {NONE}
    assert (units["numerator"] == 0).any()


def test_a_duration_is_told_with_its_median(
    demo_cases: Engine, found: pd.DataFrame, ankang: City
) -> None:
    metric = registry.get("time_solving")
    whole = count.measure(demo_cases, metric, ankang, COMPLETE_UNTIL, "month")
    told = found[(found["metric"] == metric.id)].set_index("period")
    for figure in whole:
        row = told.loc[figure.key]
        assert row["numerator"] == figure.numerator
        assert (row["value"], row["p90"]) == (figure.value, figure.p90)
    shown = open_data.long(protect.protect(found, ankang, COMPLETE_UNTIL), ankang, "")["city"]
    rows = shown.set_index(["metric", "period"])
    assert rows.loc[(metric.id, ALL), "value"] == whole[0].value
    few = found[(found["metric"] == metric.id) & (found["numerator"] < 10)]
    assert few["value"].isna().all()


def test_every_metric_is_told_of_the_whole_city(found: pd.DataFrame) -> None:
    derived = {
        metric.id
        for metric in registry.everything().values()
        if metric.kind == "composite" or metric.per or metric.subject == "rows"
    }
    whole = found[(found[list(DIMENSIONS)] == ALL).all(axis=1)]
    assert set(whole["metric"]) == set(registry.everything()) - derived


def test_a_city_without_cases_has_cells_that_say_so(engine: Engine, nyc: City) -> None:
    found = cells.cells(engine, nyc, date(2026, 1, 1))
    assert set(found["period"]) == {ALL}
    assert (found["numerator"] == 0).all()


@pytest.mark.parametrize(("bins", "value"), [({0: 20}, 0), ({LAST: 20}, np.nan), ({0: 9}, np.nan)])
def test_a_median_at_either_end(bins: dict[int, int], value: float, ankang: City) -> None:
    """At once is 0 seconds; longer than the longest bin, or of few cases, is no number."""
    rows = pd.DataFrame({"bin": [str(n) for n in bins], "numerator": bins.values()})
    times = cells._times(rows.assign(period=ALL), ["period"])
    told = times.loc[0, cells.TIMES].to_dict()
    assert told["value"] == pytest.approx(value, abs=60, nan_ok=True)
    row = {"metric": "time_solving", "grain": ALL, "period": ALL} | dict.fromkeys(DIMENSIONS, ALL)
    counts = {"numerator": sum(bins.values()), "denominator": pd.NA}
    frame = pd.DataFrame([row | told | counts | {"withheld": None}])
    (line,) = open_data.long(frame, ankang, "")["city"].to_dict("records")
    assert line["value"] == pytest.approx(told["value"], nan_ok=True)
