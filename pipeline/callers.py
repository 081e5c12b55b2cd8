"""What callers told of themselves, for `publish` to search its releases for.

Counting and publishing may not import these values (a contract of import-linter); whoever runs
them hands over this function's result.
"""

from sqlalchemy import Engine, select, union

from data_access.cases.kinds import CALLERS
from data_access.cases.records import Case
from data_access.cases.schema import table_of


def values(engine: Engine, city: str) -> frozenset[str]:
    """Every name, telephone, ID and plate number and address that a city's callers told."""
    cases, versions = table_of(Case), CALLERS.versions
    of_city = select(cases.c.id).where(cases.c.city == city)
    rows = select(CALLERS.table.c.id).where(CALLERS.table.c.case_id.in_(of_city))
    queries = [
        query
        for name in CALLERS.content
        for query in (
            select(CALLERS.table.c[name]).where(CALLERS.table.c.case_id.in_(of_city)),
            select(versions.c[name]).where(versions.c.row_id.in_(rows)),
        )
    ]
    with engine.connect() as connection:
        return frozenset(connection.execute(union(*queries)).scalars()) - {""}
