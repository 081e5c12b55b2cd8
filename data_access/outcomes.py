"""Published outcomes: texts that were cleared for the public, searched and counted.

Words are found by an index of pairs of characters (data_access/outcome_pairs.py). The codes beside
the texts are held in memory, so whatever the reader narrows down to is counted at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from sqlalchemy import Column, MetaData, String, Table, select

from data_access.outcome_pairs import PLACE, at, having
from data_access.published import Release, fetch

COLUMNS = (
    "row", "kind", "when", "area", "category", "unit", "outcome", "reason_code", "days",
    "satisfaction", "typical", "text",
)  # fmt: skip
outcomes = Table("outcomes", MetaData(), *(Column(name, String) for name in COLUMNS))
# Days of 24 hours begun since receipt; with dashes that no spreadsheet takes for a date.
DAYS = ("≤1", "2–3", "4–5", "6–10", "11–15", "16–30", ">30")
WITHHELD = "*"  # the key would tell too much: the whole city, or no unit
YES = "yes"
FACETS = ("kind", "category", "area", "outcome", "reason_code")
CODED = (*FACETS, "typical")  # what can be asked for by its code
MOST_WORDS = 5
Mask = NDArray[np.bool_]


class Outcome(NamedTuple):
    """One cleared text under its coarse keys."""

    kind: str
    when: str
    area: str
    category: str
    unit: str
    outcome: str
    reason_code: str
    days: str
    satisfaction: str
    typical: str  # "yes": an editor chose it
    text: str


@dataclass(frozen=True)
class Codes:
    """The codes of all texts by place: their numbers, what they stand for, and the newest first."""

    numbers: Mapping[str, NDArray[np.int32]]
    values: Mapping[str, list[str]]
    order: NDArray[np.int64]


def search(
    release: Release, words: str, facets: Mapping[str, str], most: int, skip: int = 0
) -> tuple[list[Outcome], int]:
    """Texts that hold every word, newest period first, and how many there are.

    Words stand apart by blanks; a Chinese one is found wherever it stands.
    """
    codes = _codes(release)
    found = _with(release, words) & _narrowed(codes, facets)
    there = codes.order[found[codes.order]]
    return _read(release, there[skip : skip + most].tolist()), len(there)


def counts(
    release: Release, words: str, facets: Mapping[str, str], by: str
) -> list[tuple[str, int]]:
    """How many of the texts found lie in each value of a facet, its own choice aside."""
    codes = _codes(release)
    others = {name: value for name, value in facets.items() if name != by}
    found = _with(release, words) & _narrowed(codes, others)
    number = np.bincount(codes.numbers[by][found], minlength=len(codes.values[by]))
    told = [(value, int(n)) for value, n in zip(codes.values[by], number, strict=True) if n]
    return sorted(told, key=lambda one: (-one[1], one[0]))


def _read(release: Release, places: list[int]) -> list[Outcome]:
    """The texts of some places, in that order."""
    if not places:
        return []
    columns = [outcomes.c[name] for name in Outcome._fields]
    rows = fetch(release, select(PLACE, *columns).where(at(places))).to_pylist()
    found = {row.pop(PLACE.name): Outcome(**row) for row in rows}
    return [found[place] for place in places]


def _narrowed(codes: Codes, facets: Mapping[str, str]) -> Mask:
    found = np.ones(len(codes.order), dtype=bool)
    for name, value in facets.items():
        known = codes.values[name]
        found &= codes.numbers[name] == (known.index(value) if value in known else -1)
    return found


@lru_cache(maxsize=32)
def _with(release: Release, words: str) -> Mask:
    """Which texts hold every word; kept, because a page asks for texts and for each facet."""
    found = np.ones(len(_codes(release).order), dtype=bool)
    for word in words.split()[:MOST_WORDS] if len(found) else ():
        mine = np.zeros(len(found), dtype=bool)
        mine[having(release, outcomes.c.text, word)] = True
        found &= mine
    return found


@lru_cache(maxsize=4)
def _codes(release: Release) -> Codes:
    """Of a release from before there was such a table, or such a column, there are none."""
    columns = [outcomes.c[name] for name in (*CODED, "when", "row")]
    try:
        told = fetch(release, select(*columns).order_by(PLACE))
    except (
        duckdb.CatalogException,
        duckdb.BinderException,
    ):  # a release from before there was such a table, or such a column
        told = pa.table({column.name: pa.array([], pa.string()) for column in columns})
    coded = {name: told[name].combine_chunks().dictionary_encode() for name in CODED}
    order = pc.sort_indices(told, [("when", "descending"), ("row", "ascending")])
    return Codes(
        {name: column.indices.to_numpy() for name, column in coded.items()},
        {name: column.dictionary.to_pylist() for name, column in coded.items()},
        order.to_numpy().astype(np.int64),
    )
