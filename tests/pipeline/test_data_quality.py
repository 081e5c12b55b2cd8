"""What a release says of its own data: counted against what was put in, and protected."""

import csv
import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from cities import City
from data_access import quality
from data_access.cases import batches, frames, store
from data_access.published import Release
from pipeline.data_quality import COLUMNS, FEWEST, parts, quality_table, share
from pipeline.ingest import ingest
from pipeline.verify import examine, verify
from tests.conftest import store as put
from tests.pipeline.test_ingest import GOOD, REQUIRED
from tests.small_release import alter, cells, resign

NO_CELLS = cells().iloc[:0]


@pytest.fixture
def copied(demo: Release, tmp_path: Path) -> Path:
    """The demo city's release, as somebody downloaded it."""
    return Path(shutil.copytree(demo.folder, tmp_path / "downloaded"))


def told(table: pd.DataFrame, topic: str) -> dict[str, tuple[object, object, object]]:
    rows = table[table["topic"] == topic].astype(object).where(lambda one: one.notna(), None)
    return {row["key"]: (row["number"], row["total"], row["withheld"])
            for row in rows.to_dict("records")}  # fmt: skip


def test_rows_and_findings_are_those_that_were_put_in(
    engine: Engine, nyc: City, tmp_path: Path
) -> None:
    path = tmp_path / "export.csv"
    wrong = [
        *({"Created Date": "??"} for _ in range(7)),
        *({"Due Date": "01/01/2010 01:00:00 AM"} for _ in range(2)),
        *({"Created Date": "2011-04-02", "Due Date": "", "Closed Date": ""} for _ in range(6)),
    ]
    rows = [GOOD | {"Unique Key": str(n)} | change for n, change in enumerate([*wrong, {}, {}])]
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, [*REQUIRED, "Open Data Channel Type"])
        writer.writeheader()
        writer.writerows(row | {"Open Data Channel Type": "PHONE"} for row in rows)
    tally = ingest(engine, "nyc311", str(path), nyc).tally
    assert (tally.rows_in, tally.quarantined, tally.repaired) == (17, 9, 6)
    found = quality_table(engine, nyc, date(2012, 1, 1), NO_CELLS, {"received": 12})
    assert told(found, "deliveries") == {"all": (1, None, None)}
    assert told(found, "rows") == {
        "stored": (8, 17, None), "quarantined": (9, 17, None), "unchanged": (0, 17, None)
    }  # fmt: skip
    kept = told(found, "quarantined")
    assert set(kept) == {"unreadable_date", "due_at_before_received_at"}
    assert set(kept.values()) == {(None, 9, "few")}, "2 alone would leave 7"
    assert [row[0] for row in told(found, "repaired").values()] == [6]
    assert told(found, "settled") == {"all": (0, 9, None)}
    assert told(found, "late") == {"received": (12, None, None)}
    assert told(found, "lacking")["due_at"] == (None, 8, "few"), "6 of 8 leave 2"


def test_an_undone_delivery_is_forgotten(engine: Engine, ankang: City) -> None:
    result = ingest(engine, "demo", None, ankang, cases=300, seed=3)
    with engine.begin() as connection:
        batches.undo(connection, result.batch)
    found = quality_table(engine, ankang, date(2026, 11, 1), NO_CELLS, {})
    assert told(found, "deliveries") == {"all": (0, None, None)}
    assert {row[0] for row in told(found, "rows").values()} == {0}
    assert store.coverage(engine, ankang.id).cases == 0


def test_what_a_case_lacks_is_looked_for_where_it_should_be(engine: Engine, ankang: City) -> None:
    """Of work orders the unit, of closed ones the outcome; what came after is not looked at."""
    day = datetime(2026, 3, 1, tzinfo=UTC)
    cases = frames.frame(
        {
            "number": [str(n) for n in range(40)],
            "on_the_spot": [n >= 30 for n in range(40)],
            "unit": ["chengguan" if n < 20 else "" for n in range(40)],
            "channel": ["phone"] * 40,
            "closed_at": [day if n < 15 else None for n in range(40)],
            "outcome": ["solved" if n < 8 else "" for n in range(40)],
            "due_at": [day if n < 25 else None for n in range(40)],
            "due_provisional": [n < 6 for n in range(40)],
            "received_at": [day] * 40,
        }
    )
    put(engine, ankang.id, cases, day)
    found = quality_table(engine, ankang, date(2026, 4, 1), NO_CELLS, {})
    lacking = told(found, "lacking")
    assert lacking["unit"] == (10, 30, None)
    assert lacking["due_at"] == (5, 30, None)
    assert lacking["outcome"] == (7, 15, None)
    assert lacking["signed_at"] == (15, 15, None)
    assert lacking["channel"] == (0, 40, None)
    assert lacking["coordinates"] == (40, 40, None)
    assert told(found, "provisional") == {"provisional": (6, 25, None)}
    earlier = quality_table(engine, ankang, date(2026, 2, 1), NO_CELLS, {})
    assert set(told(earlier, "lacking").values()) == {(0, 0, None)}


@given(st.dictionaries(st.text(min_size=1, max_size=3), st.integers(0, 12), max_size=6))
def test_no_part_follows_from_the_others(counts: dict[str, int]) -> None:
    rows = list(parts("rows", counts))
    assert {row[1] for row in rows} == set(counts)
    shown = {row[1]: row[3] for row in rows if row[3] is not None}
    assert all(counts[key] == number and not 0 < number < FEWEST for key, number in shown.items())
    total, hidden = sum(counts.values()), set(counts) - set(shown)
    for row in rows:
        assert row[4] == (None if 0 < total < FEWEST else total)
    if hidden and total >= FEWEST:
        assert len(hidden) >= 2
        assert sum(counts[key] for key in hidden) >= FEWEST


@pytest.mark.parametrize(
    ("number", "total", "row"),
    [
        (0, 30, (0, 30, None)), (4, 30, (None, 30, "few")), (5, 30, (5, 30, None)),
        (26, 30, (None, 30, "few")), (30, 30, (30, 30, None)), (3, 3, (None, None, "few")),
        (3, None, (None, None, "few")), (7, None, (7, None, None)),
    ],
)  # fmt: skip
def test_a_count_and_what_it_leaves_are_five_or_none(
    number: int, total: int | None, row: tuple[object, ...]
) -> None:
    assert share("lacking", "unit", number, total)[3:] == row


def test_the_release_tells_it_and_verify_counts_it_anew(copied: Path, demo: Release) -> None:
    assert quality.read(demo)
    lines = "\n".join(examine(copied).lines())
    assert "statements about the data; those about cells counted anew" in lines
    assert verify(copied) == []


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("number = number - 1 WHERE topic = 'cells' AND number > 1", "quality: cells"),
        ("number = number + 1 WHERE topic = 'cases' AND number < total", "quality: cases"),
        ("number = 3 WHERE topic = 'provisional'", "tells of fewer than 5"),
        ("number = total - 2 WHERE topic = 'lacking'", "tells of fewer than 5"),
        ("number = total + 1 WHERE topic = 'lacking'", "more than there are"),
        ("withheld = 'few' WHERE topic = 'late'", "yet it carries a number"),
        ("number = number - 9 WHERE key = 'stored'", "do not make up"),
        ("number = NULL, withheld = 'few' WHERE key = 'stored'", "follows from the rest"),
    ],
)
def test_a_false_statement_is_named(copied: Path, change: str, says: str) -> None:
    alter(copied, f"UPDATE quality SET {change}")  # noqa: S608 - the tests' own
    resign(copied)
    assert any(says in problem for problem in verify(copied)), verify(copied)


def test_columns_are_those_of_the_table() -> None:
    assert [column.name for column in quality.quality.c] == COLUMNS == [*quality.Row._fields]
