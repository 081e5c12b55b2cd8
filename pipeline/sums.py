"""The sums that a reader of the release knows to hold between its cells.

A cell is a row of the published table. Whoever reads it knows that a table adds up to its margins,
months to quarters and quarters to years, and that metrics with the same base share it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import combinations, pairwise

import numpy as np
import pandas as pd

from cities import City
from data_access.published import ALL, DIMENSIONS, SENSITIVE
from metrics import quantities as counted
from metrics import registry
from metrics.lattice import PARENTS
from metrics.periods import GRAINS, closed, first_day, label
from pipeline.attack.bounds import Flags, Ints, System, system

NESTED = ["category", "category2"]
CHAINS = (("unit",), ("area", "town"), ("category", "category2"), ("reason_code",))
PLACE = ["quantity", "grain", "period", *DIMENSIONS]


def quantities(cells: pd.DataFrame) -> pd.DataFrame:
    """The cells' places, numbered by `cell`: the same base of two metrics is one quantity.

    Rows as in `cells`; columns PLACE and cell.
    """
    places = cells[PLACE[1:]].copy()
    places.insert(
        0,
        "quantity",
        cells["metric"].map(
            {name: counted.base(registry.get(name)) for name in cells["metric"].unique()}
        ),
    )
    return places.assign(cell=places.groupby(PLACE, sort=False).ngroup())


def shared(cells: pd.DataFrame, places: pd.DataFrame) -> Ints:
    """Where a ratio's numerator is what another metric's base is: the two cells, a pair a row."""
    named = {name: registry.get(name) for name in cells["metric"].unique()}
    told = {name: counted.numerator(one) for name, one in named.items() if one.kind == "ratio"}
    if not told:
        return np.zeros((0, 2), np.int64)
    rows = places[cells["metric"].isin(told)].copy()
    rows["quantity"] = cells["metric"].map(told)
    other = places.drop_duplicates("cell")
    found = rows.merge(other, on=PLACE, suffixes=("", "_other"))[["cell", "cell_other"]]
    apart = found[found["cell"] != found["cell_other"]]
    pairs: Ints = apart.drop_duplicates().to_numpy(np.int64)
    return pairs


@dataclass(frozen=True)
class Sums:
    """A system of sums, and the two-way tables in it: the numbers of the sums of each.

    The system is larger than the cells: after them stand totals that are not published, but known
    to be equal to two sums or more.
    """

    system: System
    tables: tuple[Ints, ...]


def known(places: pd.DataFrame, city: City, as_of: date) -> Sums:
    """Every sum between the numbered cells."""
    cells = places.drop_duplicates("cell").reset_index(drop=True)
    links, seen, fresh = [], cells, cells
    while len(fresh):
        found = pd.concat([*_margins(fresh), *_calendar(fresh, cells, as_of)], ignore_index=True)
        found = found.merge(seen.rename(columns={"cell": "total"}), how="left", on=PLACE)
        missing = found["total"].isna()
        first = int(seen["cell"].max()) + 1
        numbers = first + found[missing].groupby(PLACE, sort=False).ngroup()
        found.loc[missing, "total"] = numbers
        fresh = found.loc[missing, PLACE].assign(cell=numbers).drop_duplicates("cell")
        links.append(found)
        seen = pd.concat([seen, fresh], ignore_index=True)
    links += _pools(seen, city)
    return _sums(pd.concat(links, ignore_index=True), seen)


def _sums(links: pd.DataFrame, cells: pd.DataFrame) -> Sums:
    links = links.assign(sum=links.groupby(["total", "way"], sort=False).ngroup())
    first = links.drop_duplicates("sum").sort_values("sum")
    columns = (first["total"], links["sum"], links["part"])
    made = system(len(cells), *(column.to_numpy(np.int64) for column in columns))
    parts = cells.set_index("cell").loc[first["part"]]
    chains = np.stack([(parts[list(names)] != ALL).any(axis=1) for names in CHAINS], axis=1)
    return Sums(made, tuple(_two_way(chains, first["way"] == "time", parts["period"])))


def _two_way(chains: Flags, time: "pd.Series[bool]", period: "pd.Series[str]") -> Iterator[Ints]:
    """Two dimensions in one period, and one dimension over time."""
    inside, over = ~time.to_numpy(), time.to_numpy()
    for pair in combinations(range(len(CHAINS)), 2):
        rest = [place for place in range(len(CHAINS)) if place not in pair]
        mine = inside & ~chains[:, rest].any(axis=1)
        for _, some in pd.Series(np.flatnonzero(mine)).groupby(period.to_numpy()[mine]):
            yield some.to_numpy(np.int64)
    for one in range(len(CHAINS)):
        rest = [place for place in range(len(CHAINS)) if place != one]
        alone = ~chains[:, rest].any(axis=1)
        if (over & alone).any():
            yield np.flatnonzero(alone)


def _margins(cells: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Each cell as a part of the one that is not narrowed by its finest member of a dimension."""
    for name in DIMENSIONS:
        child = [inner for inner, outer in PARENTS.items() if outer == name]
        mine = cells[(cells[name] != ALL) & (cells[child] == ALL).all(axis=1)]
        mine = mine[~_pooled(mine, name)]
        yield mine.rename(columns={"cell": "part"}).assign(**{name: ALL}, way=name)


def _pooled(cells: pd.DataFrame, name: str) -> "pd.Series[bool]":
    """Sensitive categories as one, where their total counts them one by one."""
    single = (cells[["unit", "town"]] == ALL).all(axis=1)
    outer = cells["category"] != SENSITIVE if name == "category2" else name == "category"
    return single & (cells[name] == SENSITIVE) & outer


def _calendar(cells: pd.DataFrame, published: pd.DataFrame, as_of: date) -> Iterator[pd.DataFrame]:
    """Each cell as a part of the next coarser period.

    Of a slice that period must have ended: until then its months do not make up its quarter. The
    whole city is told for running periods too.
    """
    there = set(published["period"][(published[list(DIMENSIONS)] == ALL).all(axis=1)])
    whole = (cells[list(DIMENSIONS)] == ALL).all(axis=1)
    for grain, coarser in pairwise(GRAINS):
        mine = cells[cells["grain"] == grain]
        names = {period: _within(period, coarser) for period in mine["period"].unique()}
        above = mine["period"].map(names)
        ended = {name: closed(name, as_of) for name in names.values()}
        kept = above.map(ended).astype(bool) | whole[mine.index] & above.isin(there)
        told = mine.rename(columns={"cell": "part"})
        yield told.assign(grain=coarser, period=above, way="time")[kept]


def _within(period: str, grain: str) -> str:
    start = first_day(period)
    return label(start.year, start.month, grain)


def _pools(seen: pd.DataFrame, city: City) -> Iterator[pd.DataFrame]:
    """Sensitive categories told as one are, over all units or towns, those told one by one."""
    pooled = seen[(seen[["unit", "town"]] == ALL).all(axis=1)]
    for depth, name in enumerate(NESTED, start=1):
        outer = pooled["category"] != SENSITIVE if depth == 2 else pooled["category2"] == ALL
        totals = pooled[(pooled[name] == SENSITIVE) & outer].rename(columns={"cell": "total"})
        listed = {key for key in city.sensitive if len(key) == depth}
        keys = list(seen[NESTED[:depth]].itertuples(index=False, name=None))
        mine = seen[[key in listed for key in keys]].rename(columns={"cell": "part"})
        if depth == 1:
            mine = mine[mine["category2"] == ALL]
        rest = [column for column in PLACE if column != name]
        yield mine.merge(totals[[*rest, "total"]], on=rest).assign(way="pool")
