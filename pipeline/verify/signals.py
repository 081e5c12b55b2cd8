"""The table `warnings`: signals of closed quarters, where the cases they are made of are told.

A reading of its own: it shares nothing with what made the table (pipeline/signals.py).
"""

from datetime import date

from metrics.periods import closed
from pipeline.verify.opened import Opened, is_period, quoted
from pipeline.verify.report import Check

LEAST = 5  # cases in every signal

RULES = (
    (
        "w.withheld IS NULL AND (w.signals >= 0) IS NOT TRUE "
        "OR w.withheld IS NOT NULL AND w.signals IS NOT NULL",
        "neither a number nor a reason for having none, or both",
    ),
    ("w.area <> 'all' AND w.category <> 'all'", "by area and category together"),
    ("w.signals IS NOT NULL AND r.numerator IS NULL", "its cases are not told"),
    # A signal may begin in the last days of the quarter before.
    (
        f"{LEAST} * w.signals > r.numerator + coalesce(b.numerator, r.numerator)",
        f"more signals than {LEAST} cases each allow",
    ),
)
JOINED = """
    SELECT w.* FROM warnings AS w
    LEFT JOIN volume AS r ON (r.period, r.area, r.category) = (w.period, w.area, w.category)
    LEFT JOIN before AS o ON o.period = w.period
    LEFT JOIN volume AS b ON (b.period, b.area, b.category) = (o.earlier, w.area, w.category)
    WHERE {wrong}
"""
SUMS = """
    SELECT period, any_value(signals) FILTER (area = 'all' AND category = 'all') AS whole,
        coalesce(sum(signals) FILTER (area <> 'all'), 0) AS areas,
        coalesce(sum(signals) FILTER (category <> 'all'), 0) AS categories
    FROM warnings GROUP BY period HAVING whole IS NULL OR areas <> whole OR categories <> whole
"""


def signals(release: Opened) -> Check:
    """Whether each number may be told, is possible, and adds up by area and by category."""
    as_of = date.fromisoformat(release.manifest["as_of"])
    periods = [row["period"] for row in release.rows("SELECT DISTINCT period FROM warnings")]
    failed = [
        f"warnings: {period}: not a quarter that has ended"
        for period in periods
        if not is_period("quarter", period) or not closed(period, as_of)
    ]
    if not failed:
        _prepare(release, periods)
        failed += [
            f"warnings: {row['period']} {row['area']} {row['category']}: {text}"
            for wrong, text in RULES
            for row in release.rows(JOINED.format(wrong=wrong))
        ]
        failed += [
            f"warnings: {row['period']}: {row['whole']} in all, {row['areas']} by area, "
            f"{row['categories']} by category"
            for row in release.rows(SUMS)
        ]
    told = release.number("SELECT coalesce(sum(signals), 0) FROM warnings WHERE "
                          "area = 'all' AND category = 'all'")  # fmt: skip
    why = ("whether there were these signals: days are not in the release",)
    return Check("warnings", f"{told} signals in {len(periods)} quarters", tuple(failed), why)


def _prepare(release: Opened, periods: list[str]) -> None:
    """What came in by area or category, and the quarter before each quarter."""
    others = [name for name in release.dimensions if name not in ("area", "category")]
    whole = " AND ".join(f"{quoted(name)} = 'all'" for name in others)
    release.database.execute(
        "CREATE TEMP TABLE volume AS SELECT period, area, category, numerator FROM cells "  # noqa: S608
        f"WHERE metric = 'received' AND grain = 'quarter' AND {whole}"
    )
    release.database.execute("CREATE TEMP TABLE before(period VARCHAR, earlier VARCHAR)")
    for period in periods:
        year, quarter = int(period[:4]), int(period[-1])
        earlier = f"{year}-Q{quarter - 1}" if quarter > 1 else f"{year - 1}-Q4"
        release.database.execute("INSERT INTO before VALUES (?, ?)", [period, earlier])
