"""Write the generated documents: python -m tools.docs. A test fails if they are out of date."""

from collections.abc import Callable
from importlib.metadata import version
from typing import Any

from sqlalchemy import Column

import cities
from cities import ROOT
from cities.clock import FIRST_YEAR, LAST_YEAR
from data_access.cases import engine  # noqa: F401 - it loads all that have tables
from data_access.cases.kinds import KINDS
from data_access.cases.schema import Base
from data_access.settings import PROJECT
from metrics import lattice, registry
from metrics.model import Metric, formula
from tools import exchange

FOLDER = PROJECT / "docs"
INTRODUCTION = """# Dictionary 数据字典

Generated from `metrics/definitions/` and `metrics/lattice.toml` by `make docs`; do not edit.
"""


def dictionary() -> str:
    """Every metric in both languages, and the tables that are published."""
    parts = [INTRODUCTION, *(_metric(metric) for metric in registry.everything().values())]
    return "\n".join([*parts, _lattice()])


def _metric(metric: Metric) -> str:
    zh, en = metric.wording["zh"], metric.wording["en"]
    rows = [
        (
            "topic, kind, unit",
            f"{metric.topic}, {metric.kind}, {metric.unit}; {metric.direction.replace('_', ' ')}",
        ),
        ("dated by", f"`{metric.dated_by}`"),
        ("slices", ", ".join(metric.slices)),
        ("numerator", f"{zh.numerator}<br>{en.numerator}"),
    ]
    if metric.denominator:
        words = f"{zh.denominator}<br>{en.denominator}"
        rows.append(("denominator", words))
    rows.append(("formula", f"`{formula(metric)}`"))
    counts = str(metric.example.value or metric.example.numerator)
    if metric.example.denominator is not None:
        counts += f" of {metric.example.denominator}"
    rows += [
        ("why", f"{zh.why}<br>{en.why}"),
        ("source", f"{metric.source.title}: {metric.source.clause}"),
        ("worked example", f"{len(metric.example.given)} cases give {counts}"),
        ("review due", str(metric.review.due)),
    ]
    table = "\n".join(f"| {name} | {value} |" for name, value in rows)
    return f"## `{metric.id}` {zh.name} / {en.name}\n\n| | |\n|---|---|\n{table}\n"


def _lattice() -> str:
    rows = "\n".join(
        f"| {', '.join(f'`{name}`' for name in table.metrics)} | {', '.join(table.by) or 'city'} "
        f"| {', '.join(table.grains)} | {table.threshold} |"
        for table in lattice.tables()
    )
    head = "| metrics | by | periods | fewest cases |\n|---|---|---|---|"
    return f"## What is published\n\n{head}\n{rows}\n"


def model() -> str:
    """The case database as a diagram, straight from its models."""
    versions = {kind.versions for kind in KINDS}
    tables = [table for table in Base.metadata.sorted_tables if table not in versions]
    lines = ["erDiagram"]
    for table in tables:
        lines.append(f"    {table.name} {{")
        lines += [f"        {_column(column)}" for column in table.columns]
        lines.append("    }")
    for table in tables:
        for key in sorted(table.foreign_keys, key=lambda key: key.parent.name):
            to, by = key.column.table.name, key.parent.name
            lines.append(f"    {to} ||--o{{ {table.name} : {by}")
    diagram = "\n".join(lines)
    return f"""# The case database 工单库

Generated from `data_access/cases/schema.py` and `records.py` by `make docs`; do not edit.
What each table and column is for is said there. Times are kept in UTC. For each kind of record
there is a table of the same columns with `_versions` in its name: what a batch changed, as it
stood before.

```mermaid
{diagram}
```
"""


def _column(column: Column[Any]) -> str:
    kind = type(column.type).__name__.removeprefix("Utc").lower()
    mark = " PK" if column.primary_key else " FK" if column.foreign_keys else ""
    return f"{kind} {column.name}{mark}" + (' "may be empty"' if column.nullable else "")


def calendar() -> str:
    """How deadlines are counted, how far the calendar reaches, and each city's limits."""
    cities_with_limits = [
        city for city in cities.known() if (ROOT / city / "deadlines.toml").exists()
    ]
    rows = "\n".join(
        f"| {city} | {nature} | {_limit(limit)} | {cities.deadlines(city).source}"
        f"{' (reference only)' if cities.deadlines(city).reference else ''} |"
        for city in cities_with_limits
        for nature, limit in cities.deadlines(city).limits.items()
    )
    return f"""# Deadlines and the calendar 办理期限与日历

Generated from `cities/clock.py` and `cities/*/deadlines.toml` by `make docs`; do not edit.

- Working days follow the State Council's notices, make-up days included, as the package
  `chinesecalendar` {version("chinesecalendar")} knows them: **{FIRST_YEAR} to {LAST_YEAR}**.
- A deadline that falls after {LAST_YEAR}-12-31 is counted in plain weekdays and marked provisional.
  Late December of {LAST_YEAR} can still change with the notice for {LAST_YEAR + 1}.
- The day of receipt does not count; the last day ends at 24:00 local. Hours count from the moment.
- A pause stops the clock only where a city asks for it; none does.

| city | nature of the case | limit | rule |
|---|---|---|---|
{rows}

Cities that are not listed bring their deadlines with their cases.
"""


def _limit(limit: cities.Limit) -> str:
    return f"{limit.working_days} working days" if limit.working_days else f"{limit.hours} hours"


DOCUMENTS: dict[str, Callable[[], str]] = {
    "dictionary.md": dictionary,
    "model.md": model,
    "calendar.md": calendar,
    "exchange.md": exchange.document,
}

if __name__ == "__main__":
    for name, text in DOCUMENTS.items():
        (FOLDER / name).write_text(text(), "utf-8")
    exchange.write_template(FOLDER)
