"""The table `quality`: what it says of the cells is counted anew, the rest held to its own rules.

A reading of its own: it shares nothing with what made the table (pipeline/data_quality.py).
"""

from typing import Any

from pipeline.verify.opened import Opened, quoted
from pipeline.verify.report import Check

LEAST = 5
ROUND = ("rows", "quarantined", "repaired")  # topics whose parts make up the whole

WRONG = (
    ("withheld IS NOT NULL AND number IS NOT NULL", "withheld, yet it carries a number"),
    ("withheld IS NULL AND (number >= 0) IS NOT TRUE", "not a possible count"),
    ("number > total", "more than there are"),
    (
        f"topic NOT IN ('deliveries', 'cells', 'cases') AND (number BETWEEN 1 AND {LEAST - 1} "
        f"OR topic NOT IN {ROUND} AND total - number BETWEEN 1 AND {LEAST - 1})",
        f"tells of fewer than {LEAST}",
    ),
)
# Parts of one whole that do not add up to it, or leave a single part or fewer than LEAST.
PARTS = f"""
    SELECT topic, any_value(total) AS total, coalesce(sum(number), 0) AS shown,
        count(withheld) AS hidden, count(DISTINCT total) AS totals
    FROM quality WHERE topic IN {ROUND} GROUP BY topic
"""  # noqa: S608 - our own texts
CELLS = """
    SELECT concat_ws(' ', {by}, withheld) AS key, grain, count(*) AS number,
        any_value(whole) AS total
    FROM (SELECT *, count(*) OVER (PARTITION BY {by}, grain) AS whole FROM cells)
    WHERE withheld IS NOT NULL GROUP BY ALL
"""
CASES = """
    WITH volume AS (SELECT *, {by} AS place FROM cells WHERE metric = 'received'),
    whole AS (SELECT grain, period, numerator FROM volume
        WHERE place = 'city' AND numerator IS NOT NULL),
    periods AS (SELECT place, grain, period, sum(numerator) AS shown FROM volume
        WHERE place <> 'city' GROUP BY ALL)
    SELECT place AS key, p.grain, sum(w.numerator) - coalesce(sum(p.shown), 0) AS number,
        sum(w.numerator) AS total
    FROM periods AS p JOIN whole AS w ON (w.grain, w.period) = (p.grain, p.period) GROUP BY ALL
"""


def quality(release: Opened) -> Check:
    """Whether withheld shares follow from the cells, and the rest is possible and large enough."""
    failed = [
        f"quality: {row['topic']} {row['key']}: {text}"
        for wrong, text in WRONG
        for row in release.rows(f"SELECT * FROM quality WHERE {wrong}")  # noqa: S608
    ]
    failed += [text for row in release.rows(PARTS) for text in _parts(row)]
    by = _by(release)
    for topic, query in (("cells", CELLS), ("cases", CASES)):
        failed += _recounted(release, topic, query.format(by=by))
    said = release.number("SELECT count(*) FROM quality")
    return Check(
        "quality", f"{said} statements about the data; those about cells counted anew",
        tuple(failed), ("rows, findings and what cases lack: the files are not in the release",),
    )  # fmt: skip


def _parts(row: dict[str, Any]) -> list[str]:
    if row["total"] is None:  # fewer than LEAST in all
        return []
    rest = row["total"] - row["shown"]
    if row["totals"] > 1 or rest < 0 or (rest and not row["hidden"]):
        return [f"quality: {row['topic']}: its parts do not make up {row['total']}"]
    if rest and (rest < LEAST or row["hidden"] < 2):
        return [f"quality: {row['topic']}: what is withheld follows from the rest"]
    return []


def _recounted(release: Opened, topic: str, query: str) -> list[str]:
    """What the table says of a topic and the cells do not, or the other way round."""
    names = "key, grain, number, total"
    # Of a whole that is nobody both may tell 0 of 0, or be silent.
    said = f"SELECT {names} FROM quality WHERE topic = '{topic}' AND total > 0"  # noqa: S608
    found = f"SELECT {names} FROM ({query}) WHERE total > 0"  # noqa: S608
    wrong = release.rows(f"({said} EXCEPT {found}) UNION ({found} EXCEPT {said}) ORDER BY ALL")
    return [
        f"quality: {topic} {row['key']} {row['grain']}: {row['number']} of {row['total']} is told "
        "by the table alone, or by the cells alone"
        for row in wrong
    ]


def _by(release: Opened) -> str:
    """The dimensions of a cell, joined by +, as the table names them."""
    names = (f"CASE WHEN {quoted(n)} <> 'all' THEN '{n}' END" for n in release.dimensions)
    return f"coalesce(nullif(concat_ws('+', {', '.join(names)}), ''), 'city')"
