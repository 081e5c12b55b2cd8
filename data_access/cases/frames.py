"""The columns in which sources hand over cases: one row a case, texts never null, times aware."""

from collections.abc import Mapping

import pandas as pd

from data_access.cases.schema import CONTENT

LINE, NUMBER = "line", "number"
TIMES = ("received_at", "due_at", "closed_at")
FLAGS = ("due_provisional",)
TEXTS = tuple(name for name in CONTENT if name not in (*TIMES, *FLAGS))
COLUMNS = (LINE, NUMBER, *CONTENT)
MOMENT = pd.DatetimeTZDtype("us", "UTC")


def frame(columns: Mapping[str, object]) -> pd.DataFrame:
    """A frame of cases; columns left out are empty texts, unknown times and flags that are off."""
    given = pd.DataFrame(columns)
    for name in (NUMBER, *TEXTS):
        given[name] = given[name].astype(object) if name in given else ""
    for name in TIMES:
        known = pd.to_datetime(given[name], utc=True) if name in given else pd.Series(dtype=MOMENT)
        given[name] = known.reindex(given.index).astype(MOMENT)
    for name in FLAGS:
        given[name] = given[name].astype(bool) if name in given else False
    if LINE not in given:
        given[LINE] = range(1, len(given) + 1)
    return given[list(COLUMNS)]
