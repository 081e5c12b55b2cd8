"""What a refresh tells its watchers: a log line a stage, and a file in the Prometheus text format.

The file is read by node_exporter's textfile collector. It is replaced whole, by one rename.
"""

import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from data_access.settings import data_root
from pipeline import disk
from pipeline.journal import now

PREFIX = "sunline_refresh_"
HELP = {
    "last_success_timestamp_seconds": "When a refresh last did all it had to do.",
    "last_run_timestamp_seconds": "When a refresh last ended, well or not.",
    "failed": "1 if something of the last refresh was refused or failed.",
    "stage_seconds": "How long each stage of the last refresh took.",
    "stage_rows": "How many rows each stage of the last refresh had in hand.",
    "cases": "Cases in the case database.",
    "quarantined_rows": "Rows that wait in quarantine.",
    "refused_deliveries": "Deliveries in the inbox that were refused and wait there.",
    "open_overdue": "Open cases past the deadline in force, as of the day of the count.",
    "late_cases": "Cases by which closed months, as published, differ from today's count.",
    "as_of_timestamp_seconds": "The local midnight as of which the internal cells are counted.",
}
SAMPLE = re.compile(r"^(\w+)\{(.*?)\} (\S+)$")


@dataclass
class Log:
    """The stages of one refresh, in order."""

    city: str
    write: Callable[[str], object] = field(default=lambda line: sys.stdout.write(line))
    seconds: dict[str, float] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator["Stage"]:
        """Time a stage and write its line when it ends, also where it fails."""
        stage, start = Stage(), time.perf_counter()
        try:
            yield stage
        except BaseException as error:
            stage.notes["error"] = f"{type(error).__name__}: {error}"
            raise
        finally:
            self.seconds[name] = time.perf_counter() - start
            self.rows[name] = stage.rows
            self.line(name, seconds=f"{self.seconds[name]:.2f}", rows=stage.rows, **stage.notes)

    def line(self, stage: str, **told: object) -> None:
        """One line: when, which city, which stage, and key=value."""
        pairs = " ".join(f"{key}={_quoted(str(value))}" for key, value in told.items())
        self.write(f"{now()} refresh city={self.city} stage={stage} {pairs}\n")


@dataclass
class Stage:
    """What a stage tells of itself besides its time."""

    rows: int = 0
    notes: dict[str, object] = field(default_factory=dict)


def _quoted(text: str) -> str:
    """One word as it is, all else in quotes and on one line."""
    plain = " ".join(text.split()).replace('"', "'")
    return f'"{plain}"' if not plain or re.search(r"[\s=']", plain) else plain


def place() -> Path:
    """The file of figures."""
    return data_root() / "metrics" / "sunline.prom"


def last_success(city: str) -> float | None:
    """When the last refresh without a fault ended, as the file tells it."""
    name = f"{PREFIX}last_success_timestamp_seconds"
    found = (SAMPLE.match(line) for line in _lines())
    told = [
        match[3] for match in found if match and match[1] == name and match[2] == f'city="{city}"'
    ]
    return float(told[0]) if told else None


def save(city: str, values: dict[str, float], stages: Log) -> None:
    """Put a city's figures into the file; those of other cities stay."""
    samples = [line for line in _lines() if (m := SAMPLE.match(line)) and not _of(m[2], city)]
    samples += [f'{PREFIX}{name}{{city="{city}"}} {value:.15g}' for name, value in values.items()]
    for name, told in (("stage_seconds", stages.seconds), ("stage_rows", stages.rows)):
        samples += [
            f'{PREFIX}{name}{{city="{city}",stage="{stage}"}} {value:.6g}'
            for stage, value in told.items()
        ]
    text = []
    for name, meaning in HELP.items():
        mine = sorted(line for line in samples if line.startswith(f"{PREFIX}{name}{{"))
        if mine:
            head = [f"# HELP {PREFIX}{name} {meaning}", f"# TYPE {PREFIX}{name} gauge"]
            text += [*head, *mine]
    place().parent.mkdir(parents=True, exist_ok=True)
    disk.replace(place(), "".join(f"{line}\n" for line in text))


def _lines() -> list[str]:
    try:
        return place().read_text("utf-8").splitlines()
    except FileNotFoundError:
        return []


def _of(labels: str, city: str) -> bool:
    return f'city="{city}"' in labels.split(",")
