"""The table `hexagons`: cells of ten cases or more, rounded down to tens, each told once a period.

Rounding down keeps sums: what is told of parts is never more than what is told of the whole.
"""

from datetime import date

from metrics.periods import closed
from pipeline.verify.opened import Opened, is_period
from pipeline.verify.report import Check

WRONG = """
    SELECT count(*) FILTER (at_least < 10 OR at_least % 10 <> 0) AS wrong,
        count(*) FILTER (hexagon <> '' AND NOT regexp_full_match(hexagon, '87[0-9a-f]{7}f{6}'))
            AS odd,
        count(*) - count(DISTINCT (period, hexagon)) AS double,
        count(*) AS rows
    FROM hexagons
"""
SUMS = """
    WITH parts AS (
        SELECT 'cells' AS kind, period, '' AS hexagon, at_least FROM hexagons WHERE hexagon <> ''
        UNION ALL
        SELECT 'quarters', period[:4], hexagon, at_least FROM hexagons WHERE length(period) > 4
    ), sums AS (
        SELECT kind, period, hexagon, sum(at_least) AS parts FROM parts GROUP BY ALL
    )
    SELECT kind, period, hexagon, parts, coalesce(at_least, 0) AS whole
    FROM sums LEFT JOIN hexagons USING (period, hexagon)
    WHERE parts > coalesce(at_least, 0)
        AND period IN (SELECT period FROM hexagons)  -- a year that is not over is not told
    ORDER BY period, hexagon, kind
"""
GRAINS = ("quarter", "year")
FAULTS = {
    "wrong": "numbers that are not ten or a multiple of it",
    "odd": "cells that are none of H3 at resolution 7",
    "double": "cells told twice",
}


def cells(release: Opened) -> Check:
    """Whether no cell is small enough, or told exactly enough, to be about somebody."""
    (found,) = release.rows(WRONG)
    failed = [f"hexagons: {found[name]} {what}" for name, what in FAULTS.items() if found[name]]
    as_of = date.fromisoformat(release.manifest["as_of"])
    for row in release.rows("SELECT DISTINCT period FROM hexagons ORDER BY period"):
        period = row["period"]
        if not any(is_period(grain, period) for grain in GRAINS) or not closed(period, as_of):
            failed.append(f"hexagons: {period} is no quarter or year that is over")
    return Check("hexagons", f"{found['rows']} counts of ten cases or more", tuple(failed))


def sums(release: Opened) -> Check:
    """Whether quarters fit into their year and cells into the whole."""
    failed = [
        f"hexagons: {row['period']} {row['hexagon'] or 'all cells'}: "
        f"{row['kind']} make {row['parts']}, the whole is {row['whole']}"
        for row in release.rows(SUMS)
    ]
    return Check("hexagons, sums", "quarters fit into years, cells into all", tuple(failed))
