"""Where the last count stood, and whether the next one can start from there."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Engine

from cities import City, midnight
from data_access.cases import store
from data_access.cases.fact_rows import Window
from data_access.settings import PROJECT
from metrics import lattice, registry
from pipeline.internal.facts import Reading

FIRST, ASKED = "the first count", "a full count was asked for"
OTHER_RULES = "definitions, lattice or program have changed"
UNDONE = "a batch that was counted is gone or was undone"
# Of which a change may make the same records count otherwise. Hashed whole: a full count too many
# costs seconds, one too few would leave wrong figures.
CODE = ("data_access", "metrics", "pipeline/engines", "pipeline/internal", "pipeline/count.py")


@dataclass(frozen=True)
class Standing:
    """A count: by which rules, as of which day, over which batches (those not undone)."""

    rules: str
    as_of: date
    batches: dict[int, dict[str, Any]]

    @classmethod
    def now(cls, engine: Engine, city: City, as_of: date) -> "Standing":
        """What a count of this moment rests on."""
        live = (row for row in store.batches(engine, city.id) if row["undone_at"] is None)
        told = {
            row["id"]: {
                "source": row["source"],
                "until": row["observed_until"] and row["observed_until"].isoformat(),
                "mark": f"{row['sha256']} {row['started_at']:%Y-%m-%dT%H:%M:%S.%f}",
            }
            for row in live
        }
        return cls(rules(city), as_of, told)

    @classmethod
    def read(cls, about: dict[str, Any]) -> "Standing | None":
        """As the workings tell it; None if they are empty."""
        if not about:
            return None
        batches = {int(batch): told for batch, told in about["batches"].items()}
        return cls(about["rules"], date.fromisoformat(about["as_of"]), batches)

    def told(self) -> dict[str, Any]:
        """As it is kept."""
        return {"rules": self.rules, "as_of": str(self.as_of), "batches": self.batches}

    def reading(self, city: City) -> Reading:
        """What dresses the rows of this count."""
        until = {
            batch: datetime.fromisoformat(told["until"]) if told["until"] else None
            for batch, told in self.batches.items()
        }
        sources = {batch: str(told["source"]) for batch, told in self.batches.items()}
        return Reading(midnight(self.as_of, city), city.zone, until, sources)


@dataclass(frozen=True)
class Change:
    """From one count to the next. `before` is None where everything is counted anew."""

    before: Reading | None
    now: Reading

    @property
    def news(self) -> set[int]:
        """Batches that were not counted before."""
        return set(self.now.source) - set(self.before.source if self.before else ())

    @property
    def window(self) -> Window | None:
        """The moments of both counts, the earlier one first; None if it is the same."""
        if self.before is None or self.before.as_of == self.now.as_of:
            return None
        return min(self.before.as_of, self.now.as_of), max(self.before.as_of, self.now.as_of)

    @property
    def aged(self) -> list[int]:
        """Batches counted before that tell of their cases until another moment now."""
        if self.before is None:
            return []
        seen = self.before.seen
        return [batch for batch in self.before.source if seen(batch) != self.now.seen(batch)]


def anew(before: Standing | None, now: Standing) -> str:
    """Why the next count cannot start from the last one; "" if it can."""
    if before is None:
        return FIRST
    if before.rules != now.rules:
        return OTHER_RULES
    gone = any(now.batches.get(batch) != told for batch, told in before.batches.items())
    return UNDONE if gone else ""


def rules(city: City) -> str:
    """All that says how records are counted, as one hash."""
    named = f"{city.timezone} {lattice.FILE} {registry.FOLDER}"
    files = [lattice.FILE, lattice.INTERNAL, *sorted(registry.FOLDER.glob("*.toml"))]
    content = [_code(), named.encode(), *(path.read_bytes() for path in files)]
    return hashlib.sha256(b"\n".join(content)).hexdigest()


@cache
def _code() -> bytes:
    paths = (PROJECT / name for name in CODE)
    files = sorted(
        file for path in paths for file in ([path] if path.is_file() else path.rglob("*.py"))
    )
    return b"\n".join(file.read_bytes() for file in files)
