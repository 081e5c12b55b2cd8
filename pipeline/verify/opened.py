"""A release's database, opened for checking, with its own lattice and definitions as tables.

DuckDB alone is needed: `lattice`, `metrics`, `periods` and `inside` are small temporary tables, and
every check is one statement over all cells at once.
"""

import json
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from data_access.settings import CLOSED, DATABASE, DEFINITIONS, LATTICE
from metrics.periods import ALL, GRAINS, after, closed, first_day, label

SHOWN = 20  # so many failures of one kind are listed; the rest is a number

CHECKED = """
    CREATE TEMP TABLE checked AS
    SELECT row_number() OVER () AS cell, c.*, l.threshold, k.kind, k.quantity, p.valid, p.closed,
        CASE WHEN k.kind = 'ratio' THEN c.denominator ELSE c.numerator END AS base
    FROM (SELECT *, {by} AS cut FROM cells) AS c
    LEFT JOIN lattice AS l ON (l.metric, l.grain, l.cut) = (c.metric, c.grain, c.cut)
    LEFT JOIN metrics AS k ON k.metric = c.metric
    LEFT JOIN periods AS p ON (p.grain, p.period) = (c.grain, c.period)
"""


@dataclass(frozen=True)
class Opened:
    """A release that can be asked. `checked` is its table of cells with what is known of each."""

    folder: Path
    manifest: dict[str, Any]
    database: duckdb.DuckDBPyConnection
    dimensions: tuple[str, ...]

    def rows(self, query: str) -> list[dict[str, Any]]:
        """The rows of a query, by column."""
        found = self.database.execute(query)
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def number(self, query: str) -> int:
        """The one whole number that a query yields."""
        row = self.database.execute(query).fetchone()
        return int(row[0] or 0) if row else 0

    def name(self, cell: dict[str, Any]) -> str:
        """A cell as a person names it, with its numbers."""
        where = [f"{name}={cell[name]}" for name in self.dimensions if cell[name] != ALL]
        numbers = [str(cell[name]) for name in ("numerator", "denominator")
                   if cell[name] is not None]  # fmt: skip
        told = "/".join(numbers) or f"withheld ({cell['withheld']})"
        return " ".join([cell["metric"], cell["period"], *where, "=", told])


@contextmanager
def opened(folder: Path, manifest: dict[str, Any]) -> Iterator[Opened]:
    """Open a release, reading nothing but its folder."""
    with duckdb.connect(folder / DATABASE, read_only=True, config=CLOSED) as database:
        names = tuple(manifest["tables"]["cells"]["dimensions"])
        release = Opened(folder, manifest, database, names)
        _fill(database, "lattice(metric VARCHAR, grain VARCHAR, cut VARCHAR, threshold BIGINT)",
              _lattice(folder))  # fmt: skip
        _fill(database, "metrics(metric VARCHAR, kind VARCHAR, quantity VARCHAR)",
              _metrics(folder, database))  # fmt: skip
        labels = database.execute("SELECT DISTINCT grain, period FROM cells").fetchall()
        as_of = date.fromisoformat(manifest["as_of"])
        known = [(*pair, is_period(*pair)) for pair in labels]
        _fill(database, "periods(grain VARCHAR, period VARCHAR, valid BOOLEAN, closed BOOLEAN)",
              [(*row, row[2] and closed(row[1], as_of)) for row in known])  # fmt: skip
        _fill(database, "inside(grain VARCHAR, period VARCHAR, finer VARCHAR, part VARCHAR)",
              _inside([row[:2] for row in known if row[2]]))  # fmt: skip
        database.execute(CHECKED.format(by=_cut(names)))
        yield release


def quoted(name: str) -> str:
    """A column's name in a statement."""
    return '"' + name.replace('"', '""') + '"'


def _cut(names: Sequence[str]) -> str:
    parts = [f"CASE WHEN {quoted(name)} <> 'all' THEN '{name}' END" for name in sorted(names)]
    return f"concat_ws(',', {', '.join(parts)})"


def _fill(database: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Sequence[Any]]) -> None:
    database.execute(f"CREATE TEMP TABLE {table}")
    if rows:
        places = ", ".join("?" * len(rows[0]))
        name = table.partition("(")[0]
        database.executemany(f"INSERT INTO {name} VALUES ({places})", rows)  # noqa: S608


def _lattice(folder: Path) -> list[tuple[str, str, str, int]]:
    """One row a metric, grain and cut; where two tables have it, the first one's threshold."""
    found: dict[tuple[str, str, str], int] = {}
    for table in json.loads((folder / LATTICE).read_text("utf-8")):
        cut = ",".join(sorted(table["by"]))
        for metric in table["metrics"]:
            for grain in table["grains"]:
                found.setdefault((metric, grain, cut), table["threshold"])
    return [(*key, threshold) for key, threshold in found.items()]


def _metrics(folder: Path, database: duckdb.DuckDBPyConnection) -> list[tuple[str, str, str]]:
    """Id, kind, and what the base of each metric counts: two with the same text share it."""
    texts = json.loads((folder / DEFINITIONS).read_text("utf-8"))
    used = [name for (name,) in database.execute("SELECT DISTINCT metric FROM cells").fetchall()]
    told = {name: tomllib.loads(texts[name]) for name in used if name in texts}
    return [(name, fields["kind"], _quantity(fields)) for name, fields in told.items()]


def _quantity(fields: dict[str, Any]) -> str:
    base = " ".join(fields.get("denominator", fields.get("numerator", "")).split())
    subject = fields.get("subject", "cases")
    return f"{subject} by {fields['dated_by']}: {base} {fields.get('span', '')}".strip()


def is_period(grain: str, period: str) -> bool:
    """Whether a label is one of its grain: 2024-Q1 is a quarter, 2024-Q5 and 2024-1 are not."""
    if grain not in GRAINS or (grain == ALL) != (period == ALL):
        return False
    try:
        start = None if period == ALL else first_day(period)
    except ValueError:
        return False
    return start is None or label(start.year, start.month, grain) == period


def _inside(labels: Sequence[tuple[str, str]]) -> list[tuple[str, str, str, str]]:
    """Every period with every shorter one of the release that lies in it."""
    spans = [
        (GRAINS.index(grain), grain, period)
        + ((date.min, date.max) if period == ALL else (first_day(period), after(period)))
        for grain, period in labels
    ]
    return [
        (grain, period, finer, part)
        for size, grain, period, start, end in spans
        for other, finer, part, first, last in spans
        if other < size and start <= first and last <= end
    ]
