"""What earlier releases tell of the cells that the next one is about to tell."""

import pandas as pd
from sqlalchemy import Select, select

from data_access.published import ALL, Release, fetch, listed
from data_access.published import cells as published
from data_access.settings import DATABASE
from pipeline.bases import LAST
from pipeline.cells import COUNTS, KEYS


def cells(in_force: Release | None) -> pd.DataFrame | None:
    """The cells of the release in force, if there is one.

    Beside each of all time stands in LAST what it was when an earlier release last told it, if
    there is an earlier one; NULL where none told it.
    """
    if in_force is None:
        return None
    every = select(published)
    always = every.where(published.c.period == ALL, published.c.withheld.is_(None))
    before = [one for one in listed(in_force.city) if one.number < in_force.number]
    told = [_read(one, always) for one in before[::-1] if (one.folder / DATABASE).is_file()]
    found = _read(in_force, every)
    if not told:
        return found
    newest = pd.concat(told).drop_duplicates(KEYS)
    last = newest[[*KEYS, *COUNTS]].rename(columns=dict(zip(COUNTS, LAST, strict=True)))
    return found.merge(last, how="left", on=KEYS)


def _read(release: Release, query: Select[tuple[object, ...]]) -> pd.DataFrame:
    found: pd.DataFrame = fetch(release, query).to_pandas(types_mapper=pd.ArrowDtype)
    return found
