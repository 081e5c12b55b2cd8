"""Sparse cities for the case-level open data: cases told by what matters, by hand or at random."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import numpy as np
import pandas as pd
from hypothesis import strategies as st

from pipeline.open_cases import OpenCases, open_cases
from pipeline.open_subjects import Subjects
from pipeline.verify import open_cases as verifying

ZONE = ZoneInfo("Asia/Shanghai")
AS_OF = date(2026, 8, 1)  # the last quarter that is out is 2026-Q2
PLACES = [("roads", "lamps", "dark"), ("roads", "lamps", "blinking"), ("roads", "holes", "deep"),
          ("water", "pipes", "burst"), ("water", "taps", "dry")]  # fmt: skip
RELIEF, PAPERS = ("people", "relief", "allowance"), ("people", "papers", "passport")
ABOUT = Subjects(frozenset(PLACES), frozenset([RELIEF]))
CASE = {
    "received_at": "2026-05-10 09:00", "closed_at": "2026-05-12 08:00", "area": "A", "town": "A1",
    "about": PLACES[0], "unit": "lamps", "nature": "help", "outcome": "solved", "reason_code": "",
    "satisfaction": "",
}  # fmt: skip


def facts(*cases: dict[str, Any]) -> pd.DataFrame:
    """Facts of some cases, each told by what differs from CASE; times are local."""
    rows = pd.DataFrame([CASE | case for case in cases])
    if "number" not in rows:
        rows["number"] = [f"N{place}" for place in range(len(rows))]
    levels = [f"category{number}" for number in ("", 2, 3)]
    rows[levels] = pd.DataFrame(rows.pop("about").tolist(), dtype=object)
    for name in ("received_at", "closed_at"):
        rows[name] = (
            pd.to_datetime(rows[name], format="ISO8601").dt.tz_localize(ZONE).dt.tz_convert("UTC")
        )
    return rows


def mixed(size: int, **case: Any) -> list[dict[str, Any]]:
    """Cases that differ in every attribute that could be withheld."""
    late = {"closed_at": None, "outcome": "", "satisfaction": "dissatisfied"}
    return [case | (late if number % 2 else {}) for number in range(size)]


def release(*cases: dict[str, Any], as_of: date = AS_OF) -> OpenCases:
    return open_cases(facts(*cases), ABOUT, as_of, ZONE)


def random_facts(seed: int, rows: int) -> pd.DataFrame:
    """A sparse city: a few towns, categories and units are busy, most have hardly a case."""
    rng = np.random.default_rng(seed)

    def pick(values: list[Any]) -> Any:
        weights = rng.lognormal(0, 1.5, len(values))
        return [values[i] for i in rng.choice(len(values), rows, p=weights / weights.sum())]

    taken = pd.to_timedelta(
        np.where(rng.random(rows) < 0.1, np.nan, rng.integers(1, 40, rows)), "D"
    )
    days = pd.to_datetime("2025-09-20") + pd.to_timedelta(rng.integers(0, 300, rows), "D")
    towns = pick(["A1", "A2", "A3", "B1", "B2", ""])
    columns = {
        "received_at": days, "closed_at": days + taken,
        "town": towns, "area": [town[:1] or "A" for town in towns],
        "about": pick([*PLACES, RELIEF, PAPERS]), "unit": pick(["x", "y", "z", ""]),
        "nature": pick(["help", "report", "consult"]),
        "outcome": pick(["solved", "explained", "not_handled"]),
        "reason_code": pick(["", "no_funds", "petition"]),
        "satisfaction": pick(["satisfied", "dissatisfied", ""]),
    }  # fmt: skip
    return facts(*pd.DataFrame(columns).to_dict("records"))  # type: ignore[arg-type]


CITIES = st.builds(random_facts, st.integers(0, 2**32), st.integers(1, 500))


def eligible(cases: pd.DataFrame) -> pd.DataFrame:
    """The cases of a table that may be released, with what a neighbour may know of them."""
    local = cases["received_at"].dt.tz_convert(ZONE)
    levels = zip(cases["category"], cases["category2"], cases["category3"], strict=True)
    fit = pd.Series([level in PLACES for level in levels])
    fit &= (cases["nature"] != "report") & (cases["reason_code"] != "petition")
    fit &= local < pd.Timestamp("2026-07-01", tz=ZONE)
    quarter = local.dt.year.astype(str) + "-Q" + local.dt.quarter.astype(str)
    dated: pd.DataFrame = cases.assign(month=local.dt.strftime("%Y-%m"), quarter=quarter)[fit]
    return dated


def problems(table: pd.DataFrame, **least: int) -> list[str]:
    """What does not hold of a table, as `verify` says it."""
    with _opened(table) as database:
        return verifying.problems(database, **least)


def measure(table: pd.DataFrame) -> verifying.Anonymity:
    """k and l of a table, as `verify` measures them."""
    with _opened(table) as database:
        return verifying.measure(database)


def _opened(table: pd.DataFrame) -> duckdb.DuckDBPyConnection:
    database = duckdb.connect()
    names = ", ".join(f'"{name}" VARCHAR' for name in table.columns)
    database.execute(f"CREATE TABLE open_cases ({names})")
    if len(table):
        database.register("told", table.astype(object))
        database.execute("INSERT INTO open_cases SELECT * FROM told")
    return database
