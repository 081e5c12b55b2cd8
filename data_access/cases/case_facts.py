"""Cases, callbacks, doubts and calls as facts to count, as they stood at any moment of the past.

What happened after that moment is hidden: closings, extensions, returns, reopenings, callbacks,
and that another category was told.
Only the columns that are asked for are read.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import (
    ColumnElement,
    Engine,
    Select,
    String,
    and_,
    case,
    exists,
    func,
    null,
    select,
    type_coerce,
)

from data_access.cases import categories, doubt_facts
from data_access.cases.records import Call, Callback, Case, Event
from data_access.cases.schema import Batch, table_of
from data_access.facts import SUBJECTS, Subject

CASES, EVENTS, CALLBACKS, CALLS, BATCHES = map(table_of, (Case, Event, Callback, Call, Batch))
OF_BATCH = ("as_of", "source", "reported_at")  # known of a whole batch of cases at once
CASE, BATCH = "case_id", "batch_id"  # columns that name a row's case, and the last batch to tell it
FORESEEN = ("due_at", "deadline_at", "extended_due_at")  # known before they come
FLAGS = {"returned": "return", "transferred": "transfer", "reopened": "reopen"}  # flag → event


def read(
    engine: Engine, subject: str, city: str, as_of: datetime, columns: Collection[str]
) -> pa.Table:
    """The facts of a city at a moment: one row a case, callback, doubt or call, times in UTC.

    `as_of` differs by row where a file tells of less: a deadline that a case's last file could
    not see is not in anyone's cohort.
    """
    return pa.concat_tables(parts(engine, subject, city, as_of, columns))


@dataclass(frozen=True)
class Within:
    """Some rows alone: by a condition on their cases, and dated from `start` up to `end`."""

    cases: ColumnElement[bool]
    dated_by: str
    start: datetime | None = None
    end: datetime | None = None


def of_cases(
    engine: Engine, subject: str, city: str, as_of: datetime, columns: Collection[str], some: Within
) -> pa.Table:
    """The facts of some rows of cases, callbacks or doubts, each with its CASE and BATCH.

    A doubt has no batch: no file tells of it.
    """
    return pa.concat_tables(parts(engine, subject, city, as_of, columns, some))


def parts(
    engine: Engine,
    subject: str,
    city: str,
    as_of: datetime,
    columns: Collection[str],
    some: Within | None = None,
) -> Iterator[pa.Table]:
    """The same some ten thousand rows at a time. The first part is empty and tells the columns."""
    facts = SUBJECTS[subject]
    ends = {end for name, span in facts.spans.items() if name in columns for end in span}
    names = [name for name in facts.columns if name in {*columns, *ends, "as_of"}]
    told = [name for name in names if name not in facts.spans]
    query = _query(subject, told, city, as_of)
    schema = schema_of(facts, told)
    if some is not None:
        batches = {"cases": CASES.c.batch_id, "callbacks": CALLBACKS.c.batch_id, "doubts": null()}
        schema = pa.schema([*schema, pa.field(CASE, pa.int64()), pa.field(BATCH, pa.int64())])
        query = query.add_columns(CASES.c.id, batches[subject].label(BATCH))
        query = query.where(some.cases, *_dated(subject, some, as_of))
    with engine.connect().execution_options(yield_per=50_000) as connection:
        known = _known(connection.execute(select(BATCHES)).all(), as_of)
        yield _spanned(schema.empty_table(), facts, names)
        for rows in connection.execute(query).partitions():
            part = pa.Table.from_batches([_part(schema, rows, known)])
            if subject == "doubts":
                part = _within(doubt_facts.dated(part, city), some)
            yield _spanned(part, facts, names)


def _spanned(table: pa.Table, facts: Subject, names: Collection[str]) -> pa.Table:
    for name, (start, end) in facts.spans.items():
        if name in names:
            table = table.append_column(name, pc.seconds_between(table[start], table[end]))
    return table


def _query(subject: str, names: list[str], city: str, as_of: datetime) -> Select[Any]:
    if subject == "doubts":
        return _doubts(names, as_of).where(CASES.c.city == city, CASES.c.received_at <= as_of)
    query = select(*(_column(subject, name, as_of) for name in names))
    if subject == "calls":
        return query.where(CALLS.c.city == city, CALLS.c.called_at <= as_of)
    if subject == "callbacks":
        query = query.join_from(CALLBACKS, CASES).where(CALLBACKS.c.asked_at <= as_of)
    return query.where(CASES.c.city == city, CASES.c.received_at <= as_of)


def _doubts(names: list[str], as_of: datetime) -> Select[Any]:
    raised = doubt_facts.raised(as_of)
    own = {name: _text(raised.c[name], name) for name in doubt_facts.MOMENTS}
    columns = (own[name] if name in own else _column("doubts", name, as_of) for name in names)
    mine = and_(CASES.c.city == raised.c.city, CASES.c.number == raised.c.number)
    return select(*columns).join_from(raised, CASES, mine)


def _within(facts: pa.Table, some: Within | None) -> pa.Table:
    """The rows dated from a start up to an end, where no database can tell it."""
    if some is None:
        return facts
    for compare, bound in ((pc.greater_equal, some.start), (pc.less, some.end)):
        if bound is not None:
            moments = facts[some.dated_by]
            facts = facts.filter(compare(moments, pa.scalar(bound, moments.type)))
    return facts


def _dated(subject: str, some: Within, as_of: datetime) -> Iterator[ColumnElement[bool]]:
    """Rows without that moment are in no period, not even in all time."""
    if subject == "doubts":  # all of them are dated: see _within
        return
    moment = _moment(subject, some.dated_by, as_of)
    yield moment.is_not(None)
    if some.start is not None:
        yield moment >= some.start
    if some.end is not None:
        yield moment < some.end


def _column(subject: str, name: str, as_of: datetime) -> ColumnElement[Any]:
    """A column of the facts; of those that the batch knows, the number of the batch."""
    main = CALLS if subject == "calls" else CASES
    if name in OF_BATCH:
        return main.c.batch_id.label(name)
    if name in FLAGS:
        return exists().where(_happened(FLAGS[name], as_of)).label(name)
    if name == categories.KIND:
        return categories.changed(as_of).label(name)
    if name in SUBJECTS[subject].datable:
        return _text(_moment(subject, name, as_of), name)
    if name == "extended_at":
        first = select(func.min(EVENTS.c.at)).where(_happened("extension", as_of))
        return _text(first.scalar_subquery(), name)
    if subject == "cases" and name == "satisfaction":
        return _last_answer(as_of).label(name)
    own = subject == "callbacks" and name in CALLBACKS.c
    column: ColumnElement[Any] = CALLBACKS.c[name] if own else main.c[name]
    if name not in SUBJECTS[subject].moments:
        return column
    return _text(_until(column, name, as_of), name)


def _moment(subject: str, name: str, as_of: datetime) -> ColumnElement[Any]:
    """A moment by which rows are dated, hidden until it has come."""
    if name == "deadline_at":
        return _deadline(as_of)
    tables = {"cases": CASES, "callbacks": CALLBACKS, "calls": CALLS}
    return _until(tables[subject].c[name], name, as_of)


def _until(column: ColumnElement[Any], name: str, as_of: datetime) -> ColumnElement[Any]:
    return column if name in FORESEEN else case((column <= as_of, column))


def _last_answer(as_of: datetime) -> ColumnElement[Any]:
    """The satisfaction told to the last callback until then; "" where nobody asked or answered."""
    mine = CALLBACKS.c
    said = select(mine.satisfaction).where(mine.case_id == CASES.c.id, mine.asked_at <= as_of)
    last = said.order_by(mine.asked_at.desc(), mine.seq.desc()).limit(1)
    return func.coalesce(last.scalar_subquery(), "")


def _text(moment: ColumnElement[Any], name: str) -> ColumnElement[Any]:
    """As the driver gives it: a whole column becomes moments at once, not value by value."""
    return type_coerce(moment, String).label(name)


def _happened(kind: str, as_of: datetime) -> ColumnElement[bool]:
    """The event happened to this case until then."""
    mine = EVENTS.c
    return and_(mine.case_id == CASES.c.id, mine.kind == kind, mine.at <= as_of)


def _deadline(as_of: datetime) -> ColumnElement[Any]:
    """The deadline in force: by the extensions until then or, where none is told, the last one."""
    extended = select(func.max(EVENTS.c.until)).where(_happened("extension", as_of))
    told = exists().where(EVENTS.c.case_id == CASES.c.id, EVENTS.c.kind == "extension")
    final = case((~told, CASES.c.extended_due_at))
    return case(
        (CASES.c.extended_due_at.is_(None), CASES.c.due_at),
        else_=func.coalesce(extended.scalar_subquery(), final, CASES.c.due_at),
    )


def _known(batches: Sequence[Any], as_of: datetime) -> dict[str, dict[int, Any]]:
    """What a batch tells of all its cases: column of the facts → batch → value."""
    return {
        "as_of": {row.id: min(row.observed_until or as_of, as_of) for row in batches},
        "source": {row.id: row.source for row in batches},
        "reported_at": {row.id: as_of for row in batches},
    }


def schema_of(facts: Subject, names: Collection[str]) -> pa.Schema:
    """The Arrow types of some columns of a fact table."""
    types = dict.fromkeys(facts.moments, pa.timestamp("us", tz="UTC"))
    types |= dict.fromkeys(facts.labels, pa.string()) | dict.fromkeys(facts.flags, pa.bool_())
    types |= dict.fromkeys(facts.spans, pa.int64())
    return pa.schema([(name, types[name]) for name in names])


def _part(
    schema: pa.Schema, rows: Sequence[Any], known: dict[str, dict[int, Any]]
) -> pa.RecordBatch:
    arrays = []
    for field, column in zip(schema, zip(*rows, strict=True), strict=True):
        values: Any = column
        if field.name in known:
            values = [known[field.name][batch] for batch in column]
        if pa.types.is_timestamp(field.type):
            values = pd.to_datetime(pd.Series(values), utc=True, format="ISO8601")
        if pa.types.is_boolean(field.type):
            values = [None if value is None else bool(value) for value in column]
        arrays.append(pa.array(values, field.type, from_pandas=True))
    return pa.record_batch(arrays, schema=schema)
