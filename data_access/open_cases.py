"""The case-level open data of a release: a row a case, told as coarsely as its class needs.

`when` is a month, quarter or year, `where` an area or a town; WITHHELD stands for what all rows of
a class have in common or what would tell too much. Ids of rows are random: no two releases share
one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import (
    Column,
    ColumnElement,
    MetaData,
    String,
    Table,
    and_,
    case,
    func,
    or_,
    select,
)

from data_access.outcomes import WITHHELD
from data_access.published import Release, rows

COLUMNS = (
    "row", "when", "where", "category", "category2", "unit", "outcome", "reason_code", "days",
    "satisfaction",
)  # fmt: skip
open_cases = Table("open_cases", MetaData(), *(Column(name, String) for name in COLUMNS))
_when = open_cases.c.when
STILL_OPEN = "open"  # instead of days


class Case(NamedTuple):
    """One row."""

    row: str
    when: str
    where: str
    category: str
    category2: str
    unit: str
    outcome: str
    reason_code: str
    days: str
    satisfaction: str

    @property
    def closed(self) -> bool | None:
        """Whether it was closed when the release was made; None where that is withheld."""
        if self.days == WITHHELD:
            return True if self.outcome not in ("", WITHHELD) else None
        return self.days != STILL_OPEN


@dataclass(frozen=True)
class Asked:
    """Which rows; None is all. `periods` are values of `when`, newest first: rows come so."""

    periods: Sequence[str]
    rows: Sequence[str] | None = None
    categories: Sequence[str] | None = None
    closed: bool | None = None


def read(release: Release, asked: Asked, most: int, skip: int) -> list[Case]:
    """Some of the rows, newest period first."""
    if not asked.periods:
        return []
    newest = case({name: place for place, name in enumerate(asked.periods)}, value=_when)
    query = select(*(open_cases.c[name] for name in COLUMNS)).where(*_conditions(asked))
    query = query.order_by(newest, open_cases.c.row).limit(most).offset(skip)
    return [Case(*row.values()) for row in rows(release, query)]


def distinct(release: Release, name: str) -> dict[str, int]:
    """The values of a column, with how many rows have each."""
    column = open_cases.c[name]
    query = select(column.label("value"), func.count().label("n")).group_by(column).order_by(column)
    return {row["value"]: row["n"] for row in rows(release, query)}


def _conditions(asked: Asked) -> list[ColumnElement[bool]]:
    table = open_cases.c
    told: list[ColumnElement[bool]] = [_when.in_(asked.periods)]
    if asked.rows is not None:
        told.append(table.row.in_(asked.rows))
    if asked.categories is not None:
        told.append(table.category.in_(asked.categories))
    if asked.closed is not None:
        told.append(_closed() if asked.closed else table.days == STILL_OPEN)
    return told


def _closed() -> ColumnElement[bool]:
    """As `Case.closed` has it."""
    table = open_cases.c
    hidden = and_(table.days == WITHHELD, table.outcome.not_in(("", WITHHELD)))
    return or_(table.days.not_in((STILL_OPEN, WITHHELD)), hidden)
