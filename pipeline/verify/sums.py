"""Cells that other cells determine: totals are the sums of their parts, metrics share a base.

Months add up to their quarter and quarters to their year; the members of a dimension, of which one
is "none", add up to what is not narrowed by it. Periods are published when they have ended, so no
part of a total is missing but of all time, to which the running ones are counted too.
"""

from typing import Any

from pipeline.verify.opened import SHOWN, Opened, quoted
from pipeline.verify.report import Check

PARTS = """
    CREATE TEMP TABLE parts AS
    SELECT t.cell AS total, i.finer AS way, p.cell AS part
    FROM checked AS t
    JOIN inside AS i ON (i.grain, i.period) = (t.grain, t.period)
    JOIN checked AS p ON (p.grain, p.period) = (i.finer, i.part) AND {same}
"""
MEMBERS = """
    INSERT INTO parts
    SELECT t.cell, '{name}', p.cell
    FROM checked AS t
    JOIN checked AS p ON (p.grain, p.period) = (t.grain, t.period) AND {same}
    WHERE t.{column} = 'all' AND p.{column} <> 'all'
"""
# `rest` and `rest_base` are what the shown parts leave of a shown total to the hidden ones.
SUMS = """
    CREATE TEMP TABLE sums AS
    SELECT p.total, p.way, count(c.withheld) + (any_value(t.grain) = 'all')::INT AS hidden,
        any_value(t.numerator) - coalesce(sum(c.numerator), 0) AS rest,
        any_value(t.denominator) - coalesce(sum(c.denominator), 0) AS rest_base
    FROM parts AS p
    JOIN checked AS t ON t.cell = p.total AND t.withheld IS NULL
    JOIN checked AS c ON c.cell = p.part
    GROUP BY p.total, p.way
"""
FULL = "CREATE TEMP VIEW full_sums AS SELECT total, way FROM sums WHERE hidden = 0"
BROKEN = """
    CREATE TEMP VIEW broken AS SELECT * FROM sums
    WHERE rest < 0 OR rest_base < 0 OR rest > rest_base
        OR (hidden = 0 AND (rest <> 0 OR rest_base <> 0))
"""
DETERMINED = """
    SELECT count(*) FROM (
        SELECT total FROM full_sums
        UNION SELECT part FROM parts JOIN full_sums USING (total, way))
"""
# Cells that are in every sum that does not hold, and in none that holds exactly.
SUSPECTS = """
    WITH members AS (
        SELECT total, way, part AS cell FROM parts
        UNION ALL SELECT total, way, total FROM sums),
    counted AS (
        SELECT cell, count(*) FILTER ((total, way) IN (SELECT (total, way) FROM broken)) AS broken
        FROM members JOIN full_sums USING (total, way) GROUP BY cell
        HAVING count(*) = broken AND broken = (
            SELECT count(*) FROM broken WHERE hidden = 0))
    SELECT checked.* FROM checked JOIN counted USING (cell) ORDER BY cell
"""


def sums(release: Opened) -> Check:
    """Recompute every shown cell that sums of other shown cells determine, bound the others."""
    _prepare(release)
    determined = release.number(DETERMINED)
    count = release.number("SELECT count(*) FROM sums")
    shown = release.number("SELECT count(*) FROM checked WHERE withheld IS NULL")
    said = f"{count} sums; {determined} of {shown} shown cells recomputed exactly from others"
    why = (
        f"{shown - determined} shown cells exactly: in each of their sums something is withheld, "
        "or they are of all time, in which there is more than the periods that are over"
    )
    return Check("sums", said, tuple(_broken(release)), (why,) if shown > determined else ())


def _prepare(release: Opened) -> None:
    """Make `parts` (a total, the way it is split, one part of it), `sums` and what follows."""

    def same(names: tuple[str, ...]) -> str:
        return " AND ".join(f"t.{quoted(name)} = p.{quoted(name)}" for name in names)

    names = release.dimensions
    release.database.execute(PARTS.format(same=same(("metric", *names))))
    for name in names:
        held = ("metric", *(other for other in names if other != name))
        release.database.execute(MEMBERS.format(name=name, column=quoted(name), same=same(held)))
    for statement in (SUMS, FULL, BROKEN):
        release.database.execute(statement)


def _broken(release: Opened) -> list[str]:
    """The sums that do not hold, and the cells of which one may have been altered."""
    found = release.rows(
        "SELECT t.*, s.way, s.hidden, t.numerator - s.rest AS parts, "
        "t.denominator - s.rest_base AS bases "
        "FROM broken AS s JOIN checked AS t ON t.cell = s.total ORDER BY t.cell, s.way"
    )
    named = [f"{release.name(row)}: {_told(row)}" for row in found[:SHOWN]]
    if len(found) > SHOWN:
        named.append(f"and {len(found) - SHOWN} more sums do not hold")
    suspects = release.rows(SUSPECTS) if found else []
    if 0 < len(suspects) <= SHOWN:
        cells = "; ".join(map(release.name, suspects))
        named.append(f"if one cell was altered, it is one of {len(suspects)}: {cells}")
    return named


def _told(row: dict[str, Any]) -> str:
    numbers = [str(row[name]) for name in ("parts", "bases") if row[name] is not None]
    rest = f", {row['hidden']} of them withheld" if row["hidden"] else ""
    return f"its parts by {row['way']} add up to {'/'.join(numbers)}{rest}"


def bases(release: Opened) -> Check:
    """Metrics that divide by the same cases, or count them, must tell the same number of them."""
    keys = ", ".join(["quantity", "grain", "period", *map(quoted, release.dimensions)])
    groups = f"SELECT *, count(*) OVER place AS sharing, min(base) OVER place AS least, " \
             f"max(base) OVER place AS most FROM checked WHERE withheld IS NULL " \
             f"WINDOW place AS (PARTITION BY {keys})"  # fmt: skip  # noqa: S608
    count = release.number(f"SELECT count(*) FROM ({groups}) WHERE sharing > 1")  # noqa: S608
    found = release.rows(
        f"SELECT * FROM ({groups}) WHERE least < most ORDER BY {keys}, metric "  # noqa: S608
        f"LIMIT {SHOWN}"
    )
    failed = tuple(
        f"{release.name(row)}: others count {row['least']} to {row['most']} of the same cases"
        for row in found
    )
    return Check("bases", f"{count} cells whose base another metric has too", failed)
