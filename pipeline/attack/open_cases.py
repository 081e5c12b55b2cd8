"""Rows of the open data beside the published cells, and beside the rows of an earlier release.

An own reading of both: where a class lies follows from its words and from the file's own table of
towns. What is looked for:

- rows inside a withheld count: a lower bound that is not told otherwise;
- a shown count that exceeds the rows inside it by a few: the outcomes of these few are what is
  left of the area's and category's figures;
- rows that could not be handled, of a unit or for a reason whose count is withheld;
- classes that change from one release to the next by a few rows, or in what their rows tell.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from data_access.settings import CLOSED
from metrics.periods import first_day, label
from pipeline.attack.files import FILE

FEW = 10  # rows that a class has at least
GRAINS = ("month", "quarter", "year")
CLASS = '"step", "when", "where", "category", "category2", "unit"'
# Each class with its place in the words of the cells: NULL is not inside of any.
CLASSES = """
    CREATE TEMP TABLE classes AS
    SELECT {CLASS}, count(*) AS rows,
        any_value(CASE WHEN step LIKE '%/town/%' THEN t.area ELSE "where" END) AS area,
        any_value(CASE WHEN step LIKE '%/town/%' THEN "where" END) AS town
    FROM open_cases LEFT JOIN (SELECT DISTINCT area, town FROM cells WHERE town <> 'all') AS t
        ON t.town = "where" AND step LIKE '%/town/%'
    GROUP BY ALL
"""
INSIDE = """
    SELECT c.period, c.unit, c.area, c.town, c.category, c.category2, c.withheld,
        c.numerator - sum(k.rows) AS left_over
    FROM classes AS k JOIN inside AS i ON i.told = k."when" JOIN cells AS c
        ON (c.metric, c.grain, c.period) = ('received', i.grain, i.period)
        AND c.unit IN ('all', nullif(k.unit, '*')) AND c.area IN ('all', k.area)
        AND c.town IN ('all', k.town) AND c.category IN ('all', k.category)
        AND c.category2 IN ('all', nullif(k.category2, '*')) AND c.reason_code = 'all'
    GROUP BY c.period, c.unit, c.area, c.town, c.category, c.category2, c.withheld, c.numerator
    HAVING c.withheld IS NOT NULL OR left_over BETWEEN 1 AND {least}
"""
NOT_HANDLED = """
    SELECT c.metric, c.period, c.unit, c.reason_code, count(*)
    FROM open_cases AS o JOIN inside AS i ON i.told = o."when" JOIN cells AS c
        ON c.withheld IS NOT NULL AND c.area = 'all' AND c.category = 'all'
        AND c.period[:4] = i.period AND i.grain = 'year'
        AND (c.metric = 'not_handled' AND c.unit = o.unit
             OR c.metric = 'not_handled_cases' AND c.reason_code = o.reason_code)
    WHERE o.outcome = 'not_handled' GROUP BY ALL
"""
CHANGED = """
    WITH a AS (SELECT {CLASS}, {value} AS value, count(*) AS rows FROM old_cases GROUP BY ALL),
         b AS (SELECT {CLASS}, {value} AS value, count(*) AS rows FROM open_cases GROUP BY ALL),
         both_told AS (SELECT {CLASS} FROM a WHERE value <> '*' INTERSECT
                       SELECT {CLASS} FROM b WHERE value <> '*')
    SELECT {CLASS}, coalesce(b.rows, 0) - coalesce(a.rows, 0) AS change
    FROM a FULL JOIN b USING ({CLASS}, value) JOIN both_told USING ({CLASS})
    WHERE change <> 0 AND {wrong}
"""


@dataclass(frozen=True)
class Told:
    """What rows give away of a cell or a class, and how."""

    where: str
    how: str
    what: str
    cases: int | None = None


def told(folder: Path, before: Path | None = None) -> list[Told]:
    """What the rows of a release tell beside its cells, and beside an earlier release."""
    rows = _table(folder, "open_cases")
    if rows is None:
        return []
    old = None if before is None else _table(before, "open_cases")
    with duckdb.connect() as database:
        database.register("open_cases", rows)
        database.register("cells", _table(folder, "cells"))
        found = [*_beside_cells(database)]
        if old is not None:
            database.register("old_cases", old)
            found += _changed(database)
        return found


def _table(folder: Path, name: str) -> pa.Table | None:
    """A table of a release's file, if it has it."""
    with duckdb.connect(folder / FILE, read_only=True, config=CLOSED) as database:
        names = database.execute("SELECT table_name FROM duckdb_tables()").fetchall()
        if (name,) not in names:
            return None
        return database.table(name).to_arrow_table()


def _beside_cells(database: duckdb.DuckDBPyConnection) -> Iterator[Told]:
    labels = database.execute('SELECT DISTINCT "when" FROM open_cases').fetchall()
    database.execute("CREATE TEMP TABLE inside(told VARCHAR, grain VARCHAR, period VARCHAR)")
    if spans := [(name, *around) for (name,) in labels for around in _around(name)]:
        database.executemany("INSERT INTO inside VALUES (?, ?, ?)", spans)
    database.execute(CLASSES.format(CLASS=CLASS))
    for *place, withheld, left in database.execute(INSIDE.format(least=FEW - 1)).fetchall():
        what = "rows of a withheld count" if withheld else "cases that are not among the rows"
        yield Told(f"received {_words(place)}", "open cases", what, None if withheld else left)
    for *place, rows in database.execute(NOT_HANDLED).fetchall():
        yield Told(_words(place), "open cases", "rows of a withheld count", rows)


def _around(name: str) -> Iterator[tuple[str, str]]:
    """The periods that a period lies in, itself among them."""
    own = "year" if len(name) == 4 else "quarter" if "Q" in name else "month"
    day = first_day(name)
    for grain in GRAINS[GRAINS.index(own) :]:
        yield grain, label(day.year, day.month, grain)


def _changed(database: duckdb.DuckDBPyConnection) -> Iterator[Told]:
    few = f"abs(change) < {FEW}"
    wrong = {"''": few, "outcome": "true", "days": "true", "satisfaction": "true"}
    for value, rule in wrong.items():
        query = CHANGED.format(CLASS=CLASS, value=value, wrong=rule)
        for *place, change in database.execute(query).fetchall():
            what = "rows came or went" if value == "''" else f"{value} changed"
            yield Told(f"class {_words(place)}", "change between versions", what, abs(change))


def _words(place: Sequence[Any]) -> str:
    return " ".join(str(part) for part in place if part != "all")
