"""The tables `rhythm` and `channels`: tens, each told once, of periods that were over."""

from pipeline.verify.opened import Opened
from pipeline.verify.report import Check

RHYTHM = """
    SELECT count(*) AS rows, count(*) - count(DISTINCT (period, weekday, hour)) AS double,
        count(*) FILTER (at_least < 0 OR at_least % 10 <> 0) AS exact,
        count(*) FILTER (weekday NOT BETWEEN 1 AND 7 OR hour NOT BETWEEN 0 AND 23
            OR hours NOT IN (1, 2, 3, 4, 6) OR hour % hours <> 0) AS nowhere,
        count(*) FILTER (NOT regexp_full_match(period, '\\d{4}')
            OR make_date(period::INT + 1, 1, 1) > DATE '{as_of}') AS running
    FROM rhythm
"""
CHANNELS = """
    SELECT count(*) AS rows, count(*) - count(DISTINCT (period, channel)) AS double,
        count(*) FILTER (at_least < 10 OR at_least % 10 <> 0) AS exact,
        count(*) FILTER (channel <> '*' AND at_least < 100) AS nowhere,
        count(*) FILTER (NOT regexp_full_match(period, '\\d{4}(-Q[1-4])?')
            OR CASE WHEN period LIKE '%-Q%'
                THEN make_date(left(period, 4)::INT, right(period, 1)::INT * 3, 1)
                    + INTERVAL 1 MONTH
                ELSE make_date(left(period, 4)::INT + 1, 1, 1) END > DATE '{as_of}') AS running
    FROM channels
"""
WRONG = {
    "double": "told twice",
    "exact": "that are no tens",
    "nowhere": "that are at no place of the table, or of too few",
    "running": "of a period that was not over",
}


def rhythm(release: Opened) -> Check:
    """Whether the hours of the week are told coarsely, and once."""
    return _check(release, "rhythm", RHYTHM)


def channels(release: Opened) -> Check:
    """Whether no way is told that few took."""
    return _check(release, "channels", CHANNELS)


def _check(release: Opened, name: str, query: str) -> Check:
    (found,) = release.rows(query.replace("{as_of}", release.manifest["as_of"]))
    failed = [f"{name}: {found[key]} rows {words}" for key, words in WRONG.items() if found[key]]
    return Check(name, f"{found['rows']} rows rounded down to tens", tuple(failed))
