"""Ingest: every row of a file is stored, found unchanged, or kept in quarantine with a reason."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
from sqlalchemy import Connection, Engine

from cities import City, midnight
from data_access.cases import batches, frames, merging
from data_access.cases.batches import About, Tally
from data_access.cases.kinds import CASES, Kind
from data_access.cases.merging import Refusal
from pipeline import repair, sources, validate
from pipeline.sources import Problem, Rows

Progress = Callable[[Rows], None]
REMEDIES = {
    merging.TOLD_TWICE: "the file tells of this number twice, differently: keep one",
    merging.UNKNOWN_CASE: "no such case: mend its own row first, or correct the number",
}


@dataclass
class Accounting:
    """What became of a file, and why rows were kept back or mended: rule → rows."""

    batch: int
    tally: Tally
    reasons: Counter[str]
    stored: Counter[str]  # kind of record → rows

    def as_json(self) -> dict[str, object]:
        return {**vars(self.tally), "batch": self.batch, "reasons": dict(self.reasons)}


class DoesNotBalance(AssertionError):
    """Rows were lost or counted twice; the batch is rolled back."""


def ingest(
    engine: Engine,
    source: str,
    origin: str | None,
    city: City,
    progress: Progress = lambda some: None,
    **options: int,
) -> Accounting:
    """Read one file into the case database, all of it or, on any error, none of it.

    With the option `literally` a case closed in the year 1900 was closed at once, and deadlines
    after the file's last day are judged too: to recompute figures of those who read it so.
    """
    module = sources.load(source)
    name = origin or f"{source} {json.dumps(options, sort_keys=True)}"
    about = About(city.id, source, name, _sha256(origin, name), module.SYNTHETIC)
    reading = _Reading(about, city, lambda: module.read(origin, city, **options), progress)
    with (
        engine.connect() as connection,
        merging.staged(connection, reading.good()) as kinds,
        connection.begin(),
    ):
        until = module.COMPLETE_UNTIL
        seen = midnight(until, city) if until else reading.observed_until()
        return reading.finish(connection, kinds, None if options.get("literally") else seen)


@dataclass
class _Reading:
    """One pass over a file: hands on the good rows and remembers what was wrong with the others."""

    about: About
    city: City
    read: Callable[[], Iterator[Rows]]
    progress: Progress
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    rows_in: int = 0
    latest: datetime | None = None  # the last thing that the file saw happen
    known_at: datetime | None = None  # the last moment at which it is known to have looked
    problems: dict[int, list[Problem]] = field(default_factory=dict)  # by line
    raw: dict[int, dict[str, str]] = field(default_factory=dict)  # of the lines with problems
    parts: dict[int, str] = field(default_factory=dict)  # of the same
    kinds: dict[int, Kind] = field(default_factory=dict)  # of the same
    settles: dict[int, list[int]] = field(default_factory=dict)  # line → findings, if taken in

    def good(self) -> Iterator[tuple[Kind, pd.DataFrame]]:
        """The records with nothing fatal about them, to be staged."""
        for some in self.read():
            self.rows_in += some.count
            records, notes = repair.repair(some.records, some.kind, self.city)
            found = [*some.problems, *notes]
            found += validate.problems(records, some.kind, self.started)
            self._remember(found, some)
            bad = {problem.line for problem in found if problem.fatal}
            records = records[~records["line"].isin(bad)] if bad else records
            for name in set(frames.times(some.kind)).difference(validate.DEADLINES):
                if records[name].notna().any():
                    self.latest = _later(self.latest, records[name].max().to_pydatetime())
            self.known_at = _later(self.known_at, some.known_at)
            self.settles |= some.settles
            yield some.kind, records
            self.progress(some)

    def _remember(self, found: list[Problem], rows: Rows) -> None:
        for problem in found:
            self.problems.setdefault(problem.line, []).append(problem)
            whole = sources.row_of(problem.line) == sources.WHOLE_FILE
            self.raw.setdefault(problem.line, {} if whole else rows.raw(problem.line))
            self.parts[problem.line] = rows.part
            self.kinds[problem.line] = rows.kind

    def observed_until(self) -> datetime | None:
        """How far the file tells of everything: the start of its last day, which it saw in part.

        Further only if a row shows that the file was taken later than its last event.
        """
        if self.latest is None:
            return None
        last_day = midnight(self.latest.astimezone(self.city.zone).date(), self.city)
        return _later(last_day, self.known_at)

    def finish(
        self, connection: Connection, kinds: set[Kind], until: datetime | None
    ) -> Accounting:
        """Merge the staged rows, book every row of the file, and close the batch."""
        batch = batches.open_batch(connection, self.about)
        noted = {line for line in self.problems if not self._fatal(line)}
        merged = merging.merge(connection, kinds, batch, self.about.city, until, noted)
        self._remember_refusals(merged.refused)
        kept_back = {line for line in self.problems if self._fatal(line)}
        noted = set(self.problems) - kept_back - merged.noted_unchanged
        repaired = [line for line in noted if sources.row_of(line) != sources.WHOLE_FILE]
        stored = merged.stored.total()
        tally = Tally(self.rows_in, stored, len(kept_back), merged.unchanged, len(repaired))
        if not tally.balances:
            raise DoesNotBalance(f"{self.about.origin}: {tally}")
        self._write_up(connection, batch, kept_back, noted)
        batches.close_batch(connection, batch, tally, until)
        rules = ({problem.rule for problem in self.problems[line]} for line in kept_back | noted)
        reasons = Counter(rule for some in rules for rule in some)
        return Accounting(batch, tally, reasons, merged.stored)

    def _write_up(
        self, connection: Connection, batch: int, kept_back: set[int], noted: set[int]
    ) -> None:
        """Keep the findings of this batch, and settle those of mended rows that it took in."""
        rows = [row for line in sorted(kept_back | noted) for row in self._book(line)]
        batches.report(connection, batch, rows)
        taken_in = {line: found for line, found in self.settles.items() if line not in kept_back}
        settled = {finding for found in taken_in.values() for finding in found}
        batches.settle(connection, batch, self.about.city, settled)

    def _remember_refusals(self, refused: dict[int, Refusal]) -> None:
        """What shows once all is staged: the source is read again for the rows.

        One that changed meanwhile, as a live view may, is not taken in at all.
        """
        found: dict[int, str] = {}
        for some in self.read() if refused else ():
            here = some.records.loc[some.records["line"].isin(refused.keys()), ["line", "number"]]
            found |= dict(zip(here["line"].tolist(), here["number"].tolist(), strict=True))
            self._remember([_problem(n, refused[n]) for n in sorted(here["line"])], some)
        if found != {line: refusal.number for line, refusal in refused.items()}:
            origin = self.about.origin
            raise sources.SourceError(f"{origin}: changed while it was read; ingest it again")

    def _fatal(self, line: int) -> bool:
        return any(problem.fatal for problem in self.problems[line])

    def _book(self, line: int) -> Iterator[dict[str, object]]:
        """The findings of one row, recognisable if the same row comes in again."""
        raw = json.dumps(self.raw[line], ensure_ascii=False, sort_keys=True)
        for problem in self.problems[line]:
            told = (self.about.city, self.about.source, problem.rule, problem.column, raw)
            # Rows of two kinds may read alike. Cases were alone once, so nothing is added to them.
            kind = self.kinds[line]
            mark = "|".join(told if kind is CASES else (*told, kind.name))
            yield {
                "quarantined": self._fatal(line),
                "part": self.parts[line],
                "row": sources.row_of(line),
                "column": problem.column,
                "value": problem.value[:1024],
                "rule": problem.rule,
                "remedy": problem.remedy,
                "raw": self.raw[line] if self._fatal(line) else None,
                "fingerprint": hashlib.sha256(mark.encode()).hexdigest(),
            }


def _problem(line: int, refusal: Refusal) -> Problem:
    return Problem(line, "number", refusal.number, refusal.rule, REMEDIES[refusal.rule])


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max(filter(None, (one, other)), default=None)


def _sha256(origin: str | None, about: str) -> str:
    """The hash of a file, of all files of a folder; of the address of a service."""
    if origin is None or "://" in origin:
        return hashlib.sha256(about.encode()).hexdigest()
    try:
        if Path(origin).is_dir():
            files = sorted(item for item in Path(origin).iterdir() if item.is_file())
            told = "".join(f"{item.name} {_digest(item)}\n" for item in files)
            return hashlib.sha256(told.encode()).hexdigest()
        return _digest(Path(origin))
    except OSError as error:
        raise sources.SourceError(f"{origin}: {error.strerror}; check the path") from error


def _digest(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
