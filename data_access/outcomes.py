"""Published outcomes: texts that were cleared for the public, searched and counted.

Engine: DuckDB's `contains` over the one text column of the release. It needs no index of words,
which Chinese does not write apart; docs/outcomes.md has what it takes on 400,000 texts.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import duckdb
from sqlalchemy import Column, ColumnElement, MetaData, Select, String, Table, func, select

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
MOST_WORDS = 5


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


def search(
    release: Release, words: str, facets: Mapping[str, str], most: int, skip: int = 0
) -> tuple[list[Outcome], int]:
    """Texts that hold every word, newest period first, and how many there are.

    Words stand apart by blanks; a Chinese one is found wherever it stands.
    """
    wanted = _wanted(words, facets)
    columns = [outcomes.c[name] for name in Outcome._fields]
    order = (outcomes.c.when.desc(), outcomes.c.row)
    rows = _rows(release, select(*columns).where(*wanted).order_by(*order).limit(most).offset(skip))
    total = _rows(release, select(func.count().label("n")).select_from(outcomes).where(*wanted))
    return [Outcome(**row) for row in rows], total[0]["n"] if total else 0


def counts(
    release: Release, words: str, facets: Mapping[str, str], by: str
) -> list[tuple[str, int]]:
    """How many of the texts found lie in each value of a facet, its own choice aside."""
    wanted = _wanted(words, {name: value for name, value in facets.items() if name != by})
    number = func.count().label("n")
    query = select(outcomes.c[by], number).where(*wanted).group_by(outcomes.c[by])
    rows = _rows(release, query.order_by(number.desc(), outcomes.c[by]))
    return [(row[by], row["n"]) for row in rows]


def _wanted(words: str, facets: Mapping[str, str]) -> list[ColumnElement[bool]]:
    said = words.split()[:MOST_WORDS]
    found: list[ColumnElement[bool]] = [func.contains(outcomes.c.text, word) for word in said]
    return found + [outcomes.c[name] == value for name, value in facets.items()]


def _rows(release: Release, query: Select[Any]) -> list[dict[str, Any]]:
    try:
        found: list[dict[str, Any]] = fetch(release, query).to_pylist()
    except duckdb.CatalogException:  # a release from before there was such a table
        return []
    return found
