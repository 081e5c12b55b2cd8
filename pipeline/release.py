"""Write a release beside the old ones, check it, and put it in force by one atomic rename."""

import shutil
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import pyarrow as pa
from sqlalchemy import BigInteger, Double, String

from data_access import outcome_pairs
from data_access.hexagons import hexagons
from data_access.intake import channels, rhythm
from data_access.long_open import long_open
from data_access.pledges import pledge_log, pledges
from data_access.published import Correction, cells
from data_access.questions import doubts
from data_access.settings import DATABASE, SIGNED, pointer, releases
from pipeline import chain, disk, journal, manifest, open_cases, outcomes, questions
from pipeline.chain import BUILDING
from pipeline.contents import SYNTHETIC_LABEL as SYNTHETIC_LABEL
from pipeline.contents import Contents as Contents
from pipeline.disk import ReleaseError as ReleaseError

Check = Callable[[Path], list[str]]
TYPES = {BigInteger: pa.int64(), Double: pa.float64(), String: pa.string()}
# Declared, because a column of nothing but NULL would have no type of its own.
SCHEMAS = {
    table.name: pa.schema([(column.name, TYPES[type(column.type)]) for column in table.c])
    for table in (cells, long_open, hexagons, rhythm, channels, doubts, pledges, pledge_log)
} | {
    "open_cases": pa.schema([(name, pa.string()) for name in open_cases.COLUMNS]),
    "outcomes": pa.schema([(name, pa.string()) for name in outcomes.COLUMNS]),
    outcome_pairs.NAME: pa.schema([("pair", pa.string()), ("place", pa.int32())]),
    "questions": pa.schema([(name, pa.string()) for name in questions.COLUMNS]),
}


def publish(contents: Contents, checks: Sequence[Check]) -> Path:
    """Make a release of the contents and return its folder.

    Each check is given the finished folder before anything points at it, and returns what is wrong
    with it. After a ReleaseError the release that was in force is served on.
    """
    home = releases(contents.city)
    with disk.alone(home):
        _clear(home)
        before = _before(contents.city)
        justify(contents.city, contents.corrects)
        name = _next_id(before, contents.as_of)
        building = home / f"{BUILDING}-{name}"
        try:
            building.mkdir()
            _write_database(building / DATABASE, contents)
            manifest.write(building, name, contents, before)
            _examine(building, checks)
            disk.settle(building)
            building.rename(home / name)
        finally:
            shutil.rmtree(building, ignore_errors=True)  # or a full disk stays full
        disk.sync(home)
        journal.add(contents.city, "publish", chain.link(home / name), _reason(contents.corrects))
        disk.replace(pointer(contents.city), f"{name}\n")
        return home / name


def _clear(home: Path) -> None:
    """Remove what a publisher that was killed left behind."""
    for left_over in home.glob(f"{BUILDING}*"):
        shutil.rmtree(left_over)


def _before(city: str) -> list[chain.Link]:
    """Every release published so far, oldest first, by the manifests they were published with.

    Those are told by the longest chain and by the journal, so a release that was removed or
    rewritten stays in the chain as it was. One of which neither knows was killed on its way into
    force, and is told by its own SHA-256.
    """
    there = {chain.link(folder).id: folder for folder in chain.folders(releases(city))}
    longest = max((_chain(folder) for folder in there.values()), key=len, default=[])
    found = dict(longest)
    for link in journal.published(city):
        found.setdefault(link.id, link.sha256)
    for name in sorted(there.keys() - found.keys()):
        found[name] = (there[name] / SIGNED).read_text("ascii").split()[0]
    return [chain.Link(name, sha) for name, sha in found.items()]


def _chain(folder: Path) -> list[chain.Link]:
    try:
        return chain.read(folder)
    except (FileNotFoundError, ValueError) as error:
        raise ReleaseError(
            f"{folder} is no whole release ({error}); the release in force is unchanged. Restore "
            "it from a copy or move it elsewhere, then try again"
        ) from error


def justify(city: str, corrects: Correction | None) -> None:
    """ReleaseError for a correction of nothing, or for no reason."""
    if corrects is None:
        return
    before = _before(city)
    if not corrects.reason.strip():
        raise ReleaseError("a correction says why: give a reason (--reason TEXT)")
    if corrects.id not in {link.id for link in before}:
        known = ", ".join(link.id for link in before[-5:]) or "none"
        raise ReleaseError(
            f"there is no release {corrects.id} to correct; the latest are {known}. "
            "`python -m pipeline releases` lists all"
        )


def _reason(corrects: Correction | None) -> str:
    return f"corrects {corrects.id}: {corrects.reason}" if corrects else ""


def _next_id(before: list[chain.Link], as_of: date) -> str:
    """The as-of day and a number that no release of that day has had."""
    taken = [int(link.id[-3:]) for link in before if link.id.startswith(f"{as_of}-")]
    return f"{as_of}-{max(taken, default=0) + 1:03d}"


def _write_database(path: Path, contents: Contents) -> None:
    about = {"city": contents.city, "as_of": str(contents.as_of)}
    about["label"] = SYNTHETIC_LABEL if contents.synthetic else ""
    tables = {
        name: pa.Table.from_pandas(table, SCHEMAS.get(name), preserve_index=False)
        for name, table in contents.tables.items()
    }
    tables["about"] = pa.table({"key": list(about), "value": list(about.values())})
    disk.write(path, tables)


def _examine(folder: Path, checks: Sequence[Check]) -> None:
    problems = [problem for check in checks for problem in check(folder)]
    if problems:
        listed = "".join(f"\n  {problem}" for problem in problems)
        raise ReleaseError(
            f"nothing was published, because the new release of {folder.parent.name} is not fit "
            f"to be; the release in force is unchanged. Mend what is named, then try again:{listed}"
        )
