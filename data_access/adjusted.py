"""What each unit's mix of cases would have given among its peers, as a release tells it."""

from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Column, MetaData, String, Table, select

from data_access.published import Release, Scope, rows

adjusted = Table(
    "adjusted",
    MetaData(),
    Column("metric", String, nullable=False),
    Column("grain", String, nullable=False),
    Column("period", String, nullable=False),
    Column("unit", String, nullable=False),
    Column("expected", BigInteger),  # of the unit's denominator, whole cases
    Column("withheld", String),  # why there is no number
)


class Expected(NamedTuple):
    """Of a unit's cases so many would have ended well at its peers' rates; None says why not."""

    unit: str
    cases: int | None
    withheld: str | None


def everything(release: Release) -> list[dict[str, Any]]:
    """Every row by column; none in a release made before there was such a table."""
    return rows(release, select(adjusted))


def read(release: Release, metric: str, scope: Scope) -> list[Expected]:
    """A metric's expected counts by unit in one period."""
    table = adjusted.c
    query = (
        select(table.unit, table.expected, table.withheld)
        .where(table.metric == metric, table.grain == scope.grain, table.period == scope.period)
        .order_by(table.unit)
    )
    return [Expected(*row.values()) for row in rows(release, query)]
