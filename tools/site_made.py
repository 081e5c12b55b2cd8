"""Published made-up cities for the benchmark of the site."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import cities
from data_access.cases.engine import connect
from data_access.shelf import WHOLE, Shelved
from pipeline import facts
from pipeline.ingest import ingest
from pipeline.publish import publish
from pipeline.sources.demo import COMPLETE_UNTIL, SEED
from tools import bench_facts

CITY = cities.profile("ankang")
FACTS = "facts"


@contextmanager
def at(folder: Path) -> Iterator[None]:
    """Use this data folder for a while."""
    before = os.environ.get("SUNLINE_DATA")
    os.environ["SUNLINE_DATA"] = str(folder)
    try:
        yield
    finally:
        del os.environ["SUNLINE_DATA"]
        if before is not None:
            os.environ["SUNLINE_DATA"] = before


def made(folder: Path, cases: int) -> None:
    """A city of so many cases, published, with its facts beside it."""
    folder.mkdir()
    with at(folder):
        engine = connect()
        ingest(engine, "demo", None, CITY, cases=cases, seed=SEED)
        publish(engine, CITY, COMPLETE_UNTIL, ())
        facts.write(engine, CITY, COMPLETE_UNTIL, folder / FACTS)
        engine.dispose()


def grown(source: Path, folder: Path, cases: int) -> None:
    """The same city with figures of so many cases; all that is no figure stays as it was."""
    folder.mkdir()
    shutil.copy(source / "cases.sqlite", folder)
    bench_facts.grow(source / FACTS, folder / FACTS, cases, CITY)
    with at(folder):
        engine = connect()
        publish(engine, CITY, COMPLETE_UNTIL, (), facts=folder / FACTS)
        engine.dispose()


def largest(shelved: Shelved) -> tuple[str, int]:
    """The address of the largest file of a release, and its bytes."""
    sizes = {name: shelved.path(name).stat().st_size for name in shelved.files}
    name = max(sizes, key=lambda one: sizes[one])
    return f"/open-data/{CITY.id}-{WHOLE}/{shelved.release.id}/{name}", sizes[name]
