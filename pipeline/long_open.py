"""What the public may know of cases that wait for long: groups, each of ROUND cases or more.

A group is all cases alike in category, step, reason of the last extension, month promised and how
often that was moved. Those of too small a group give up a key, the same for all of them, until they
are enough together; whoever is left at the end is not told. Numbers are rounded down to ROUND, so
that neither the difference from a published count nor that from the release before is one of few.
"""

from datetime import date
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from pandas.api.typing import NaTType
from sqlalchemy import Engine

from cities import ROOT, City, midnight
from data_access.cases import long_open as waiting
from data_access.long_open import KEYS, MERGED, MOVED, PASSED, STEPS, UNTOLD
from data_access.tens import ROUND
from metrics.periods import label
from pipeline.open_rows import CODE, OTHER
from pipeline.open_subjects import LEVELS, SENSITIVE_NATURES, subjects

GIVEN_UP = ("category", "moved", "promised", "reason_code", "step")  # in this order
PASSES = ("accepted_at", "dispatched_at", "signed_at", "handled_at", "replied_at")  # ends of STEPS


def table(engine: Engine, city: City, as_of: date) -> pd.DataFrame | None:
    """The groups as of a day; None where the city marks no categories, so none may be told."""
    marks = ROOT / city.id / "categories.csv"
    if not marks.exists():
        return None
    cases = waiting.read(engine, city.id, midnight(as_of, city)).to_pandas()
    open_to_all = subjects(marks).place_or_thing
    told = pd.MultiIndex.from_frame(cases[LEVELS]).isin(open_to_all)
    told &= ~cases["nature"].isin(SENSITIVE_NATURES).to_numpy()
    return grouped(keyed(cases[told].reset_index(drop=True), as_of, city.zone))


def keyed(cases: pd.DataFrame, as_of: date, zone: ZoneInfo) -> pd.DataFrame:
    """KEYS of each case: the step after the last one that it has passed, the promise as a month."""
    passed = cases[list(PASSES)].notna().to_numpy()
    step = (passed * np.arange(1, len(PASSES) + 1)).max(axis=1, initial=0)
    reason = cases["reason"]
    return pd.DataFrame(
        {
            "category": cases["category"],
            "step": np.array(STEPS, dtype=object)[step],
            "reason_code": reason.where(reason.str.fullmatch(CODE), OTHER),
            "promised": [_promised(at, as_of, zone) for at in cases["deadline_at"]],
            "moved": [MOVED[min(n, len(MOVED) - 1)] for n in cases["moved"]],
        },
        dtype=object,
    )


def _promised(deadline: pd.Timestamp | NaTType, as_of: date, zone: ZoneInfo) -> str:
    if isinstance(deadline, NaTType):
        return UNTOLD
    day = deadline.tz_convert(zone).date()
    return PASSED if day < as_of else label(day.year, day.month, "month")


def grouped(cases: pd.DataFrame) -> pd.DataFrame:
    """Groups of KEYS with `at_least` so many cases; the coarsest may leave some cases out."""
    left = cases.astype(object)
    found = []
    for given_up in (None, *GIVEN_UP):
        left = left.assign(**{given_up: MERGED}) if given_up else left
        size = left.groupby(list(KEYS))["step"].transform("size")
        found.append(left[size >= ROUND])
        left = left[size < ROUND]
    groups = pd.concat(found).groupby(list(KEYS)).size().rename("at_least").reset_index()
    return groups.assign(at_least=groups["at_least"] // ROUND * ROUND)
