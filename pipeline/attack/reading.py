"""Read releases of one city into quantities and the sums between them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.attack import files, quantities, sums, trees
from pipeline.attack.bounds import Ints, System
from pipeline.attack.files import Published
from pipeline.attack.quantities import BASE, DIFFERENCE, NUMERATOR, Name
from pipeline.attack.sums import Cells, Grid, Sums, stack
from pipeline.attack.trees import Tree
from pipeline.attack.versions import linked

PARTS = (BASE, NUMERATOR, DIFFERENCE)


@dataclass(frozen=True)
class Placed:
    """A grid among all cells of the reading: its cell i is cell `offset` + i there.

    `base` says whether a threshold is about it: it is the base of some metric.
    """

    release: int
    name: Name
    base: bool
    offset: int
    grid: Grid


@dataclass(frozen=True)
class Reading:
    """All that some releases of a city tell. `low` and `high`: what each cell says by itself.

    `withheld` has a row per withheld cell of the files: their columns, the number of the release,
    and where its quantities are among the cells, -1 for none. `alone` is `system` without what
    versions tell of each other.
    """

    releases: tuple[Published, ...]
    trees: tuple[Tree, ...]
    grids: tuple[Placed, ...]
    withheld: pd.DataFrame
    low: Ints
    high: Ints
    alone: System
    system: System

    def pairs(self) -> Iterator[tuple[Placed, Placed]]:
        """Grids of the same quantity in releases that follow each other."""
        names = {item.name for item in self.grids}
        return _successive(self.grids, sorted(names))


def read(folders: Sequence[Path]) -> Reading:
    """Read the releases of one city, in any order."""
    found = [files.read(folder) for folder in folders]
    releases = tuple(sorted(found, key=lambda release: (release.as_of, release.name)))
    grown = _trees(releases)
    placed: list[Placed] = []
    withheld = []
    for number, release in enumerate(releases):
        new = _grids(release, number, grown, placed[-1].offset + len(placed[-1].grid.low)
                     if placed else 0)  # fmt: skip
        placed += new
        withheld.append(_withheld(release, number, grown, new))
    return _reading(releases, grown, placed, pd.concat(withheld, ignore_index=True))


def _reading(
    releases: tuple[Published, ...], grown: list[Tree], placed: list[Placed], withheld: pd.DataFrame
) -> Reading:
    names = sorted({item.name for item in placed})
    known = sum(len(item.grid.low) for item in placed)
    couples = (((a.offset, a.grid), (b.offset, b.grid)) for a, b in _successive(placed, names))
    changes = linked(couples, known, grown[0])
    size = known + changes.low.size
    within = [_sums(item) for item in placed] + list(_differences(releases, placed))
    return Reading(
        releases, tuple(grown), tuple(placed), withheld,
        np.concatenate([*(item.grid.low for item in placed), changes.low]),
        np.concatenate([*(item.grid.high for item in placed), changes.high]),
        stack(size, within), stack(size, [*within, *changes.sums]),
    )  # fmt: skip


def _trees(releases: Sequence[Published]) -> list[Tree]:
    """The trees over the rows of all releases, so that places are the same in each."""
    rows = pd.concat([release.cells for release in releases], ignore_index=True)
    columns = list(dict.fromkeys(name for item in releases for name in item.dimensions))
    rows[columns] = rows[columns].fillna(files.ALL)  # an older file may have fewer dimensions
    sensitive = frozenset().union(*(release.sensitive for release in releases))
    grown = [trees.grow(chain, rows, sensitive) for chain in trees.chains(columns)]
    return [trees.grow_time(rows["period"]), *grown]


def _places(rows: pd.DataFrame, grown: Sequence[Tree]) -> Ints:
    missing = {name for tree in grown for name in tree.columns} - {*rows.columns}
    rows = rows.assign(**dict.fromkeys(missing, files.ALL))
    return np.stack([trees.nodes(tree, rows) for tree in grown], axis=1)


def _quantities(release: Published) -> dict[str, dict[str, Name]]:
    ratios = quantities.ratios(release)
    return {
        metric: quantities.of(metric, release.definitions.get(metric), metric in ratios)
        for metric in sorted(set(release.cells["metric"]))
    }


def _grids(release: Published, number: int, grown: list[Tree], offset: int) -> list[Placed]:
    """One grid for each quantity that a release tells of, in whichever metrics."""
    told: dict[Name, list[Cells]] = {}
    bases = set()
    for metric, parts in _quantities(release).items():
        rows = release.cells[release.cells["metric"] == metric]
        places = _places(rows, grown)
        bases.add(parts[BASE])
        for part, name in parts.items():
            low, high = quantities.intervals(rows, part, ratio=len(parts) > 1)
            # A numerator may be small where its share is told.
            least = rows["least"].to_numpy(np.int64) * (part == BASE)
            told.setdefault(name, []).append(Cells(places, low, high, least))
    placed = []
    for name, cells in told.items():
        grid = sums.grid(_merged(cells, grown), grown, release.as_of)
        placed.append(Placed(number, name, name in bases, offset, grid))
        offset += len(grid.low)
    return placed


def _merged(cells: Sequence[Cells], grown: list[Tree]) -> Cells:
    """What several metrics say of the same places, taken together where it agrees."""
    nodes = np.concatenate([item.nodes for item in cells])
    low, high, least = (
        np.concatenate([getattr(item, name) for item in cells]) for name in ("low", "high", "least")
    )
    _, first, place = np.unique(sums.keys_of(nodes, grown), return_index=True, return_inverse=True)
    most_low, most_high, most_least = low[first], high[first], least[first]
    np.maximum.at(most_low, place, low)
    np.minimum.at(most_high, place, high)
    np.maximum.at(most_least, place, least)
    agree = most_low <= most_high
    return Cells(
        nodes[first],
        np.where(agree, most_low, low[first]),
        np.where(agree, most_high, high[first]),
        most_least,
    )


def _withheld(
    release: Published, number: int, grown: list[Tree], placed: list[Placed]
) -> pd.DataFrame:
    rows = release.cells[release.hidden]
    keys = sums.keys_of(_places(rows, grown), grown)
    found = rows.assign(release=number, **{f"cell_{part}": -1 for part in PARTS})
    grids = {item.name: item for item in placed}
    for metric, parts in _quantities(release).items():
        mine = (rows["metric"] == metric).to_numpy()
        for part, name in parts.items():
            item = grids[name]
            listed = item.grid.keys[: item.grid.listed]  # sorted, see _merged
            place = np.searchsorted(listed, keys[mine]) + item.offset
            found.loc[mine, f"cell_{part}"] = place
    return found


def _sums(item: Placed) -> Sums:
    made = item.grid.system
    return made.totals + item.offset, made.owners, made.parts + item.offset


def _differences(releases: Sequence[Published], placed: Sequence[Placed]) -> Iterator[Sums]:
    """Of each ratio: base = numerator + difference, in every place."""
    grids = {(item.release, item.name): item for item in placed}
    ratios = {
        (number, parts[BASE], parts[NUMERATOR], parts[DIFFERENCE])
        for number, release in enumerate(releases)
        for parts in _quantities(release).values() if len(parts) > 1
    }  # fmt: skip
    for number, base, counted, rest in sorted(ratios):
        three = [grids[number, name] for name in (base, counted, rest)]
        keys = reduce(np.intersect1d, (one.grid.keys for one in three))
        keys = keys[keys >= 0]
        cells = [_find(one.grid.keys, keys) + one.offset for one in three]
        own = np.arange(keys.size)
        yield cells[0], np.concatenate([own, own]), np.concatenate(cells[1:])


def _find(keys: Ints, wanted: Ints) -> Ints:
    order = np.argsort(keys, kind="stable")
    found: Ints = order[np.searchsorted(keys[order], wanted)]
    return found


def _successive(
    placed: Sequence[Placed], names: Sequence[object]
) -> Iterator[tuple[Placed, Placed]]:
    for name in names:
        yield from pairwise(item for item in placed if item.name == name)
