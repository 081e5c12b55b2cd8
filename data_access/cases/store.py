"""Write cases batch by batch and read them back as facts to count."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from operator import attrgetter
from typing import Literal, cast

import pyarrow as pa
from sqlalchemy import Connection, Engine, Table, bindparam, case, func, insert, select, update

from data_access.cases.schema import CONTENT, Batch, Case, Finding
from data_access.facts import LABELS, TIMES

Outcome = Literal["stored", "unchanged", "conflict"]
CASES, BATCHES, FINDINGS = (cast(Table, model.__table__) for model in (Case, Batch, Finding))


_content: Callable[[object], tuple[object, ...]] = attrgetter(*CONTENT)


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """A case as one source tells of it; times are aware."""

    number: str
    received_at: datetime
    due_at: datetime | None = None
    closed_at: datetime | None = None
    channel: str = ""
    nature: str = ""
    category: str = ""
    unit: str = ""
    area: str = ""
    status: str = ""

    @property
    def content(self) -> tuple[object, ...]:
        return _content(self)


@dataclass
class Tally:
    """What became of the rows of a file: rows_in = stored + quarantined + unchanged."""

    rows_in: int = 0
    stored: int = 0
    quarantined: int = 0
    unchanged: int = 0
    repaired: int = 0

    @property
    def balances(self) -> bool:
        return self.rows_in == self.stored + self.quarantined + self.unchanged


@dataclass
class _Known:
    id: int | None
    seen: bool  # in this very file
    content: tuple[object, ...]


@dataclass
class BatchWriter:
    """One open batch on one connection; nothing is kept unless the caller commits."""

    connection: Connection
    city: str
    source: str
    origin: str
    sha256: str
    synthetic: bool
    id: int = field(init=False)
    _unchanged: set[int] = field(init=False, default_factory=set)

    def __post_init__(self) -> None:
        about = {name: getattr(self, name) for name in ("city", "source", "origin", "sha256")}
        row = insert(BATCHES).values(
            **about, synthetic=self.synthetic, started_at=datetime.now(UTC),
            **{item.name: 0 for item in fields(Tally)},
        ).returning(BATCHES.c.id)  # fmt: skip
        self.id = self.connection.execute(row).scalar_one()

    def write(self, records: Sequence[CaseRecord]) -> list[Outcome]:
        """Store what is new or changed; a number told twice with two contents is a conflict."""
        known = self._known([record.number for record in records])
        new: list[dict[str, object]] = []
        changed: list[dict[str, object]] = []
        outcomes: list[Outcome] = []
        for record in records:
            content, before = record.content, known.get(record.number)
            if before is not None and before.content == content:
                before.seen = True
                if before.id is not None:
                    self._unchanged.add(before.id)
                outcomes.append("unchanged")
                continue
            if before is not None and before.seen:
                outcomes.append("conflict")
                continue
            values = dict(zip(CONTENT, content, strict=True)) | {"batch_id": self.id}
            if before is None:
                new.append(values | {"city": self.city, "number": record.number})
            else:
                changed.append(values | {"_id": before.id})
            known[record.number] = _Known(before.id if before else None, True, content)
            outcomes.append("stored")
        if new:
            self.connection.execute(insert(CASES), new)
        if changed:
            self.connection.execute(update(CASES).where(CASES.c.id == bindparam("_id")), changed)
        return outcomes

    def _known(self, numbers: list[str]) -> dict[str, _Known]:
        query = select(
            CASES.c.id, CASES.c.number, CASES.c.batch_id, *(CASES.c[name] for name in CONTENT)
        ).where(CASES.c.city == self.city, CASES.c.number.in_(numbers))
        return {
            row.number: _Known(
                row.id, row.batch_id == self.id or row.id in self._unchanged, tuple(row[3:])
            )
            for row in self.connection.execute(query)
        }

    def report(self, findings: Sequence[dict[str, object]]) -> None:
        """Keep findings, each once however often the same row comes in."""
        fresh = {str(finding["fingerprint"]): finding for finding in findings}
        query = select(FINDINGS.c.fingerprint).where(FINDINGS.c.fingerprint.in_(list(fresh)))
        for old in self.connection.execute(query).scalars():
            fresh.pop(old, None)
        if fresh:
            rows = [finding | {"batch_id": self.id} for finding in fresh.values()]
            self.connection.execute(insert(FINDINGS), rows)

    def close(self, tally: Tally, observed_until: datetime | None) -> None:
        """Record the accounting; unchanged cases move to this batch if it saw further."""
        totals = {item.name: getattr(tally, item.name) for item in fields(Tally)}
        self.connection.execute(
            update(BATCHES)
            .where(BATCHES.c.id == self.id)
            .values(observed_until=observed_until, **totals)
        )
        if observed_until is None:
            return
        behind = select(BATCHES.c.id).where(BATCHES.c.observed_until < observed_until)
        for some in _chunks(sorted(self._unchanged), 10_000):
            self.connection.execute(
                update(CASES)
                .where(CASES.c.id.in_(some), CASES.c.batch_id.in_(behind))
                .values(batch_id=self.id)
            )


def _chunks(items: list[int], size: int) -> Iterator[list[int]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


@dataclass(frozen=True)
class Coverage:
    """What the case database holds of a city."""

    cases: int
    observed_until: datetime | None
    synthetic: bool
    real: bool


def coverage(engine: Engine, city: str) -> Coverage:
    """How many cases there are, how far they were observed, and whether they are made up."""
    made_up = func.sum(case((BATCHES.c.synthetic, 1), else_=0))
    query = (
        select(func.count(), func.max(BATCHES.c.observed_until), made_up)
        .select_from(CASES.join(BATCHES))
        .where(CASES.c.city == city)
    )
    with engine.connect() as connection:
        count, until, synthetic = connection.execute(query).one()
    return Coverage(count, until, bool(synthetic), count > (synthetic or 0))


def facts(engine: Engine, city: str, as_of: datetime) -> pa.Table:
    """The city's cases as they stood at a moment, one row a case, times in UTC.

    Closings after that moment are hidden. `as_of` differs by row where a file tells of
    less: a deadline that a case's last file could not see is not in anyone's cohort.
    """
    closed = case((CASES.c.closed_at <= as_of, CASES.c.closed_at)).label("closed_at")
    times = [CASES.c.received_at, CASES.c.due_at, closed, CASES.c.batch_id]
    query = select(*times, *(CASES.c[name] for name in LABELS)).where(
        CASES.c.city == city, CASES.c.received_at <= as_of
    )
    moment = pa.timestamp("us", tz="UTC")
    schema = pa.schema(
        [(name, moment) for name in TIMES] + [(name, pa.string()) for name in LABELS]
    )
    batches = []
    with engine.connect().execution_options(yield_per=50_000) as connection:
        seen = connection.execute(select(BATCHES.c.id, BATCHES.c.observed_until)).all()
        until = {batch: min(moment or as_of, as_of) for batch, moment in seen}
        for rows in connection.execute(query).partitions():
            columns = [list(column) for column in zip(*rows, strict=True)]
            columns[3] = [until[batch] for batch in columns[3]]
            batches.append(pa.record_batch(columns, schema=schema))
    return pa.Table.from_batches(batches, schema=schema)
