"""Facts of a whole city for an engine to count, outside memory where they do not fit into it.

`python -m pipeline facts FOLDER` writes them for good: for a cluster, or to count them twice. They
are cases without texts and callers, one Parquet folder a subject (pipeline.engines.folder), and
`facts.json` says whose they are and by which rules they were made.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any

import pyarrow as pa
from sqlalchemy import Engine

from cities import City
from data_access.cases import store
from metrics import lattice, registry
from metrics.model import Metric
from pipeline import count, disk
from pipeline.engines import folder as parquet
from pipeline.engines.folder import Facts
from pipeline.internal import standing

ABOUT = "facts.json"
IN_MEMORY = 1_000_000  # rows; a million take about half a gigabyte


@contextmanager
def held(
    engine: Engine, city: City, as_of: date, some: Sequence[Metric], folder: Path | None = None
) -> Iterator[Facts]:
    """The facts that metrics of one subject count, for the length of a `with` block.

    They are read from the case database, and put into files where they are many; or they are those
    of a folder, which must have been written for this city, day and program.
    """
    if folder is not None:
        _check(folder, city, as_of)
        yield folder / some[0].subject
        return
    parts, few, rows = count.parts(engine, city, as_of, some), [], 0
    for part in parts:
        few.append(part)
        rows += len(part)
        if rows > IN_MEMORY:
            break
    else:
        yield pa.concat_tables(few)
        return
    with parquet.temporary() as name:
        yield _spool(chain(iter(few), parts), Path(name))


def metrics() -> dict[str, dict[str, Metric]]:
    """What the lattice counts: subject → id → metric."""
    every = [registry.get(name) for table in lattice.tables() for name in table.metrics]
    found: dict[str, dict[str, Metric]] = {metric.subject: {} for metric in every}
    for metric in every:
        found[metric.subject][metric.id] = metric
    return found


def write(engine: Engine, city: City, as_of: date | None, folder: Path) -> dict[str, Any]:
    """Write all that the lattice counts of a city; returns what `facts.json` says.

    Without an as-of date it is the last day that the case database saw begin. ValueError where
    there are no cases, or the folder holds something already.
    """
    known = store.coverage(engine, city.id)
    if known.observed_until is None:
        raise ValueError(f"the case database holds no case of {city.id}; ingest some first")
    if folder.exists() and any(folder.iterdir()):
        raise ValueError(f"{folder} is not empty; name a new folder")
    day = as_of or known.observed_until.astimezone(city.zone).date()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for subject, some in metrics().items():
        _spool(count.parts(engine, city, day, some.values()), folder / subject)
    about = _mark(city, day) | {"rows": {name: parquet.rows(folder / name) for name in metrics()}}
    disk.replace(folder / ABOUT, json.dumps(about, indent=2) + "\n")  # last: all is there
    return about


def _spool(parts: Iterator[pa.Table], folder: Path) -> Path:
    first = next(parts)
    return parquet.write(first.schema, chain([first], parts), folder)


def _mark(city: City, as_of: date) -> dict[str, Any]:
    return {"city": city.id, "as_of": str(as_of), "rules": standing.rules(city)}


def _check(folder: Path, city: City, as_of: date) -> None:
    """ValueError unless the folder was written for this city and day, by this very program."""
    try:
        about = json.loads((folder / ABOUT).read_text("utf-8"))
    except OSError as error:
        raise ValueError(
            f"{folder}: no {ABOUT} in it; write it with `python -m pipeline facts`"
        ) from error
    differs = [name for name, wanted in _mark(city, as_of).items() if about[name] != wanted]
    if differs:
        raise ValueError(f"{folder}: written for other {', '.join(differs)}; write the facts anew")
