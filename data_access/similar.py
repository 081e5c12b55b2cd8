"""Cases of one kind in the case-level open data: how they ended, and after how many days."""

from sqlalchemy import func, select

from data_access.open_cases import open_cases
from data_access.published import Release, rows

TOLD = ("outcome", "days")  # what is counted of similar cases


def counts(release: Release, category: str, by: str) -> dict[str, int]:
    """How many cases of a category have each value of one of TOLD, the most frequent first.

    Nothing where the release has no case-level table, or none of this category.
    """
    column, number = open_cases.c[by], func.count().label("n")
    query = select(column, number).where(open_cases.c.category == category).group_by(column)
    return {row[by]: row["n"] for row in rows(release, query.order_by(number.desc(), column))}
