"""The table `quality` of a release: what a reader must know about the data behind it.

Topics, each with the keys it has:

- deliveries: how many deliveries of files there were
- rows: what became of their rows (stored, unchanged, quarantined); together they are all rows
- quarantined, repaired: findings by rule; together they are all findings of the kind
- settled: findings in quarantine that were mended and taken in since
- lacking: cases without something they should have, of those that should have it
- provisional: deadlines past the last published calendar
- late: cases that came in after the books of their month were closed
- cells: cells withheld, by table and reason, of all its cells; made of the cells themselves
- cases: cases received that a table does not show, of all in its periods; made of the cells too

Why this tells of nobody: what is counted is whole files or the whole city, at all times together;
no place, unit, kind or period. Of whatever is a dimension of the lattice (area, town, category)
nothing is counted here: what lacks it is a cell of its own, `none`, and protected as such. Counts
of 1 to 4 are withheld as in the cells; of parts that make up a whole at least two are withheld, or
the rest would tell.
"""

from collections.abc import Iterator, Mapping
from datetime import date

import pandas as pd
from sqlalchemy import Engine

from cities import City, midnight
from data_access.cases import quality as source
from data_access.published import ALL, DIMENSIONS
from metrics.measure import FEW

FEWEST = 5  # findings or cases that may be told
COLUMNS = ["topic", "key", "grain", "number", "total", "withheld"]
VOLUME = "received"
WHOLE = "city"  # the key of the table that has no dimension
Row = tuple[str, str, str, int | None, int | None, str | None]  # by COLUMNS


def quality_table(
    engine: Engine, city: City, as_of: date, cells: pd.DataFrame, late: Mapping[str, int]
) -> pd.DataFrame:
    """The release's table `quality`; `cells` are the protected ones, `late` is what books found."""
    told = source.rows(engine, city.id)
    rows: list[Row] = [("deliveries", ALL, "", told.deliveries, None, None)]
    rows += parts("rows", {name: getattr(told, name) for name in told._fields[2:]})
    rows += _findings(source.findings(engine, city.id))
    for lack in source.lacking(engine, city.id, midnight(as_of, city)):
        topic = "provisional" if lack.name == "provisional" else "lacking"
        rows.append(share(topic, lack.name, lack.missing, lack.total))
    rows.append(share("late", VOLUME, late.get(VOLUME, 0), None))
    rows += [*_withheld_cells(cells), *_hidden_cases(cells)]
    found = pd.DataFrame(rows, columns=COLUMNS)
    types = dict.fromkeys(("number", "total"), "Int64")
    return found.astype(types | dict.fromkeys(("topic", "key", "grain", "withheld"), "string"))


def parts(topic: str, counts: Mapping[str, int]) -> Iterator[Row]:
    """Parts of a whole, largest first; with those of 1 to 4 a larger one is withheld too."""
    total = sum(counts.values())
    hidden = {key for key, count in counts.items() if 0 < count < FEWEST}
    rest = sorted((count, key) for key, count in counts.items() if count >= FEWEST)
    while hidden and rest and (len(hidden) < 2 or sum(counts[key] for key in hidden) < FEWEST):
        hidden.add(rest.pop(0)[1])
    told = None if 0 < total < FEWEST else total
    for key in sorted(counts, key=lambda key: (-counts[key] if key not in hidden else 0, key)):
        if key in hidden:
            yield topic, key, "", None, told, FEW
        else:
            yield topic, key, "", counts[key], told, None


def share(topic: str, key: str, count: int, total: int | None) -> Row:
    """A count of a total; withheld if it, or what it leaves, is 1 to 4."""
    left = 0 if total is None else total - count
    if 0 < count < FEWEST or 0 < left < FEWEST:
        return topic, key, "", None, total if total is None or total >= FEWEST else None, FEW
    return topic, key, "", count, total, None


def _findings(found: list[source.Found]) -> Iterator[Row]:
    for topic, kept in (("quarantined", True), ("repaired", False)):
        counts: dict[str, int] = {}
        for one in found:
            if one.quarantined == kept:
                counts[one.rule] = counts.get(one.rule, 0) + one.number
        yield from parts(topic, counts)
    kept_back = sum(one.number for one in found if one.quarantined)
    settled = sum(one.number for one in found if one.quarantined and one.settled)
    if kept_back:
        yield share("settled", ALL, settled, kept_back)


def _withheld_cells(cells: pd.DataFrame) -> Iterator[Row]:
    """By table and reason: how many of its cells have no number."""
    for (by, grain), table in cells.groupby([_by(cells), "grain"]):
        for reason, withheld in table.groupby("withheld"):
            yield "cells", f"{by} {reason}", str(grain), len(withheld), len(table), None


def _hidden_cases(cells: pd.DataFrame) -> Iterator[Row]:
    """By table: cases received that its cells do not show, in periods whose total is shown.

    A reader can subtract as much, so these are told however few they are.
    """
    volume = cells[cells["metric"] == VOLUME].assign(by=_by(cells))
    whole = volume[(volume["by"] == WHOLE) & volume["withheld"].isna()]
    totals = whole.set_index("period")["numerator"]
    for (by, grain), table in volume[volume["by"] != WHOLE].groupby(["by", "grain"]):
        known = table[table["period"].isin(totals.index)]
        total = int(totals[known["period"].unique()].sum())
        shown = int(known["numerator"].sum())
        yield "cases", str(by), str(grain), total - shown, total, None


def _by(cells: pd.DataFrame) -> "pd.Series[str]":
    """The dimensions that each cell is told by, joined by +."""
    narrowed = cells[list(DIMENSIONS)] != ALL
    kinds = narrowed.drop_duplicates()
    named = {row: "+".join(d for d, used in zip(DIMENSIONS, row, strict=True) if used) or WHOLE
             for row in kinds.itertuples(index=False, name=None)}  # fmt: skip
    return pd.Series(
        [named[row] for row in narrowed.itertuples(index=False, name=None)], cells.index
    )
