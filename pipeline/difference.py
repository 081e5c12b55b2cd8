"""What changed between two releases, and why: from their folders alone."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb

from data_access.published import ALL, Correction
from data_access.settings import DATABASE, LATTICE, MANIFEST

LARGEST = 10  # so many of the largest changes are told
COUNTED = ("added", "removed", "changed", "newly_withheld", "newly_shown", "unchanged")
TOLD = ("numerator", "denominator", "value", "p90")

# Cells of both side by side, what comes before as _1 and what comes after as _2.
SIDES = """
    CREATE TEMP TABLE sides AS
    SELECT metric, grain, period, {names}, concat_ws(',', {cut}) AS cut,
        b.there AS in_1, b.withheld AS w_1, b.numerator AS n_1, b.denominator AS d_1,
        a.there AS in_2, a.withheld AS w_2, a.numerator AS n_2, a.denominator AS d_2,
        b.withheld IS NULL AND a.withheld IS NULL AND b.there AND a.there
            AND ({told_1}) IS DISTINCT FROM ({told_2}) AS changed
    FROM (SELECT {before}, true AS there FROM before.cells) AS b
    FULL JOIN (SELECT {after}, true AS there FROM after.cells) AS a
    USING (metric, grain, period, {names})
"""
COUNTS = """
    SELECT metric, cut,
        count(*) FILTER (in_1 IS NULL),
        count(*) FILTER (in_2 IS NULL),
        count(*) FILTER (changed),
        count(*) FILTER (in_1 AND in_2 AND w_1 IS NULL AND w_2 IS NOT NULL),
        count(*) FILTER (in_1 AND in_2 AND w_1 IS NOT NULL AND w_2 IS NULL),
        count(*) FILTER (in_1 AND in_2 AND (w_1 IS NULL) = (w_2 IS NULL) AND NOT changed)
    FROM sides GROUP BY ALL ORDER BY ALL
"""
LARGE = """
    SELECT metric, period, {names}, n_1, d_1, n_2, d_2 FROM sides WHERE changed
    ORDER BY greatest(abs(n_2 - n_1), coalesce(abs(d_2 - d_1), 0)) DESC,
        metric, period, {names}
    LIMIT {most}
"""


@dataclass(frozen=True)
class Changed:
    """How many cells of one metric and cut are in one release only, or differ; names as COUNTED.

    `redefined`: the metric's definition is another one, so its figures cannot be compared.
    """

    metric: str
    by: tuple[str, ...]
    added: int
    removed: int
    changed: int
    newly_withheld: int
    newly_shown: int
    unchanged: int
    redefined: bool


@dataclass(frozen=True)
class Moved:
    """One cell whose numbers differ: (numerator, denominator) before and after."""

    metric: str
    period: str
    where: dict[str, str]
    before: tuple[int | None, int | None]
    after: tuple[int | None, int | None]


@dataclass(frozen=True)
class Difference:
    """What changed from one release to another.

    `why` are the reasons that the manifests give, in words. `rows` are the numbers of rows of
    every table, before and after; 0 where there is none. `cells` and `largest` are empty if
    `incomparable` says why.
    """

    before: str
    after: str
    why: tuple[str, ...]
    rows: dict[str, tuple[int, int]]
    cells: tuple[Changed, ...] = ()
    largest: tuple[Moved, ...] = ()
    incomparable: str = ""


def diff(before: Path, after: Path) -> Difference:
    """Compare two releases of one city by their folders."""
    old, new = (json.loads((folder / MANIFEST).read_text("utf-8")) for folder in (before, after))
    return compare(before, old, after, new)


def compare(before: Path, old: dict[str, Any], after: Path, new: dict[str, Any]) -> Difference:
    """The same by what the manifests say; of a release that is being made it is not written yet."""
    if old["city"] != new["city"]:
        raise ValueError(f"{old['id']} is of {old['city']}, {new['id']} of {new['city']}")
    found = Difference(old["id"], new["id"], tuple(_reasons(old, new)), _rows(old, new))
    gone = [path.name for path in (before, after) if not (path / DATABASE).is_file()]
    if gone:
        return replace(found, incomparable=f"the figures of {' and '.join(gone)} are not here")
    redefined = _differing(old["definitions"], new["definitions"])
    with duckdb.connect() as database:
        database.execute(f"ATTACH {_text(before / DATABASE)} AS before (READ_ONLY)")
        database.execute(f"ATTACH {_text(after / DATABASE)} AS after (READ_ONLY)")
        used = _compare(database, old, new)
        cells = tuple(_changed(database, set(redefined)))
        return replace(found, cells=cells, largest=tuple(_largest(database, used)))


def _rows(old: dict[str, Any], new: dict[str, Any]) -> dict[str, tuple[int, int]]:
    none = {"rows": 0}
    return {
        name: (old["tables"].get(name, none)["rows"], new["tables"].get(name, none)["rows"])
        for name in sorted({*old["tables"], *new["tables"]})
    }


def _reasons(old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    for early, late in ((old, new), (new, old)):
        if late["corrects"] and late["corrects"]["id"] == early["id"]:
            told = Correction(**late["corrects"])
            yield f"{late['id']} corrects {told.id}: {told.reason}"
    if old["as_of"] != new["as_of"]:
        yield f"as of {new['as_of']} instead of {old['as_of']}"
    if old["cases"] != new["cases"]:
        yield f"{new['cases']} cases had come in instead of {old['cases']}"
    for name in _differing(old["definitions"], new["definitions"]):
        state = [name in manifest["definitions"] for manifest in (old, new)]
        yield f"definition of {name}: {_state(*state)}"
    if old["files"].get(LATTICE) != new["files"].get(LATTICE):
        yield "the lattice, which says what is published, changed"
    for part, label in (("engine", ""), ("code", "code: ")):
        for name in _differing(old[part], new[part]):
            was, now = (str(manifest[part].get(name, "none"))[:12] for manifest in (old, new))
            yield f"{label}{name} {now} instead of {was}"


def _state(was: bool, is_: bool) -> str:
    return "changed" if was and is_ else ("new" if is_ else "gone")


def _differing(old: dict[str, str], new: dict[str, str]) -> list[str]:
    return sorted(name for name in {*old, *new} if old.get(name) != new.get(name))


def _text(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def _compare(
    database: duckdb.DuckDBPyConnection, old: dict[str, Any], new: dict[str, Any]
) -> list[str]:
    """Make `sides`; returns the dimensions. One that a release lacks is not narrowed there."""
    has = [manifest["tables"]["cells"]["dimensions"] for manifest in (old, new)]
    used = list(dict.fromkeys([*has[0], *has[1]]))
    columns = [
        ", ".join(name if name in mine else f"'{ALL}' AS {name}" for name in used) for mine in has
    ]
    columns = [f"metric, grain, period, withheld, {', '.join(TOLD)}, {text}" for text in columns]
    cut = ", ".join(f"CASE WHEN {name} <> '{ALL}' THEN '{name}' END" for name in used)
    told = [", ".join(f"{side}.{name}" for name in TOLD) for side in "ba"]
    database.execute(
        SIDES.format(
            names=", ".join(used), cut=cut, before=columns[0], after=columns[1],
            told_1=told[0], told_2=told[1],
        )
    )  # fmt: skip
    return used


def _changed(database: duckdb.DuckDBPyConnection, redefined: set[str]) -> Iterator[Changed]:
    for metric, cut, *counts in database.execute(COUNTS).fetchall():
        by = tuple(name for name in cut.split(",") if name)
        yield Changed(metric, by, **dict(zip(COUNTED, counts, strict=True)),
                      redefined=metric in redefined)  # fmt: skip


def _largest(database: duckdb.DuckDBPyConnection, used: list[str]) -> Iterator[Moved]:
    query = LARGE.format(names=", ".join(used), most=LARGEST)
    for metric, period, *rest in database.execute(query).fetchall():
        places, (n_1, d_1, n_2, d_2) = rest[: len(used)], rest[len(used) :]
        where = {n: value for n, value in zip(used, places, strict=True) if value != ALL}
        yield Moved(metric, period, where, (n_1, d_1), (n_2, d_2))


def lines(found: Difference) -> Iterator[str]:
    """The difference as a person reads it."""
    yield f"from {found.before} to {found.after}"
    yield "why:"
    yield from (f"  {reason}" for reason in found.why or ("nothing that the manifests tell of",))
    yield "rows:"
    yield from (f"  {name}: {was} -> {now}" for name, (was, now) in found.rows.items())
    if found.incomparable:
        yield f"cells were not compared: {found.incomparable}"
        return
    yield "cells:"
    for item in found.cells:
        counts = [f"{getattr(item, name)} {name.replace('_', ' ')}" for name in COUNTED]
        note = "; its definition changed" if item.redefined else ""
        told = ", ".join(text for text in counts if not text.startswith("0 "))
        yield f"  {item.metric} by {', '.join(item.by) or 'city'}: {told}{note}"
    if found.largest:
        yield "largest changes:"
    for moved in found.largest:
        where = "".join(f" {name}={value}" for name, value in moved.where.items())
        numbers = f"{_pair(moved.before)} -> {_pair(moved.after)}"
        yield f"  {moved.metric} {moved.period}{where}: {numbers}"


def _pair(counts: tuple[int | None, int | None]) -> str:
    return "/".join(str(number) for number in counts if number is not None)
