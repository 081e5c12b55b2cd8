"""Each cell by itself: in the lattice, above its threshold, possible, withheld without number."""

from pipeline.verify.opened import SHOWN, Opened, quoted
from pipeline.verify.report import Check

# What is wrong with a cell, and the text of it; both are expressions over `checked`.
RULES = (
    ("threshold IS NULL OR kind IS NULL", "'no table of the lattice has it'"),
    ("valid IS NOT TRUE", "'no such period'"),
    ("cut <> '' AND valid AND NOT closed", "'a slice of a period that has not ended'"),
    (
        "withheld IS NOT NULL AND coalesce(numerator, denominator, value, p90) IS NOT NULL",
        "'withheld, yet it carries a number'",
    ),
    (
        "withheld IS NULL AND (numerator BETWEEN 0 AND base) IS NOT TRUE",
        "'not a possible count'",
    ),
    (  # either may be missing: beyond the longest duration that is told apart
        "kind = 'duration' AND NOT (0 <= coalesce(value, 0) "
        "AND coalesce(value, 'inf') <= coalesce(p90, 'inf'))",
        "'not a possible median and 90th percentile'",
    ),
    ("kind <> 'duration' AND coalesce(value, p90) IS NOT NULL", "'a median of no duration'"),
    (
        "withheld IS NULL AND numerator <= base AND base < threshold",
        "'rests on fewer than ' || threshold || ' cases'",
    ),
)


def about(release: Opened) -> Check:
    """Whether the database says of itself what the manifest says."""
    told = {row["key"]: row["value"] for row in release.rows("SELECT key, value FROM about")}
    manifest, failed = release.manifest, []
    if told["label"] != manifest["label"] or bool(told["label"]) != manifest["synthetic"]:
        failed.append("the label of simulated data is missing or not the manifest's")
    for name in ("city", "as_of"):
        if told[name] != manifest[name]:
            failed.append(f"{name} is {told[name]} where the manifest says {manifest[name]}")
    return Check("database", "city, day and label against the manifest", tuple(failed))


def rows(release: Opened) -> Check:
    """Whether every table has as many rows as the manifest says."""
    failed, tables = [], release.manifest["tables"]
    there = {row["table_name"] for row in release.rows(
        "SELECT table_name FROM information_schema.tables "
        "WHERE table_schema = 'main' AND table_catalog <> 'temp'"
    )} - {"about"}  # fmt: skip
    for name in sorted(there ^ tables.keys()):
        failed.append(f"{name}: {'not in the manifest' if name in there else 'missing'}")
    for name in sorted(there & tables.keys()):
        count = release.number(f"SELECT count(*) FROM {quoted(name)}")  # noqa: S608
        if count != tables[name]["rows"]:
            said = tables[name]["rows"]
            failed.append(f"{count} {name} where the manifest says {said}")
    return Check("tables", f"rows of {len(tables)} tables", tuple(failed))


def cells(release: Opened) -> Check:
    """Whether each cell may be there, and is told once."""
    failed: list[str] = []
    for wrong, text in RULES:
        query = f"SELECT *, {text} AS text FROM checked WHERE {wrong}"  # noqa: S608 - our own texts
        failed += _named(release, query)
    keys = ", ".join(["metric", "grain", "period", *map(quoted, release.dimensions)])
    failed += _named(
        release,
        f"SELECT *, 'told more than once' AS text FROM checked "  # noqa: S608
        f"QUALIFY count(*) OVER (PARTITION BY {keys}) > 1",
    )
    shown = release.number("SELECT count(*) FROM checked WHERE withheld IS NULL")
    hidden = release.number("SELECT count(*) FROM checked WHERE withheld IS NOT NULL")
    why = (
        f"the numbers of {hidden} withheld cells: they are not in the release. "
        "`python -m pipeline.attack` tries to work them out"
    )
    times = release.number("SELECT count(value) FROM checked")
    medians = f"{times} medians and 90th percentiles: single durations are not in the release"
    said = f"{shown} shown, {hidden} withheld, by the release's own lattice"
    unchecked = [why] * bool(hidden) + [medians] * bool(times)
    return Check("cells", said, tuple(failed), tuple(unchecked))


def _named(release: Opened, query: str) -> list[str]:
    found = release.rows(f"{query} LIMIT {SHOWN + 1}")
    named = [f"{release.name(row)}: {row['text']}" for row in found[:SHOWN]]
    if len(found) > SHOWN:
        count = release.number(f"SELECT count(*) FROM ({query})")  # noqa: S608
        named.append(f"and {count - SHOWN} more cells: {found[0]['text']}")
    return named
