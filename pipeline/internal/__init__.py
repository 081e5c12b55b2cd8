"""Internal cells, brought up to date: only what changed since the last count is counted again.

A case whose records changed, or to which something happened between the two as-of days, is read
again. What it counted before is taken away and what it counts now is added, so the counts are those
of a full build, whatever came in or came late. How a count depends on the day, and when everything
is counted anew: docs/refresh.md.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Engine

from cities import City
from data_access.cases import fact_rows, internal, store, workings
from data_access.cases.workings import Disagrees, Workings
from pipeline.internal import cells, counting, standing, writing
from pipeline.internal.counting import NEW, OLD, SIDE
from pipeline.internal.facts import Reading, ageing, dressed, stored, used
from pipeline.internal.standing import ASKED, Change, Standing

SUBJECTS = ("cases", "callbacks", "doubts", "calls")  # those of which a row belongs to somebody
Step = Callable[[str, int], None]


@dataclass
class Updated:
    """The cells and how they came about; `anew` says why everything was counted, if it was."""

    cells: internal.Internal
    anew: str
    read: int  # fact rows read from the case database
    months: tuple[int, ...]  # yyyymm, in which anything was counted again


@dataclass
class _Work:
    """One count under way."""

    engine: Engine
    city: City
    kept: Workings
    change: Change
    read: int = 0
    months: set[int] = field(default_factory=set)


def update(
    engine: Engine,
    city: City,
    as_of: date,
    full: bool = False,
    step: Step = lambda name, rows: None,
) -> Updated:
    """Count the change since the last count and put the city's internal cells in their place.

    `step` is told what was done, and of how many rows. ValueError where the city has no case.
    """
    held = store.coverage(engine, city.id)
    if not held.cases:
        raise ValueError(f"the case database holds no case of {city.id}; ingest some first")
    with workings.opened(internal.workings(city.id)) as kept:
        try:
            why, work = _recount(engine, city, kept, as_of, ASKED if full else "")
            table = cells.cells(kept, counting.metrics())
        except Disagrees as error:
            why, work = _recount(engine, city, kept, as_of, str(error))
            table = cells.cells(kept, counting.metrics())
        step("count", work.read)
    found = writing.write(city.id, as_of, held, table)
    step("write", len(table))
    return Updated(found, why, work.read, tuple(sorted(work.months)))


def _recount(
    engine: Engine, city: City, kept: Workings, as_of: date, full: str
) -> tuple[str, _Work]:
    """Bring the workings up to date in one transaction; also why from nothing, if so."""
    now, before = Standing.now(engine, city, as_of), Standing.read(kept.about())
    why = full or standing.anew(before, now)
    start = None if before is None or why else before.reading(city)
    work = _Work(engine, city, kept, Change(start, now.reading(city)))
    with kept.changing():
        if why:
            kept.clear()
        counts = [part for subject in SUBJECTS for part in _subject(work, subject)]
        change = pa.concat_tables(counts)
        kept.merge(change)
        kept.remember(now.told())
    months = change.filter(pc.equal(change["grain"], "month"))["time"]
    work.months |= set(months.unique().to_pylist())
    return why, work


def _subject(work: _Work, subject: str) -> Iterator[pa.Table]:
    """The counts to be added and taken away for one kind of facts."""
    metrics = [m for m in counting.metrics().values() if m.subject == subject]
    names, change = used(metrics), work.change
    old, new = _moved(work, subject, stored(subject, {*names}))
    same = work.kept.rows(subject, change.aged) if change.aged else new.slice(0, 0)
    for_all = [metric for metric in metrics if change.window and ageing(metric)]
    work.kept.forget([metric.id for metric in for_all])
    work.kept.add(subject, new)
    parts = [
        _side(new, subject, names, change.now, NEW),
        _side(same, subject, names, change.now, NEW),
    ]
    if change.before is not None:
        sides = ((some, change.before, OLD) for some in (old, same))
        parts += [_side(some, subject, names, reading, side) for some, reading, side in sides]
    yield counting.counted(pa.concat_tables(parts), [m for m in metrics if m not in for_all])
    if for_all:
        names = used(for_all)
        rows = work.kept.every_row(subject, [*stored(subject, names), fact_rows.BATCH])
        yield counting.counted(_side(rows, subject, names, change.now, NEW), for_all)


def _moved(work: _Work, subject: str, columns: list[str]) -> tuple[pa.Table, pa.Table]:
    """The rows of touched owners: as they were kept, which are taken out, and as they are."""
    if subject == "doubts":
        return _compared(work, subject, columns)
    change, city = work.change, work.city.id
    owners = None
    old = fact_rows.schema(subject, columns).empty_table()
    if change.before is not None:
        owners = fact_rows.touched(work.engine, subject, city, change.news, change.window)
        old = work.kept.take(subject, owners)
    new = fact_rows.read(work.engine, subject, city, change.now.as_of, columns, owners)
    work.read += len(new)
    return old, new


def _compared(work: _Work, subject: str, columns: list[str]) -> tuple[pa.Table, pa.Table]:
    """The same of rows that change without a batch: all are read, and those that differ touched."""
    city, now = work.city.id, work.change.now
    new = fact_rows.read(work.engine, subject, city, now.as_of, columns)
    work.read += len(new)
    if work.change.before is None:
        return new.slice(0, 0), new
    before = work.kept.every_row(subject, new.column_names)
    is_, was = ({tuple(row.values()) for row in some.to_pylist()} for some in (new, before))
    place = new.column_names.index(fact_rows.OWNER)
    owners = {row[place] for row in is_ ^ was}
    mine = pc.is_in(new[fact_rows.OWNER], pa.array(owners, pa.int64()))
    return work.kept.take(subject, owners), new.filter(mine)


def _side(rows: pa.Table, subject: str, names: set[str], reading: Reading, side: str) -> pa.Table:
    facts = dressed(rows, subject, names, reading)
    return facts.append_column(SIDE, pa.repeat(side, len(facts)))
