"""The attacker: what can be worked out from the files of releases, by somebody who has only these.

It reads the published files itself and knows what the public knows: the lattice, the definitions,
the city's profile and the rules of suppression. It shares no code with what makes a release.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.attack import audit, open_cases, pairs, rates, reading, statements
from pipeline.attack.bounds import WIDTH, Ints, propagate
from pipeline.attack.files import ALL
from pipeline.attack.reading import PARTS, Placed, Reading
from pipeline.attack.scan import Values, scan

DEFAULT_SHOWN = 20


@dataclass(frozen=True)
class Recovered:
    """Something that a release was meant to withhold, and by which attack it was found.

    `low` and `high` bound what was recovered; a leaked value of a caller has none.
    """

    release: str
    cell: str
    how: str
    what: str
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True)
class Report:
    """What was attacked, in numbers, and what was recovered: nothing, if it is safe.

    `empty` are withheld cells known to hold nobody. They are told apart, because a total of which
    nothing is left, such as no late case at all, says so of each of its parts and of no person.
    """

    checked: dict[str, int]
    recovered: tuple[Recovered, ...]
    empty: tuple[Recovered, ...] = ()


def attack(
    folders: Sequence[Path],
    values: Iterable[str] = (),
    vocabulary: Iterable[str] = (),
    exact: bool = True,
) -> Report:
    """Attack the releases of one city together.

    `values` are what callers told of themselves, searched for in every file. `vocabulary` are the
    public texts, the city's names of places, units and categories: a value inside one is no leak.
    Unless `exact`, the linear programmes, which take most of the time, are left out.
    """
    told = reading.read(folders)
    alone = propagate(told.alone, told.low, told.high)
    both = propagate(told.system, *alone)
    low, high, solved = audit.audit(told, *both) if exact else (*both, 0)
    steps = {"bounds": alone, "versions": both, "linear programme": (low, high)}
    narrow = _narrow(told, steps)
    sought = Values(values, vocabulary)
    rest = [*_remainders(told, *both), *_shown(told), *_rows(told), *_statements(told)]
    rest += _leaked(told, sought)
    checked = {
        "releases": len(told.releases),
        "cells": sum(len(release.cells) for release in told.releases),
        "withheld": len(told.withheld),
        "quantities": told.low.size,
        "sums": told.system.totals.size,
        "contradicted sums": sum(item.grid.contradicted for item in told.grids),
        "linear programmes": solved,
        "caller values": len(sought.all),
    }
    return Report(
        checked,
        tuple([one for one in narrow if one.high != 0] + rest),
        tuple(one for one in narrow if one.high == 0),
    )


def summary(report: Report, most: int = DEFAULT_SHOWN) -> str:
    """The report in words, without any value of a caller."""
    lines = [f"{name}: {count}" for name, count in report.checked.items()]
    lines.append(f"known to be empty: {len(report.empty)}")
    lines.append(f"recovered: {len(report.recovered)}")
    for one in report.recovered[:most]:
        interval = "" if one.low is None else f" in {one.low}..{one.high}"
        lines.append(f"  {one.release}: {one.cell}: {one.what}{interval} ({one.how})")
    return "\n".join(lines)


def _narrow(told: Reading, steps: dict[str, tuple[Ints, Ints]]) -> list[Recovered]:
    """The withheld cells of which some quantity is bounded, by the first attack that did it."""
    found, done = [], np.zeros((len(told.withheld), len(PARTS)), dtype=bool)
    for how, (low, high) in steps.items():
        for column, part in enumerate(PARTS):
            cells = told.withheld[f"cell_{part}"].to_numpy(np.int64)
            hit = (cells >= 0) & ~done[:, column] & (high[cells] - low[cells] < WIDTH)
            done[:, column] |= hit
            rows = told.withheld[hit].to_dict("records")
            for row, cell in zip(rows, cells[hit], strict=True):
                name = told.releases[row["release"]].name
                ends = int(low[cell]), int(high[cell])
                found.append(Recovered(name, _row(told, row), how, part, *ends))
    return found


def _remainders(told: Reading, low: Ints, high: Ints) -> list[Recovered]:
    return [
        Recovered(
            told.releases[item.release].name, _place(told, item, one.cell - item.offset),
            "change between versions" if one.versions else "remainder", "cases",
            one.cases, one.cases,
        )
        for one in pairs.small(told, low, high)
        for item in told.grids
        if item.offset <= one.cell < item.offset + len(item.grid.low)
    ]  # fmt: skip


def _shown(told: Reading) -> list[Recovered]:
    """Small numbers, numbers beside the reason for withholding them, rates that pin their base."""
    found = []
    for release in told.releases:
        cells = release.cells
        numbers = cells.select_dtypes("number").columns.drop(["threshold", "least"])
        shown = cells["withheld"].notna() & cells[numbers].notna().any(axis=1)
        names = [_row(told, row) for row in cells[shown | release.small].to_dict("records")]
        found += [Recovered(release.name, name, "shown", "number") for name in names]
        for place, text, cases in rates.told(release):
            name = _row(told, cells.iloc[[place]].to_dict("records")[0])
            found.append(Recovered(release.name, name, f"rate {text}", "base", cases, cases))
    return found


def _rows(told: Reading) -> list[Recovered]:
    """What rows of the open data give away beside the cells and beside each release before."""
    folders = [None, *(release.folder for release in told.releases)]
    return [
        Recovered(release.name, one.where, one.how, one.what, one.cases, one.cases)
        for before, release in zip(folders, told.releases, strict=False)
        for one in open_cases.told(release.folder, before)
    ]


def _statements(told: Reading) -> list[Recovered]:
    """What the tables about data and early warning give away beside the cells."""
    return [
        Recovered(release.name, *one) for release in told.releases
        for one in statements.told(release)
    ]  # fmt: skip


def _leaked(told: Reading, values: Values) -> list[Recovered]:
    return [
        Recovered(
            release.name, f"{leak.file}: {leak.where}", "scan",
            f"a caller's value of {leak.characters} characters",
        )
        for release in (told.releases if values.all else ())
        for leak in scan(release.folder, values)
    ]  # fmt: skip


def _row(told: Reading, cell: Mapping[Hashable, Any]) -> str:
    names = [column for tree in told.trees[1:] for column in tree.columns if column in cell]
    return " ".join(str(cell[name]) for name in ["metric", "period", *names] if cell[name] != ALL)


def _place(told: Reading, item: Placed, cell: int) -> str:
    paths = [tree.names[n][1] for n, tree in zip(item.grid.nodes[cell], told.trees, strict=True)]
    return " ".join(
        [" and ".join(filter(None, item.name[2:])), *(name for path in paths for name in path)]
    )
