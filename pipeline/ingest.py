"""Ingest: every row of a file is stored, found unchanged, or kept in quarantine with a reason."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from sqlalchemy import Engine

from cities import City, midnight
from data_access.cases.store import BatchWriter, CaseRecord, Tally
from pipeline import sources, validate
from pipeline.sources import Problem, Row

CHUNK = 5_000
Progress = Callable[[int], None]


@dataclass
class Accounting:
    """What became of a file, and why rows were kept back or mended: rule → rows."""

    batch: int
    tally: Tally
    reasons: Counter[str] = field(default_factory=Counter)

    def as_json(self) -> dict[str, object]:
        return {**vars(self.tally), "batch": self.batch, "reasons": dict(self.reasons)}


class DoesNotBalance(AssertionError):
    """Rows were lost or counted twice; the batch is rolled back."""


def ingest(
    engine: Engine,
    source: str,
    origin: Path | None,
    city: City,
    progress: Progress = lambda rows: None,
    **options: int,
) -> Accounting:
    """Read one file into the case database, all of it or, on any error, none of it."""
    module = sources.load(source)
    about = str(origin) if origin else f"{source} {json.dumps(options, sort_keys=True)}"
    with engine.begin() as connection:
        batch = BatchWriter(
            connection, city.id, source, about, _sha256(origin, about), module.SYNTHETIC
        )
        run = _Run(batch, Accounting(batch.id, Tally()))
        for rows in _chunks(module.read(origin, city, **options)):
            run.take(rows)
            progress(len(rows))
        if not run.accounting.tally.balances:
            raise DoesNotBalance(f"{about}: {run.accounting.tally}")
        until = module.COMPLETE_UNTIL
        batch.close(
            run.accounting.tally, midnight(until, city) if until else run.observed_until(city)
        )
    return run.accounting


@dataclass
class _Run:
    batch: BatchWriter
    accounting: Accounting
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    latest: datetime | None = None  # the last thing that the file saw happen
    known_at: datetime | None = None  # the last moment at which it is known to have looked

    def take(self, rows: list[Row]) -> None:
        tally, findings = self.accounting.tally, []
        tally.rows_in += len(rows)
        good: list[tuple[Row, CaseRecord]] = []
        for row in rows:
            if row.case is not None:
                row.problems += validate.problems(row.case, self.started)
            if row.case is None or any(problem.fatal for problem in row.problems):
                findings += self._findings(row, quarantined=True)
            else:
                good.append((row, row.case))
        outcomes = self.batch.write([case for _, case in good])
        for (row, case), outcome in zip(good, outcomes, strict=True):
            if outcome == "conflict":
                row.problems.append(
                    Problem(
                        "number", case.number, "number_told_twice",
                        "the file tells of this number twice, differently: keep one",
                    )
                )  # fmt: skip
                findings += self._findings(row, quarantined=True)
                continue
            self._see(row, case)
            if outcome == "stored":
                tally.stored += 1
                if row.problems:
                    findings += self._findings(row, quarantined=False)
            else:
                tally.unchanged += 1
        self.batch.report(findings)

    def _findings(self, row: Row, quarantined: bool) -> list[dict[str, object]]:
        """Book a row with problems: one finding a problem, each counted under its rule."""
        tally = self.accounting.tally
        tally.quarantined += quarantined
        tally.repaired += not quarantined
        self.accounting.reasons.update({problem.rule for problem in row.problems})
        raw = json.dumps(row.raw, ensure_ascii=False, sort_keys=True)
        return [
            {
                "quarantined": quarantined,
                "row": row.line,
                "column": problem.column,
                "value": problem.value[:1024],
                "rule": problem.rule,
                "remedy": problem.remedy,
                "raw": row.raw if quarantined else None,
                "fingerprint": hashlib.sha256(
                    f"{self.batch.city}|{self.batch.source}|{problem.rule}|{problem.column}|{raw}".encode()
                ).hexdigest(),
            }
            for problem in row.problems
        ]

    def _see(self, row: Row, case: CaseRecord) -> None:
        self.latest = _later(self.latest, case.closed_at or case.received_at)
        self.known_at = _later(self.known_at, row.known_at)

    def observed_until(self, city: City) -> datetime | None:
        """How far the file tells of everything: the start of its last day, which it saw in part.

        Further only if a row shows that the file was taken later than its last event.
        """
        if self.latest is None:
            return None
        last_day = midnight(self.latest.astimezone(city.zone).date(), city)
        return _later(last_day, self.known_at)


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max(filter(None, (one, other)), default=None)


def _chunks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    source = iter(rows)
    while chunk := list(islice(source, CHUNK)):
        yield chunk


def _sha256(origin: Path | None, about: str) -> str:
    if origin is None:
        return hashlib.sha256(about.encode()).hexdigest()
    try:
        with origin.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest()
    except OSError as error:
        raise sources.SourceError(f"{origin}: {error.strerror}; check the path") from error
