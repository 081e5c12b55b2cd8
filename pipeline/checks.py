"""What a new release must pass before it is put in force, each check by a reading of its own."""

from collections.abc import Collection
from functools import partial
from pathlib import Path

import duckdb
from sqlalchemy import Engine

from cities import City
from data_access.published import Release
from data_access.settings import CLOSED, DATABASE
from pipeline import outcomes, pledges, questions, release, vocabulary
from pipeline.attack import attack
from pipeline.attack.scan import Values, scan
from pipeline.verify import verify


def checks(
    engine: Engine, city: City, callers: Collection[str], in_force: Release | None
) -> list[release.Check]:
    """Whole and in order, nothing recovered, no caller's value, no text that nobody cleared."""
    before = [in_force.folder] if in_force is not None else []
    return [
        verify,
        partial(_recovered, before),
        partial(_leaked, city.id, callers),
        partial(_uncleared, engine, city.id),
    ]


def _recovered(before: list[Path], folder: Path) -> list[str]:
    """What the attack recovers from a new release beside the one in force; nothing, if it is safe.

    Without the linear programmes of large tables: `python -m pipeline.attack` solves these too.
    """
    found = attack([*before, folder], exact=False).recovered
    return [f"{one.cell}: {one.what} can be worked out ({one.how})" for one in found]


def _leaked(city: str, callers: Collection[str], folder: Path) -> list[str]:
    """The files of a new release in which a caller's value stands."""
    found = scan(folder, Values(callers, vocabulary.words(city)))
    return [f"{leak.file}: a caller's value in it ({leak.where})" for leak in found]


def _uncleared(engine: Engine, city: str, folder: Path) -> list[str]:
    """The texts of a new release that are not approved at the moment it is about to be swapped in.

    Read from the file as it was written, and from the reviews and pledges anew.
    """
    cleared = partial(outcomes.unapproved, engine, city)
    pledged = partial(pledges.unapproved, engine, city)
    found = {
        "outcomes": cleared(_texts(folder, "outcomes", "text"), outcomes.KINDS),
        "questions": cleared(_texts(folder, "questions", "text"), questions.KINDS),
        "pledges": pledged(_texts(folder, "pledges", "title_zh", "title_en", "why")),
        "pledge_log": pledged(_texts(folder, "pledge_log", "text")),
    }
    return [
        f"{name}: {len(wrong)} texts that nobody approved" for name, wrong in found.items() if wrong
    ]


def _texts(folder: Path, table: str, *columns: str) -> list[str]:
    """What stands in some columns of a table; nothing where the release has no such table."""
    with duckdb.connect(folder / DATABASE, read_only=True, config=CLOSED) as database:
        names = database.execute("SELECT table_name FROM duckdb_tables()").fetchall()
        if (table,) not in names:
            return []
        rows = database.execute(f"SELECT {', '.join(columns)} FROM {table}").fetchall()  # noqa: S608
    return [text for row in rows for text in row]
