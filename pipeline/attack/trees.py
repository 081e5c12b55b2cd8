"""The ways in which cells are cut, as trees: time, and one for each chain of nested dimensions.

A cell is one node in each tree, and lies in every ancestor of that node. Node 0 is the whole. How
finely a node cuts has two numbers: its depth, and its detail, 0 where sensitive categories are
told as one and 1 elsewhere. Cells of more depth or detail add up to those of less; the whole has
neither.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from metrics.periods import GRAINS, after, first_day, label, months
from pipeline.attack.bounds import Ints
from pipeline.attack.files import ALL, INSIDE, SENSITIVE

TIME = GRAINS[::-1]  # by depth, coarsest first

Path = tuple[str, ...]
Node = tuple[int, Path]  # detail, and the names from the whole down
Sensitive = frozenset[Path]
Above = dict[Node, dict[tuple[int, int], Node]]  # by depth and detail, itself included
ROOT: Node = (0, ())


@dataclass(frozen=True)
class Tree:
    """`ancestors[node, depth, detail]` is the node above a node that cuts so finely, or -1.

    `levels` (nodes, 2) are depth and detail of each node. Each node is its own ancestor.
    """

    columns: Path
    names: tuple[Node, ...]
    levels: Ints
    ancestors: Ints


def chains(dimensions: Iterable[str]) -> list[Path]:
    """Dimensions with the ones nested in them: (unit,), (area, town), (category, category2)."""
    names = tuple(dimensions)
    inner = {outer: name for name, outer in INSIDE.items() if {name, outer} <= {*names}}
    roots = [name for name in names if name not in inner.values()]
    return [(name, inner[name]) if name in inner else (name,) for name in roots]


def grow(columns: Path, rows: pd.DataFrame, sensitive: Sensitive) -> Tree:
    """The tree of one chain of dimensions, over rows that also say whether they are `pooled`."""
    values = rows[[*columns, "pooled"]].drop_duplicates()
    told = {_node(columns, row) for row in values.itertuples(index=False, name=None)}
    every = {(detail, path[:n]) for detail, path in told for n in range(1, len(path) + 1)}
    if any(detail == 0 for detail, _ in every):
        every |= {(0, pool(path, sensitive)) for _, path in every}
    above: Above = {ROOT: {}}
    for detail, path in sorted(every):
        depths = range(1, len(path) + 1)
        steps = {(n, detail): (detail, path[:n]) for n in depths}
        if (0, pool(path, sensitive)) in every:
            steps |= {(n, 0): (0, pool(path[:n], sensitive)) for n in depths}
        above[detail, path] = steps
    return _tree(columns, above, len(columns))


def pool(path: Path, sensitive: Sensitive) -> Path:
    """The name of a category where sensitive ones are told as one."""
    if path[:1] in sensitive:
        return (SENSITIVE,) * len(path)
    return (path[0], SENSITIVE) if path in sensitive else path


def grow_time(periods: Iterable[str]) -> Tree:
    """The tree of all periods, with the coarser ones that hold them."""
    above: Above = {ROOT: {}}
    for name in sorted({*periods} - {ALL}):
        steps = [(1, _period(name, grain)) for grain in TIME[1 : TIME.index(grain_of(name)) + 1]]
        for depth, node in enumerate(steps, start=1):
            above[node] = {(n, 1): step for n, step in enumerate(steps[:depth], start=1)}
    return _tree(("period",), above, len(TIME) - 1)


def nodes(tree: Tree, rows: pd.DataFrame) -> Ints:
    """The node of each row."""
    place = {node: number for number, node in enumerate(tree.names)}
    columns = [*tree.columns, "pooled"]
    values = rows[columns].drop_duplicates()
    found = [place[_node(tree.columns, row)] for row in values.itertuples(index=False, name=None)]
    told = rows[columns].merge(values.assign(node=found), how="left", on=columns)
    return told["node"].to_numpy(np.int64)


def expected(time: Tree, listed: Ints, as_of: date) -> Ints:
    """Array (nodes, depths): how many periods of a depth a node holds, as far as there are data.

    Data begin with the earliest period of the finest grain that is listed; they end with the
    latest one or on the day before the as-of date, whichever is later.
    """
    depths = time.levels[:, 0]
    found = np.zeros((len(time.names), len(TIME)), dtype=np.int64)
    finest = listed[depths[listed] == depths[listed].max(initial=1)]
    if not finest.size:
        return found
    names = [time.names[node][1][0] for node in finest]
    first, end = min(map(first_day, names)), max(as_of, *map(after, names)) - timedelta(1)
    place = {path: node for node, (_, path) in enumerate(time.names)}
    covered = months((first.year, first.month), (end.year, end.month))
    for depth, grain in enumerate(TIME):
        for name in {label(year, month, grain) for year, month in covered}:
            for coarser in TIME[: depth + 1]:
                if (node := place.get(_period(name, coarser))) is not None:
                    found[node, depth] += 1
    return found


def grain_of(period: str) -> str:
    """The calendar grain of a label."""
    if period == ALL or "Q" in period:
        return ALL if period == ALL else "quarter"
    return "year" if len(period) == 4 else "month"


def _period(name: str, grain: str) -> Path:
    """The path of the period of a grain that holds another."""
    if ALL in (grain, name):
        return ()
    return (label(first_day(name).year, first_day(name).month, grain),)


def _node(columns: Path, row: tuple[object, ...]) -> Node:
    """What a row names, without the dimensions at its end that are not narrowed."""
    values = [str(value) for value in row[:-1]]
    named = [place for place, value in enumerate(values) if value != ALL]
    path = tuple(values[: max(named, default=-1) + 1])
    pooled = bool(row[-1]) and columns[0] == "category"
    return (0 if pooled or not path else 1, path)


def _tree(columns: Path, above: Above, depth: int) -> Tree:
    place = {node: number for number, node in enumerate(above)}
    ancestors = np.full((len(above), depth + 1, 2), -1)
    ancestors[:, 0] = 0
    levels = np.zeros((len(above), 2), dtype=np.int64)
    for node, steps in above.items():
        levels[place[node]] = max(
            (at for at, step in steps.items() if step == node), default=(0, 0)
        )
        for (n, detail), step in steps.items():
            ancestors[place[node], n, detail] = place[step]
    return Tree(columns, tuple(above), levels, ancestors)
