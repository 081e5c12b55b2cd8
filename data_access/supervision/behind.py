"""The cases behind a figure: the text that counted them, over the facts of the same moment.

Whoever asks gives the metric's own conditions (metrics.model.conditions) and the slice and moment
of the figure. What comes out is one row for every case, callback or doubt that was counted, no more
and no less, unless the records have changed since; `Behind.late` tells of how many they have.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import ColumnElement, Connection, Engine, and_, select

from data_access.cases import case_facts
from data_access.cases.batches import BATCHES
from data_access.cases.case_facts import BATCH, Within
from data_access.cases.case_facts import CASE as CASE_ID
from data_access.published import ALL, DIMENSIONS, NONE, Scope
from data_access.settings import CLOSED
from data_access.supervision.audit import Did
from data_access.supervision.deeds import deed
from data_access.supervision.figures import theirs
from data_access.supervision.viewer import CASE, Refused, Viewer, sees

COUNTED, REST = PARTS = ("counted", "rest")  # in the numerator, or in the denominator alone
PAGE = 50
OF_CASE = ("number", "unit", "area", "category", "received_at", "deadline_at", "closed_at")


@dataclass(frozen=True)
class Counted:
    """How a metric is counted, in the language of metrics.expression; see metrics.model.Metric."""

    metric: str
    subject: str  # cases, callbacks or doubts
    columns: frozenset[str]
    dated_by: str
    numerator: str
    denominator: str
    span: str = ""  # of a duration


@dataclass(frozen=True)
class Figure:
    """Which figure: its slice, from when until when it is dated, and the moment it stands at.

    `since` is when it was counted, as far as that is known: what came in later is late.
    """

    counted: Counted
    scope: Scope
    as_of: datetime
    start: datetime | None = None
    end: datetime | None = None
    since: datetime | None = None


@dataclass(frozen=True)
class Row:
    """A case, callback or doubt that was counted. `at` puts it into its period.

    `seconds` are those of a time.
    """

    number: str
    unit: str
    area: str
    category: str
    received_at: datetime
    deadline_at: datetime | None
    closed_at: datetime | None
    at: datetime
    late: bool
    seconds: int | None


@dataclass(frozen=True)
class Behind:
    """What the records come to now, and some of the rows of the part that was asked for.

    `cases` are the different cases of that part, of which some were called back more than once.
    """

    counted: int
    rest: int
    cases: int
    late: int
    rows: tuple[Row, ...]

    def of(self, part: str) -> int:
        """How many rows a part has."""
        return self.counted if part == COUNTED else self.rest


def read(
    viewer: Viewer, engine: Engine, figure: Figure, part: str, skip: int = 0, most: int = PAGE
) -> Behind:
    """One page of the cases behind a figure; that they were looked at is recorded. Refused.

    The facts are read before the entry is written: other writers would have to wait for them.
    """
    if part not in PARTS:
        raise ValueError(f"no part {part!r}: {', '.join(PARTS)}")
    mine = theirs(viewer, figure.scope.unit)
    found = _found(viewer, engine, figure) if mine else None
    detail = {name: value for name, value in vars(figure.scope).items() if value != ALL}
    with deed(
        viewer, engine, Did.SAW, f"behind {figure.counted.metric}", part=part, **detail
    ) as connection:
        if found is None:
            raise Refused(f"{viewer.name} sees no figures of {figure.scope.unit}")
        return _behind(viewer, connection, found, part, slice(skip, skip + most))


def _behind(
    viewer: Viewer, connection: Connection, found: pa.Table, part: str, some: slice
) -> Behind:
    mine = found.filter(pc.equal(found["counted"], part == COUNTED))
    counted = pc.sum(found["counted"]).as_py() or 0
    return Behind(
        counted, len(found) - counted, pc.count_distinct(mine[CASE_ID]).as_py(),
        pc.sum(found["late"]).as_py() or 0,
        _rows(viewer, connection, mine.to_pylist()[some]),
    )  # fmt: skip


def _rows(
    viewer: Viewer, connection: Connection, found: Sequence[dict[str, Any]]
) -> tuple[Row, ...]:
    columns = [CASE.id, *(CASE[name] for name in OF_CASE)]
    query = select(*columns).where(sees(viewer), CASE.id.in_({row[CASE_ID] for row in found}))
    known = {row.id: row._mapping for row in connection.execute(query)}
    return tuple(
        Row(
            **{name: known[row[CASE_ID]][name] for name in OF_CASE},
            at=row["moment"], late=row["late"], seconds=row["seconds"],
        )
        for row in found
        if row[CASE_ID] in known
    )  # fmt: skip


def _found(viewer: Viewer, engine: Engine, figure: Figure) -> pa.Table:
    """Rows (case_id, moment, seconds, late, counted) of the denominator, the longest first."""
    told = figure.counted
    some = Within(_slice(viewer, figure.scope), told.dated_by, figure.start, figure.end)
    facts = case_facts.of_cases(engine, told.subject, viewer.city, figure.as_of, told.columns, some)
    facts = facts.append_column("late", _late(engine, facts, figure.since))
    query = f"""
        SELECT {CASE_ID}, {told.dated_by} AS moment, {told.span or "NULL"} AS seconds, late,
               coalesce({told.numerator}, false) AS counted
        FROM facts WHERE {told.denominator} ORDER BY seconds DESC NULLS LAST, moment, {CASE_ID}
    """  # noqa: S608 - texts of our own definitions, read by metrics.expression
    with _database().cursor() as cursor:
        cursor.execute("SET TimeZone = 'UTC'")
        cursor.register("facts", facts)
        return cursor.sql(query).to_arrow_table()


@lru_cache(maxsize=1)
def _database() -> duckdb.DuckDBPyConnection:
    """An empty one: each cursor registers facts of its own. One thread leaves cores to others."""
    return duckdb.connect(":memory:", config=CLOSED | {"threads": 1})


def _slice(viewer: Viewer, scope: Scope) -> ColumnElement[bool]:
    """The viewer's cases of a slice."""
    held = {name: value for name in DIMENSIONS if (value := getattr(scope, name)) != ALL}
    asked = [CASE[name] == ("" if value == NONE else value) for name, value in held.items()]
    return and_(sees(viewer), *asked)


def _late(engine: Engine, facts: pa.Table, since: datetime | None) -> pa.Array:
    """Whether the last to tell of a row was a batch begun after the figure was counted."""
    if since is None:
        return pa.repeat(False, len(facts))
    with engine.connect() as connection:
        query = select(BATCHES.c.id).where(BATCHES.c.started_at > since)
        batches = connection.execute(query).scalars().all()
    return pc.is_in(facts[BATCH], pa.array(batches, pa.int64()))
