"""Published cells by metric, slice and period, a page at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from data_access.published import ALL, DIMENSIONS, NONE, Release, cells, fetch

Row = dict[str, Any]


@dataclass(frozen=True)
class Question:
    """The cells of a metric cut by some dimensions. Without grain or period: those of all.

    `members` holds dimensions at one value each.
    """

    metric: str
    by: tuple[str, ...]
    grain: str | None
    period: str | None
    members: Mapping[str, str]


def answer(release: Release, asked: Question, most: int, skip: int) -> list[Row]:
    """Some of the cells by column, ordered by grain, period and dimensions."""
    order = [cells.c[name] for name in ("grain", "period", *DIMENSIONS)]
    query = select(cells).where(*_asked(asked)).order_by(*order)
    return _rows(release, query.limit(most).offset(skip))


def number(release: Release, asked: Question) -> int:
    """How many cells there are."""
    query = select(func.count().label("n")).select_from(cells).where(*_asked(asked))
    return int(_rows(release, query)[0]["n"])


def periods(release: Release, asked: Question) -> list[tuple[str, str]]:
    """The grains and periods of the table that a question is about, whatever else it asks."""
    table = Question(asked.metric, asked.by, None, None, {})
    query = select(cells.c.grain, cells.c.period).where(*_asked(table)).distinct()
    found = _rows(release, query.order_by(cells.c.grain, cells.c.period))
    return [(row["grain"], row["period"]) for row in found]


def _asked(asked: Question) -> list[ColumnElement[bool]]:
    held = {"metric": asked.metric, "grain": asked.grain, "period": asked.period, **asked.members}
    free = [name for name in DIMENSIONS if name not in asked.members]
    return [
        *(cells.c[name] == value for name, value in held.items() if value is not None),
        *(cells.c[name] != ALL if name in asked.by else cells.c[name] == ALL for name in free),
    ]


def _rows(release: Release, query: Select[Any]) -> list[Row]:
    found: list[Row] = fetch(release, query).to_pylist()
    return found


def members(release: Release, dimension: str) -> list[str]:
    """The values that a dimension has anywhere, but for none."""
    column = cells.c[dimension]
    query = select(column).where(column.not_in((ALL, NONE))).distinct().order_by(column)
    return [row[dimension] for row in _rows(release, query)]
