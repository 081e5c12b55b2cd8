"""Finding words in Chinese texts, which do not write words apart, by pairs of characters.

The table `outcome_pairs` of a release has, for each two characters that stand side by side, the
places of the texts in which they do. A word of two characters is in just these; a longer one in
those that have all its pairs, where they are looked at once more. docs/outcomes.md has what that
takes on 400,000 texts, and what else was tried.
"""

from collections.abc import Sequence
from functools import lru_cache
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
    Column("pair", String, nullable=False),
    Column("places", ARRAY(Integer), nullable=False),  # of rows of `outcomes`, sorted
)
FEW = 10_000  # texts that are looked at one by one; of more, reading all of them is as fast


def at(places: Sequence[int]) -> ColumnElement[bool]:
    """The rows at some places, found without reading the others."""
    return PLACE.element.in_(select(func.unnest(literal(list(places), ARRAY(BigInteger)))))


@lru_cache(maxsize=256)
def having(release: Release, text: Column[str], word: str) -> Places:
    """The places of the texts that hold a word, as it is written."""
    pairs = {"".join(pair) for pair in pairwise(word)}
    places = _with_all(release, pairs) if pairs else None
    if places is None or (len(places) > FEW and len(pairs) > 1):
        query = select(PLACE).where(func.contains(text, word))
        found: Places = fetch(release, query)[PLACE.name].to_numpy()
        return found
    if len(pairs) == 1 or not len(places):
        return places
    columns: list[ColumnElement[Any]] = [PLACE, text.label("text")]
    rows = fetch(release, select(*columns).where(at(places.tolist())))
    told = [row["place"] for row in rows.to_pylist() if word in row["text"]]
    return np.array(told, dtype=np.int64)


def _with_all(release: Release, pairs: set[str]) -> Places | None:
    """The places that have all pairs; None where the release has no index."""
    query = select(outcome_pairs.c.places).where(outcome_pairs.c.pair.in_(pairs))
    try:
        rows = fetch(release, query)["places"]
    except duckdb.CatalogException:
        return None
    if len(rows) < len(pairs):
        return np.empty(0, np.int64)
    return _common([row.values.to_numpy().astype(np.int64) for row in rows])


def _common(lists: Sequence[Places]) -> Places:
    first, *rest = sorted(lists, key=len)
    for other in rest:
        first = np.intersect1d(first, other, assume_unique=True)
    return first
