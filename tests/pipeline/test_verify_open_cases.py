"""The checker of the released table: what it measures, and that it does fail."""

import ast
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings

from pipeline.open_cases import open_cases
from pipeline.verify import open_cases as module
from pipeline.verify.open_cases import COLUMNS, HIDDEN, KNOWN, STAR
from tests.open_city import ABOUT, AS_OF, CITIES, ZONE, measure, problems

Change = Callable[[pd.DataFrame], pd.DataFrame]
CLASS = ["month/town/category2", "2026-05", "A1", "roads", "lamps", "x"]


def table(rows: int = 10, *others: list[str]) -> pd.DataFrame:
    """One class that holds, half of it solved, and other rows by hand."""
    said = (["solved", "", "≤1", "yes"], ["", "", "open", "none"])
    told = [[*CLASS, *said[number % 2]] for number in range(rows)] + [*others]
    ids = [f"r{number:04}" for number in range(len(told))]
    made: pd.DataFrame = pd.DataFrame(told, columns=list(COLUMNS[1:])).assign(row=ids)
    return made[list(COLUMNS)]


def put(row: int, /, **values: str) -> Change:
    """Change some values of one row, or of all rows (-1)."""

    def changed(good: pd.DataFrame) -> pd.DataFrame:
        for name, value in values.items():
            good.loc[good.index if row < 0 else row, name] = value
        return good

    return changed


def test_a_table_that_holds() -> None:
    assert problems(table()) == []
    measured = measure(table())
    assert (measured.rows, measured.classes, measured.k) == (10, 1, 10)
    assert measured.l == dict.fromkeys(HIDDEN, 2)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda good: good[1:], "9 rows, fewer than 10"),
        (put(3, unit="y"), "1 rows, fewer than 10"),
        (put(3, when="2026-06"), "1 rows, fewer than 10"),
        (put(3, unit=STAR), "1 rows, fewer than 10"),
        (put(-1, outcome="solved"), "1 value of outcome, fewer than 2"),
        (put(-1, days="≤1"), "1 value of days, fewer than 2"),
        (put(-1, satisfaction="none"), "1 value of satisfaction, fewer than 2"),
        (put(3, days=STAR), "days withheld in some rows only"),
        (put(-1, outcome=STAR), "reason_code: a reason tells the outcome"),
        (put(3, outcome="张三已办"), "outcome: '张三已办' is not a value of it"),
        (put(3, days="2026-05-03"), "days: '2026-05-03' is not a value of it"),
        (put(3, satisfaction="谢谢"), "satisfaction: '谢谢' is not a value of it"),
        (put(3, reason_code="13800000000"), "reason_code: some are no codes"),
        (put(-1, step="day/village/category3"), "step: 'day/village/category3'"),
        (put(-1, when="2026-05-03"), "when: not a month"),
        (put(-1, step="quarter/town/category2"), "when: not a quarter"),
        (put(-1, step="quarter/area/category", when="2026-Q2"), "category2: shown where"),
        (put(-1, category2=STAR), "category2: shown where"),
        (put(-1, where=""), "where: empty"),
        (put(-1, unit=""), "unit: empty"),
        (put(3, row="r0002"), "row ids are not unique"),
        (lambda good: good[::-1], "in the order of their ids"),
        (lambda good: good.assign(number="GD1"), "columns are"),
        (lambda good: good.drop(columns="unit"), "columns are"),
        (lambda good: good.assign(unit=None), "no text"),
    ],
)
def test_a_table_that_does_not_hold_is_told(spoil: Change, said: str) -> None:
    assert any(said in problem for problem in problems(spoil(table())))


def test_a_small_class_beside_a_large_one_is_found() -> None:
    other = [*CLASS[:2], "A2", *CLASS[3:], "solved", "", "≤1", "yes"]
    (small, *_) = problems(table(30, other))
    assert "A2" in small
    assert measure(table(30, other)).k == 1
    assert problems(table(30, *[other] * 4), k=4, l=1) == []


def test_what_a_class_withholds_needs_no_variety() -> None:
    good = put(-1, outcome=STAR, reason_code=STAR, days=STAR)(table())
    assert problems(good) == []
    assert measure(good).l == {"outcome": 0, "days": 0, "satisfaction": 2}


def test_an_empty_table_holds() -> None:
    assert problems(table(0)) == []
    assert measure(table(0)).k == measure(table(0)).rows == 0


@settings(max_examples=25)
@given(CITIES)
def test_it_survives_the_csv_and_agrees_with_counting_row_by_row(cases: pd.DataFrame) -> None:
    made = open_cases(cases, ABOUT, AS_OF, ZONE).table
    text = StringIO(made.to_csv(index=False))
    read = pd.read_csv(text, dtype=str, keep_default_na=False)
    assert problems(read) == []
    classes: dict[tuple[Any, ...], list[dict[Any, Any]]] = {}
    for row in made.to_dict("records"):
        classes.setdefault(tuple(row[name] for name in KNOWN), []).append(row)
    measured = measure(read)
    assert measured.rows == len(made)
    assert measured.classes == len(classes)
    assert measured.k == min((len(rows) for rows in classes.values()), default=0)
    for name in HIDDEN:
        values = [{row[name] for row in rows} - {STAR} for rows in classes.values()]
        assert measured.l[name] == min((len(some) for some in values if some), default=0)


def test_it_shares_no_code_with_what_makes_the_table() -> None:
    tree = ast.parse(Path(module.__file__).read_text("utf-8"))
    names = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    names |= {a.name for node in ast.walk(tree) if isinstance(node, ast.Import) for a in node.names}
    assert {name for name in names if name and name.startswith("pipeline")} == {
        "pipeline.verify.opened", "pipeline.verify.report",
    }  # fmt: skip
