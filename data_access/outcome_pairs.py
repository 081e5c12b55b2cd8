"""Finding words in Chinese texts, which do not write words apart, by pairs of characters.

The table `outcome_pairs` of a release has each two characters that stand side by side, with the
place of each text in which they do. A word of two characters is in just these; a longer one in
those of its rarest pair, where they are looked at once more. docs/outcomes.md has what that
takes on 400,000 texts, and what else was tried.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray
from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Integer,
    MetaData,
    Select,
    String,
    Table,
    func,
    literal,
    literal_column,
    select,
)
from sqlalchemy.types import ARRAY

from data_access.published import Release, fetch

Places = NDArray[np.int64]
PLACE = literal_column("rowid", BigInteger).label("place")  # of a row in its table, from 0
NAME = "outcome_pairs"
outcome_pairs = Table(
    NAME,
    MetaData(),
    Column("pair", String, nullable=False),  # sorted by it, so that few blocks are read for one
    Column(PLACE.name, Integer, nullable=False),  # of a row of `outcomes`
)
PAIRS = outcome_pairs.c
FEW = 10_000  # texts that are looked at one by one; of more, reading all of them is as fast


def at(places: Sequence[int]) -> ColumnElement[bool]:
    """The rows at some places, found without reading the others."""
    return PLACE.element.in_(select(func.unnest(literal(list(places), ARRAY(BigInteger)))))


def having(release: Release, text: Column[str], word: str) -> Places:
    """The places of the texts that hold a word, as it is written."""
    pairs = {"".join(pair) for pair in pairwise(word)}
    counted = _counted(release, pairs) if pairs else None
    if counted is None or (len(pairs) > 1 and min(counted.values(), default=0) > FEW):
        return _places(release, select(PLACE).where(func.contains(text, word)))
    if len(counted) < len(pairs):
        return np.empty(0, np.int64)
    rarest = min(counted, key=lambda pair: counted[pair])
    places = _places(release, select(PAIRS.place).where(PAIRS.pair == rarest))
    if len(pairs) == 1:
        return places
    columns: list[ColumnElement[Any]] = [PLACE, text.label("text")]
    rows = fetch(release, select(*columns).where(at(places.tolist()))).to_pylist()
    return np.array([row["place"] for row in rows if word in row["text"]], dtype=np.int64)


def _counted(release: Release, pairs: set[str]) -> dict[str, int] | None:
    """In how many texts each pair stands, if in any; None where the release has no index."""
    query = select(PAIRS.pair, func.count().label("n")).where(PAIRS.pair.in_(pairs))
    try:
        rows = fetch(release, query.group_by(PAIRS.pair)).to_pylist()
    except duckdb.CatalogException:
        return None
    return {row["pair"]: row["n"] for row in rows}


def _places(release: Release, query: Select[Any]) -> Places:
    found: Places = fetch(release, query)[PLACE.name].to_numpy()
    return found
