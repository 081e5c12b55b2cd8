"""The statements of a release about its data, put in order for readers."""

from collections.abc import Sequence
from dataclasses import dataclass

from data_access.quality import Row
from metrics.measure import FEW, PROTECTED

SMALLEST = 0.0001  # a share below it is told as "under"


@dataclass(frozen=True)
class Hidden:
    """A table of published cells: how many there are, and how many are withheld and why.

    `hidden` of `cases` received are not shown in it; None for a table that does not tell them.
    """

    key: str
    grain: str
    cells: int
    few: int
    protected: int
    hidden: int | None
    cases: int | None


def of(told: Sequence[Row], topic: str) -> list[Row]:
    """The rows of one topic, in the order told."""
    return [row for row in told if row.topic == topic]


def withheld_by_table(told: Sequence[Row]) -> list[Hidden]:
    """The tables of which something is withheld, the greatest share of cells first."""
    counts: dict[tuple[str, str], dict[str, Row]] = {}
    for row in of(told, "cells"):
        key, reason = row.key.split(" ", 1)
        counts.setdefault((key, row.grain), {})[reason] = row
    cases = {(row.key, row.grain): row for row in of(told, "cases")}
    found = [_hidden(table, rows, cases.get(table)) for table, rows in counts.items()]
    return sorted(found, key=lambda one: -(one.few + one.protected) / one.cells)


def _hidden(table: tuple[str, str], rows: dict[str, Row], cases: Row | None) -> Hidden:
    numbers = {reason: row.number or 0 for reason, row in rows.items()}
    total = next(iter(rows.values())).total or 0
    return Hidden(
        *table, total, numbers.get(FEW, 0), numbers.get(PROTECTED, 0),
        cases.number if cases else None, cases.total if cases else None,
    )  # fmt: skip


def share(number: int | None, total: int | None) -> str:
    """A share in percent; what is hardly anything is never rounded to nothing, nor all but to all.

    A dash where there is no number, or nothing that it could be a share of.
    """
    if number is None or not total:
        return "–"
    if number in (0, total):
        return "100%" if number else "0%"
    part = number / total
    if 0 < part < SMALLEST:
        return f"<{SMALLEST:.2%}"
    if 1 - SMALLEST < part < 1:
        return f">{1 - SMALLEST:.2%}"
    return f"{part:.2%}" if part < SMALLEST * 100 else f"{part:.1%}"
