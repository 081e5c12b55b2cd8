"""Write the generated documents: python -m tools.docs. A test fails if they are out of date."""

from data_access.settings import PROJECT
from metrics import lattice, registry
from metrics.model import Metric

DICTIONARY = PROJECT / "docs" / "dictionary.md"
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
        ("kind, unit", f"{metric.kind}, {metric.unit}; {metric.direction.replace('_', ' ')}"),
        ("dated by", f"`{metric.dated_by}`"),
        ("slices", ", ".join(metric.slices)),
        ("numerator", f"`{metric.numerator}`<br>{zh.numerator}<br>{en.numerator}"),
    ]
    if metric.denominator:
        words = f"{zh.denominator}<br>{en.denominator}"
        rows.append(("denominator", f"`{metric.denominator}`<br>{words}"))
    counts = str(metric.example.numerator)
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


if __name__ == "__main__":
    DICTIONARY.write_text(dictionary(), "utf-8")
