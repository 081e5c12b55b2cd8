"""Ingest against a plain bulk load of the same rows, each in a process of its own."""

import pickle
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple
from unittest import mock

from sqlalchemy import Column, MetaData, Table, UniqueConstraint, create_engine

import cities
from data_access.cases import bulk
from data_access.cases.engine import _sqlite_settings, connect
from data_access.cases.kinds import KINDS, Kind
from pipeline import sources
from pipeline.ingest import ingest
from pipeline.sources import Rows
from pipeline.sources.demo import COMPLETE_UNTIL, SEED

CITY = cities.profile("ankang")


class Cost(NamedTuple):
    seconds: float
    megabytes: float  # the most memory that the process held at a time


def costs(work: Callable[[Path, Path], None], spool: Path, target: Path) -> Cost:
    """What a piece of work costs in a fresh process."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(_cost, work, spool, target).result()


def _cost(work: Callable[[Path, Path], None], spool: Path, target: Path) -> Cost:
    start = time.perf_counter()
    work(spool, target)
    spent = time.perf_counter() - start
    # Linux's own account of this address space: ru_maxrss would be handed down by the parent.
    status = Path("/proc/self/status").read_text("utf-8").splitlines()
    peak = next(line for line in status if line.startswith("VmHWM"))
    return Cost(spent, int(peak.split()[1]) / 1024)


def spool_demo(folder: Path, cases: int) -> int:
    """Write the rows of a demo city to a folder, run by run; return how many there are."""
    rows = 0
    folder.mkdir()
    made = sources.load("demo").read(None, CITY, cases=cases, seed=SEED)
    for number, some in enumerate(made):
        rows += some.count
        parts = (some.count, some.records, some.kind.name)
        (folder / f"{number:06}").write_bytes(pickle.dumps(parts))
    return rows


def _spooled(folder: Path) -> Iterator[Rows]:
    by_name = {kind.name: kind for kind in KINDS}
    for path in sorted(folder.iterdir()):
        number, records, kind = pickle.loads(path.read_bytes())  # noqa: S301 - our own
        yield Rows(number, records, kind=by_name[kind], part=kind)


def ingest_spool(spool: Path, target: Path) -> None:
    """All that ingest does: validate, stage, merge, account."""
    ready = SimpleNamespace(
        SYNTHETIC=True, COMPLETE_UNTIL=COMPLETE_UNTIL, read=lambda *_, **__: _spooled(spool)
    )
    engine = connect(f"sqlite:///{target}")
    with mock.patch.object(sources, "load", return_value=ready):
        ingest(engine, "demo", None, CITY)
    engine.dispose()


def load_plainly(spool: Path, target: Path) -> None:
    """The yardstick: the same rows straight into tables with a key, asking nothing about them."""
    engine = create_engine(f"sqlite:///{target}")
    tables = {kind: _plain(kind) for kind in KINDS}
    with engine.begin() as connection:
        _sqlite_settings(connection.connection.driver_connection, None)  # type: ignore[arg-type]
        for table in tables.values():
            table.create(connection)
        for some in _spooled(spool):
            bulk.load(connection, tables[some.kind], some.records)
    engine.dispose()


def _plain(kind: Kind) -> Table:
    columns = (Column(c.name, c.type, nullable=c.nullable) for c in kind.staging.columns)
    return Table(kind.name, MetaData(), *columns, UniqueConstraint(*kind.key))


def compare(folder: Path, sizes: tuple[int, ...]) -> None:
    """Print time and memory of both at each number of cases."""
    least: dict[str, float] = {}
    for cases in sizes:
        spool = folder / f"spool-{cases}"
        rows = spool_demo(spool, cases)
        ours = costs(ingest_spool, spool, folder / f"ours-{cases}.sqlite")
        plain = costs(load_plainly, spool, folder / f"plain-{cases}.sqlite")
        for path in (*spool.iterdir(), *folder.glob(f"*-{cases}.sqlite*")):
            path.unlink()
        what = f"ingest of {rows:,} rows / plain load"
        sys.stdout.write(
            f"{what:<58}{ours.seconds / plain.seconds:7.2f} x  "
            f"({ours.seconds:.1f} s against {plain.seconds:.1f} s)\n"
        )
        grown = ours.megabytes / least.setdefault("ours", ours.megabytes)
        what = f"memory of the ingest of {rows:,} rows / of the smaller one"
        sys.stdout.write(
            f"{what:<58}{grown:7.2f} x  "
            f"({ours.megabytes:.0f} MB; the plain load {plain.megabytes:.0f} MB)\n"
        )
