"""Nobody can be found in the case-level open data, and every case is accounted for."""

import itertools
from collections import Counter
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from scipy.stats import spearmanr

from cities import ROOT, City
from data_access.outcomes import DAYS
from pipeline import demo
from pipeline.open_cases import (
    COLUMNS,
    FEW,
    STEPS,
    WITHHELD,
    YEAR_RUNS,
    open_cases,
)
from pipeline.open_rows import OPEN, OTHER, UNKNOWN
from pipeline.open_subjects import TOO_RECENT, subjects
from pipeline.sources import load
from tests.open_city import (
    ABOUT,
    AS_OF,
    CITIES,
    PAPERS,
    PLACES,
    ZONE,
    eligible,
    facts,
    mixed,
    problems,
    release,
)


@settings(max_examples=40)
@given(CITIES)
def test_every_case_is_out_or_accounted_for_and_the_table_holds(cases: pd.DataFrame) -> None:
    made = open_cases(cases, ABOUT, AS_OF, ZONE)
    assert len(cases) == len(made.table) + sum(made.dropped.values())
    assert problems(made.table) == []
    assert list(made.table.columns) == list(COLUMNS)
    # The same once more, row by row.
    seen: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
    for row in made.table.to_dict("records"):
        told = (row["outcome"], row["days"], row["satisfaction"])
        seen.setdefault(tuple(row[name] for name in COLUMNS[1:7]), []).append(told)
    for rows in seen.values():
        assert len(rows) >= 10
        for values in zip(*rows, strict=True):
            assert len(set(values)) >= 2 or set(values) == {WITHHELD}


def compatible(row: Any, known: dict[str, str]) -> bool:
    """Whether a released row may be the case of which a neighbour knows something."""
    when = known.get("month")
    if when is not None and row.when not in (when, known["quarter"], when[:4]):
        return False
    if "town" in known and row.where not in (known["town"], known["area"]):
        return False
    if "category2" in known and (row.category, row.category2) not in (
        (known["category"], known["category2"]), (known["category"], WITHHELD),
    ):  # fmt: skip
        return False
    return row.unit in (known.get("unit", row.unit), WITHHELD)


@settings(max_examples=25)
@given(CITIES)
def test_whatever_a_neighbour_knows_ten_rows_match_or_none(cases: pd.DataFrame) -> None:
    """All subsets of the four public fields, told as finely as the private table tells them.

    To know a field more coarsely matches more rows.
    """
    table = open_cases(cases, ABOUT, AS_OF, ZONE).table
    classes = list(table.groupby(list(COLUMNS[1:7])).size().reset_index(name="size").itertuples())
    with_it = {"month": ["quarter"], "town": ["area"], "category2": ["category"], "unit": []}
    private = eligible(cases)
    for size in range(1, 5):
        for fields in itertools.combinations(with_it, size):
            names = [name for field in fields for name in (field, *with_it[field])]
            for known in private[names].drop_duplicates().to_dict("records"):
                matching = sum(row.size for row in classes if compatible(row, known))  # type: ignore[arg-type, misc]
                assert matching == 0 or 1 / matching <= 1 / 10


@settings(max_examples=40)
@given(CITIES)
def test_subtracting_finer_rows_from_a_known_count_leaves_none_or_ten(cases: pd.DataFrame) -> None:
    """For every node of the ladder within a quarter that has ten cases of its own."""
    made, private = open_cases(cases, ABOUT, AS_OF, ZONE), eligible(cases)
    table = made.table.assign(
        month=made.table["when"], quarter=made.table["when"].map(in_quarter),
        town=made.table["where"], area=made.table["where"].str.slice(0, 1),
    )  # fmt: skip
    for number, step in enumerate(STEPS[:-1]):
        keys = [*dict.fromkeys([step.when, step.where, "category", step.what])]
        total = private[private[step.where] != ""].groupby(keys).size()
        told = table[table["step"].isin([finer.name for finer in STEPS[: number + 1]])]
        left = total - told.groupby(keys).size().reindex(total.index, fill_value=0)
        assert ((left == 0) | (left >= 10) | (total < 10)).all()
    # And nobody is told by the year, or left out, whose quarter, area and category had ten.
    by_year = int((table["step"] == STEPS[-1].name).sum())
    lost = by_year + made.dropped.get(FEW, 0) + made.dropped.get(YEAR_RUNS, 0)
    assert lost == total[total < 10].sum()


def in_quarter(when: str) -> str:
    return f"{when[:4]}-Q{(int(when[5:]) + 2) // 3}" if len(when) == 7 and "Q" not in when else when


@settings(max_examples=20)
@given(CITIES)
def test_a_quarter_falls_into_the_same_classes_in_every_release(cases: pd.DataFrame) -> None:
    def sizes(as_of: date) -> "Counter[tuple[str, ...]]":
        table = open_cases(cases, ABOUT, as_of, ZONE).table
        return Counter(table[list(COLUMNS[1:7])].itertuples(index=False, name=None))

    releases = [
        sizes(day) for day in (date(2025, 11, 2), date(2026, 1, 31), date(2026, 5, 1), AS_OF)
    ]
    for earlier, later in itertools.pairwise(releases):
        assert {name: later[name] for name in earlier} == dict(earlier)


def test_each_step_of_the_ladder() -> None:
    month, year = {"received_at": "2026-04-10"}, {"received_at": "2025-03-10", "area": "C"}
    made = release(
        *mixed(10), *mixed(9, town="A2"), *mixed(2, town="A2", **month),
        *mixed(6, town="A3", about=PLACES[2]), *mixed(5, town="A4", about=PLACES[2]),
        *mixed(6, area="B", town="B1"), *mixed(5, area="B", town="B1", about=PLACES[2]),
        *mixed(6, **year), *mixed(5, **year | {"received_at": "2025-12-10"}),
        *mixed(9, area="D", received_at="2025-02-01"), *mixed(4, area="D"),
    )  # fmt: skip
    told = made.table.groupby(list(COLUMNS[1:6])).size()
    assert {" ".join(place): size for place, size in told.items()} == {  # type: ignore[arg-type]
        "month/town/category2 2026-05 A1 roads lamps": 10,
        "quarter/town/category2 2026-Q2 A2 roads lamps": 11,
        "quarter/area/category2 2026-Q2 A roads holes": 11,
        "quarter/area/category 2026-Q2 B roads *": 11,
        "year/area/category 2025 C roads *": 11,
    }
    assert made.dropped == {FEW: 9, YEAR_RUNS: 4}


def test_too_few_rows_take_the_smallest_finer_class_along() -> None:
    made = release(
        *mixed(30), *mixed(12, received_at="2026-04-10"), *mixed(2, received_at="2026-06-10")
    )
    assert made.table["when"].value_counts().to_dict() == {"2026-05": 30, "2026-Q2": 14}
    assert made.dropped == {}


def test_a_running_year_is_no_class_yet() -> None:
    quarters = [*mixed(6, received_at="2025-03-10"), *mixed(6, received_at="2025-08-10")]
    assert release(*quarters, as_of=date(2026, 1, 30)).dropped == {YEAR_RUNS: 12}
    assert release(*quarters, as_of=date(2026, 1, 31)).table["when"].tolist() == ["2025"] * 12


@pytest.mark.parametrize(
    ("as_of", "out"), [(date(2026, 7, 30), 0), (date(2026, 7, 31), 20), (date(2026, 10, 31), 31)]
)
def test_a_quarter_is_released_thirty_days_after_its_end(as_of: date, out: int) -> None:
    last, first = {"received_at": "2026-06-30 23:59"}, {"received_at": "2026-07-01 00:00"}
    made = release(*mixed(20, **last), *mixed(11, **first), as_of=as_of)
    assert len(made.table) == out
    assert made.dropped == ({TOO_RECENT: 31 - out} if out < 31 else {})
    assert set(made.table["when"]) <= {"2026-06", "2026-07"}


def test_a_unit_is_told_where_ten_have_it() -> None:
    units = [*mixed(12, unit="x"), *mixed(11, unit="y"), *mixed(3, unit="z")]
    told = release(*units).table["unit"].value_counts().to_dict()
    assert told == {WITHHELD: 14, "x": 12}  # y came along, or z would be what is left
    assert release(*units[:23]).table["unit"].value_counts().to_dict() == {"x": 12, "y": 11}


def test_to_have_no_unit_is_never_told() -> None:
    """It means that the case was answered on the spot."""
    made = release(*mixed(40, unit=""), *mixed(15, unit="x"))
    assert made.table["unit"].value_counts().to_dict() == {WITHHELD: 40, "x": 15}


def test_what_all_rows_of_a_class_share_is_withheld() -> None:
    alike = release(*[{"outcome": "not_handled", "reason_code": "no_funds"}] * 10).table
    assert (alike[["outcome", "reason_code", "days", "satisfaction"]] == WITHHELD).all(axis=None)
    other = release(*[{}] * 9, {"outcome": "not_handled", "reason_code": "no_funds"}).table
    assert Counter(other["outcome"]) == {"solved": 9, "not_handled": 1}
    assert Counter(other["reason_code"]) == {"": 9, "no_funds": 1}
    assert (other[["days", "satisfaction"]] == WITHHELD).all(axis=None)


@pytest.mark.parametrize(
    ("closed", "bucket"),
    [
        ("2026-05-10 09:00", DAYS[0]), ("2026-05-11 09:00", DAYS[0]),
        ("2026-05-11 09:01", DAYS[1]), ("2026-05-13 09:00", DAYS[1]),
        ("2026-05-15 09:00", DAYS[2]), ("2026-05-20 09:00", DAYS[3]),
        ("2026-05-25 09:00", DAYS[4]), ("2026-06-09 09:00", DAYS[5]),
        ("2026-06-09 09:01", DAYS[6]), (None, OPEN), ("2026-05-08 09:00", UNKNOWN),
    ],
)  # fmt: skip
def test_days_are_told_in_classes(closed: str | None, bucket: str) -> None:
    """Beside nine cases of another class, or it would be withheld."""
    other = {"closed_at": "2026-05-12 09:00" if bucket != DAYS[1] else None}
    told = Counter(release({"closed_at": closed}, *[other] * 9).table["days"])
    assert told[bucket] == 1


def test_free_text_never_enters() -> None:
    texts = [
        {"outcome": "王女士已处理", "reason_code": "电话13800000000"},
        {"satisfaction": "很好"},
    ]
    table = release(*mixed(10), *texts).table
    assert Counter(table["outcome"]) == {"solved": 6, "": 5, OTHER: 1}
    assert set(table["reason_code"]) == {"", OTHER}
    assert Counter(table["satisfaction"]) == {"none": 7, "no": 5}


def test_two_releases_share_no_row_id_and_neither_keeps_the_order_of_the_cases() -> None:
    """Reasons stand in for case numbers, to follow each row."""
    size = 3000
    cases = facts(*[{"reason_code": f"n{number}"} for number in range(size - 1)], {"outcome": ""})
    orders, ids = [], []
    for _ in range(2):
        table = open_cases(cases, ABOUT, AS_OF, ZONE).table
        traced = table[table["reason_code"] != ""]["reason_code"]
        orders.append(traced.str.slice(1).astype(int).tolist())
        ids.append(set(table["row"]))
    assert len(ids[0]) == size
    assert not ids[0] & ids[1]
    pairs = [(*orders,), (orders[0], sorted(orders[0])), (orders[1], sorted(orders[1]))]
    for one, other in pairs:
        assert abs(spearmanr(one, other).statistic) < 0.1  # 5 standard deviations and more


@pytest.mark.parametrize("cases", [[], [{"about": PAPERS}]])
def test_no_case_is_a_table_too(cases: list[dict[str, Any]]) -> None:
    made = open_cases(facts({}, *cases)[1:], ABOUT, AS_OF, ZONE)
    assert made.table.empty
    assert list(made.table.columns) == list(COLUMNS)
    assert problems(made.table) == []


@pytest.fixture(scope="module")
def city(ankang: City) -> pd.DataFrame:
    """The demo city's cases with what their last callback said."""
    parts: dict[str, list[pd.DataFrame]] = {"cases": [], "callbacks": []}
    for some in load("demo").read(None, ankang, cases=60_000, seed=7):
        if some.kind.name in parts:
            parts[some.kind.name].append(some.records)
    cases, callbacks = (pd.concat(parts[name], ignore_index=True) for name in parts)
    said = callbacks.sort_values("seq").groupby("number")["satisfaction"].last()
    return cases.assign(satisfaction=cases["number"].map(said).fillna(""))


def test_the_demo_city_is_released_whole_and_safe(city: pd.DataFrame, ankang: City) -> None:
    about = subjects(ROOT / "ankang" / "categories.csv")
    made = open_cases(city, about, demo.COMPLETE_UNTIL, ankang.zone)
    table = made.table
    assert problems(table) == []
    assert len(city) == len(table) + sum(made.dropped.values())
    assert len(table) > 10_000
    assert made.dropped[FEW] < len(table) / 20
    assert set(table["category2"]) - {WITHHELD} <= {second for _, second, _ in about.place_or_thing}
    shares = table.drop(columns="row").nunique() / len(table)
    assert (shares <= 0.01).all()
    held = set(table.drop(columns="row").to_numpy().ravel())
    assert not held & set(city["number"])
    for name in ("when", "where", "category2", "days"):
        codes = table[name].astype("category").cat.codes
        assert abs(spearmanr(codes, np.arange(len(table))).statistic) < 0.05
