"""Rows of the open data tell nothing beside the cells: made by one reading, attacked by another."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings

from data_access.published import ALL, DIMENSIONS, cells
from data_access.settings import DATABASE
from metrics.periods import label
from pipeline import disk
from pipeline.attack.open_cases import told
from pipeline.linkage import linked, quiet
from pipeline.open_cases import LATE, LINKED, WITHHELD, OpenCases, open_cases
from pipeline.open_rows import OTHER
from tests.open_city import ABOUT, AS_OF, CITIES, ZONE, facts, mixed, problems

TABLES = (
    ("month", ()), ("month", ("category", "category2")), ("quarter", ("unit",)),
    ("quarter", ("area", "category")), ("year", ("area", "town", "category")),
)  # fmt: skip


def counted(cases: pd.DataFrame) -> pd.DataFrame:
    """Cells of what came in by some tables, and of what could not be handled; below 5 withheld."""
    local = cases["received_at"].dt.tz_convert(ZONE).dt
    parts = []
    for grain, by in TABLES:
        periods = [label(y, m, grain) for y, m in zip(local.year, local.month, strict=True)]
        keys = cases[list(by)].assign(period=periods)
        parts.append(_cells("received", grain, keys))
    refused = cases["outcome"] == "not_handled"
    years = local.year.astype(str)[refused]
    for metric, name in (("not_handled", "unit"), ("not_handled_cases", "reason_code")):
        parts.append(_cells(metric, "year", cases.loc[refused, [name]].assign(period=years)))
    return pd.concat(parts, ignore_index=True)


def _cells(metric: str, grain: str, keys: pd.DataFrame) -> pd.DataFrame:
    names = list(keys.columns)
    made = keys.groupby(names, as_index=False).size().rename(columns={"size": "numerator"})
    made = made[(made[names] != "").all(axis=1)]
    few = made["numerator"] < 5
    made["withheld"] = pd.Series(None, made.index, dtype=object).mask(few, "few")
    made["numerator"] = made["numerator"].astype("Int64").mask(few)
    rest = {name: ALL for name in DIMENSIONS if name not in names}
    return made.assign(metric=metric, grain=grain, **rest)


def released(cases: pd.DataFrame, **booked: Any) -> tuple[pd.DataFrame, OpenCases]:
    there = counted(cases)
    made = open_cases(
        cases, ABOUT, AS_OF, ZONE, linked=lambda rows: linked(rows, there), **booked
    )  # fmt: skip
    return there, made


def written(folder: Path, there: pd.DataFrame, rows: pd.DataFrame) -> Path:
    """A release's file with these cells and rows, and nothing else."""
    folder.mkdir(parents=True)
    told_cells = there.reindex(columns=[column.name for column in cells.c])
    text = pa.schema([(name, pa.string()) for name in rows.columns])
    disk.write(
        folder / DATABASE,
        {
            "cells": pa.Table.from_pandas(told_cells, preserve_index=False),
            "open_cases": pa.Table.from_pandas(rows, text, preserve_index=False),
        },
    )
    return folder


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(CITIES)
def test_nothing_is_told_beside_the_cells(
    tmp_path_factory: pytest.TempPathFactory, cases: pd.DataFrame
) -> None:
    there, made = released(cases)
    rows = quiet(made.table, there)
    assert problems(rows) == []
    assert len(cases) == len(rows) + sum(made.dropped.values())
    assert told(written(tmp_path_factory.mktemp("city") / "one", there, rows)) == []


LEFT_OVER = [*mixed(20), *mixed(3, nature="report")]
IN_HIDDEN = [*mixed(12), *mixed(30, about=("roads", "holes", "deep"), town="A2")]


@pytest.mark.parametrize(
    ("cases", "hide", "said"),
    [
        (LEFT_OVER, None, "cases that are not among the rows"),
        (IN_HIDDEN, "lamps", "rows of a withheld count"),
    ],
)
def test_without_it_the_attack_finds_what_it_was_there_for(
    tmp_path: Path, cases: list[dict[str, Any]], hide: str | None, said: str
) -> None:
    rows = facts(*cases)
    there = counted(rows)
    hidden = there["category2"] == hide
    there = there.assign(
        numerator=there["numerator"].mask(hidden), withheld=there["withheld"].mask(hidden, "few")
    )
    careless = open_cases(rows, ABOUT, AS_OF, ZONE)
    found = told(written(tmp_path / "careless", there, careless.table))
    assert {one.what for one in found} == {said}
    made = open_cases(rows, ABOUT, AS_OF, ZONE, linked=lambda some: linked(some, there))
    assert made.dropped[LINKED] >= 10
    assert told(written(tmp_path / "linked", there, made.table)) == []


def test_rows_do_not_tell_a_refusal_whose_count_is_withheld(tmp_path: Path) -> None:
    refused = {"outcome": "not_handled", "reason_code": "no_funds"}
    rows = facts(*mixed(20), *[refused] * 3)
    there, made = released(rows)
    found = told(written(tmp_path / "loud", there, made.table))
    assert {one.where for one in found} == {
        "not_handled 2026 lamps", "not_handled_cases 2026 no_funds",
    }  # fmt: skip
    assert {one.cases for one in found} == {3}
    table = quiet(made.table, there)
    assert problems(table) == []
    assert set(table["outcome"]) == set(table["reason_code"]) == {WITHHELD}
    assert told(written(tmp_path / "quiet", there, table)) == []


def test_a_reason_whose_count_is_withheld_becomes_another(tmp_path: Path) -> None:
    refused = [{"outcome": "not_handled", "reason_code": "no_funds"}] * 9
    rare = [{"outcome": "not_handled", "reason_code": "no_duty"}] * 2
    there, made = released(facts(*mixed(20), *refused, *rare))
    assert set(quiet(made.table, there)["reason_code"]) == {"", "no_funds", OTHER}


def again(cases: pd.DataFrame, made: OpenCases, as_of: date = AS_OF) -> OpenCases:
    return open_cases(cases, ABOUT, as_of, ZONE, made.book, made.until)


def in_classes(made: OpenCases) -> list[tuple[str, ...]]:
    return sorted(map(tuple, made.table.drop(columns="row").to_numpy().tolist()))


def test_a_released_quarter_is_repeated_whatever_happens_to_its_cases() -> None:
    cases = facts(*mixed(20), *mixed(4, area="B", town="B1"))
    first = open_cases(cases, ABOUT, AS_OF, ZONE)
    changed = cases.assign(outcome="not_handled", unit="other", town="A2")
    came_late = facts(*mixed(15, number="late")).assign(number=[f"L{n}" for n in range(15)])
    second = again(pd.concat([changed, came_late], ignore_index=True), first)
    assert in_classes(second) == in_classes(first)
    assert second.dropped[LATE] == 15
    assert not {*first.table["row"]} & {*second.table["row"]}
    assert in_classes(again(cases[:5], second)) == in_classes(first)  # the rest is gone


def test_who_waited_may_be_told_by_the_year() -> None:
    waiting = [*mixed(6, received_at="2025-08-10"), *mixed(6, received_at="2025-12-10")]
    first = open_cases(facts(*waiting), ABOUT, date(2025, 11, 5), ZONE)
    assert len(first.table) == 0
    second = again(facts(*waiting), first, date(2026, 2, 1))
    assert second.table["when"].tolist() == ["2025"] * 12


def _more(cases: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([cases, facts(*mixed(3)).assign(number=["x", "y", "z"])], ignore_index=True)


def _other(cases: pd.DataFrame) -> pd.DataFrame:
    return cases.assign(outcome=cases["outcome"].where(cases.index > 1, "explained"))


@pytest.mark.parametrize(
    ("change", "said"), [(_more, {"rows came or went"}), (_other, {"outcome changed"})]
)
def test_a_quarter_counted_anew_is_found_by_the_attack(
    tmp_path: Path, change: Callable[[pd.DataFrame], pd.DataFrame], said: set[str]
) -> None:
    cases = facts(*mixed(20))
    folders = []
    for name, rows in (("old", cases), ("new", change(cases))):
        made = open_cases(rows, ABOUT, AS_OF, ZONE)  # without its book
        folders.append(written(tmp_path / name, counted(cases), made.table))
    found = {one.what for one in told(folders[1], folders[0])}
    assert found >= said
