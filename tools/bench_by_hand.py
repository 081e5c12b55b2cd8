"""The counts of the lattice by hand-written SQL: the yardstick, and a check of what both find.

Compared are the metrics that the file names, by all their cuts; later ones are left out on both
sides until somebody writes them by hand too.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa

from pipeline import cells, facts
from pipeline.engines import folder as parquet
from pipeline.engines.duckdb import Counter
from tools.bench_cost import Cost, Stopwatch, fresh

SQL = Path(__file__).with_suffix(".sql")
Key = tuple[str, frozenset[tuple[str, object]]]
Counts = dict[Key, tuple[int, int]]


def both(folder: Path, runs: int) -> tuple[list[Cost], list[Cost]]:
    """What each way costs, in turn, so that both meet the same neighbours on the machine."""
    turns = [(fresh(by_metric, folder), fresh(by_hand, folder)) for _ in range(runs)]
    return [ours for ours, _ in turns], [hand for _, hand in turns]


def by_metric(folder: Path) -> Stopwatch:
    """As `publish` counts."""
    with Stopwatch() as watch:
        _counted(folder)
    return watch


def by_hand(folder: Path) -> Stopwatch:
    """Every statement of the file."""
    with Stopwatch() as watch:
        _told(folder)
    return watch


def same(folder: Path) -> bool:
    """Whether both count the same, number by number."""
    ours: Counts = {}
    for name, rows in _counted(folder):
        ours |= dict(_rows(name, rows))
    hand: Counts = {}
    for table in _told(folder):
        hand |= dict(_by_hand(table))
    return ours == hand


def _counted(folder: Path) -> list[tuple[str, pa.Table]]:
    """Metric and rows, a pair a cut."""
    named = set(re.findall(r"\bn_(\w+)", SQL.read_text("utf-8")))
    found = []
    for subject, metrics in facts.metrics().items():
        mine = {name: metric for name, metric in metrics.items() if name in named}
        told = cells.by_month(folder / subject, mine, Counter)
        found += [(name, rows) for (_, name), rows in told.items()]
    return found


def _told(folder: Path) -> list[pa.Table]:
    with duckdb.connect() as database:
        database.execute("SET TimeZone = 'UTC'; SET enable_progress_bar = false")
        for subject in facts.metrics():
            if files := parquet.files(folder / subject):
                database.read_parquet(files, hive_partitioning=True).create_view(subject)
        statements = duckdb.extract_statements(SQL.read_text("utf-8"))
        return [database.sql(statement.query).to_arrow_table() for statement in statements]


def _rows(name: str, rows: pa.Table) -> Iterator[tuple[Key, tuple[int, int]]]:
    for row in rows.to_pylist():
        counts = row.pop("numerator"), row.pop("denominator")
        yield (name, frozenset(row.items())), counts


def _by_hand(table: pa.Table) -> Iterator[tuple[Key, tuple[int, int]]]:
    """The same of a statement's rows; a column that the row is not cut by has its bit in `cut`."""
    counted = [name for name in table.column_names if name[:2] in ("n_", "d_")]
    keys = [name for name in table.column_names if name not in (*counted, "cut", "month", "bin")]
    always = [name for name in ("month", "bin") if name in table.column_names]
    for row in table.to_pylist():
        bits = row.get("cut", 0)
        cut = [name for place, name in enumerate(reversed(keys)) if not bits >> place & 1]
        told = frozenset((name, row[name]) for name in (*cut, *always))
        for name in (name[2:] for name in counted if name.startswith("n_")):
            numerator = row[f"n_{name}"]
            denominator = row.get(f"d_{name}", numerator)
            if denominator:
                yield (name, told), (numerator, denominator)
