"""What can be asked of the API: the one list that routes, document and page are made from."""

from dataclasses import dataclass

from data_access.published import DIMENSIONS
from web.api import cells, comparisons, reference
from web.api.parameters import (
    A_PERIOD,
    B_PERIOD,
    B_RELEASE,
    COMPARED,
    FORMAT,
    GRAIN,
    ID,
    LIMIT,
    MEMBERS,
    METRIC,
    OFFSET,
    PAGED,
    PERIOD,
    PLACE,
    RELEASE,
    SIDES,
    SLICE,
    Parameter,
)
from web.api.reference import Told

PREFIX = "/api/v1"


@dataclass(frozen=True)
class Operation:
    """One address below PREFIX; its words are `api.operation.<id>`.

    `columns` are those of a row; `optional` ones are there only in some answers. `one` answers
    with a single thing, in JSON.
    """

    id: str
    path: str
    parameters: tuple[Parameter, ...]
    columns: tuple[str, ...]
    handler: Told
    optional: tuple[str, ...] = ()
    one: bool = False


CUT = tuple(name for name in cells.columns(DIMENSIONS) if name not in (*cells.FIRST, *cells.LAST))
OPERATIONS = (
    Operation("metrics", "/metrics", PAGED, reference.METRICS, reference.metrics),
    Operation(
        "metric", "/metrics/{id}", (ID, PLACE, RELEASE),
        (*reference.METRICS, "questions"), reference.metric, one=True,
    ),
    Operation(
        "cells", "/cells", (METRIC, SLICE, GRAIN, PERIOD, *MEMBERS, *PAGED),
        (*cells.FIRST, *cells.LAST), cells.cells, optional=CUT,
    ),
    Operation(
        "comparisons", "/comparisons",
        (METRIC, COMPARED, *SIDES, A_PERIOD, B_PERIOD, PLACE, RELEASE, B_RELEASE),
        comparisons.COLUMNS, comparisons.comparison, one=True,
    ),
    Operation("units", "/units", PAGED, reference.UNITS,
              reference.table("units", reference.UNITS)),
    Operation("reasons", "/reasons", PAGED, reference.REASONS,
              reference.table("reasons", reference.REASONS)),
    Operation("releases", "/releases", (PLACE, FORMAT, LIMIT, OFFSET), reference.RELEASES,
              reference.listed),
)  # fmt: skip
