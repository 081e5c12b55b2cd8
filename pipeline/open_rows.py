"""What may be told of a case at all, and rows that keep no order.

Everything is a class or a code: a text, a moment or a number of days has no way through here.
"""

import secrets
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from data_access.outcomes import DAYS
from metrics.periods import label
from pipeline.open_subjects import LEVELS, Texts

ID_BYTES = 12  # 96 bits: that two of a million are alike has a chance of 10^-17
OUTCOMES = ("solved", "explained", "not_substantiated", "outside_duty", "not_handled")
CODE = r"([a-z][a-z0-9_]{0,40})?"  # of a reason; anything else might be a text
OTHER, OPEN, UNKNOWN = "other", "open", "unknown"
LAST_DAYS = (1, 3, 5, 10, 15, 30)
SATISFACTION = {"satisfied": "yes", "basically": "yes", "dissatisfied": "no"}


def tellable(facts: pd.DataFrame, zone: ZoneInfo) -> pd.DataFrame:
    """What may be told of each case at the finest, as categories."""
    local = facts["received_at"].dt.tz_convert(zone).dt
    month = (local.year * 100 + local.month).to_numpy()
    numbers, place = np.unique(month, return_inverse=True)
    told: dict[str, Any] = {
        grain: np.array([label(n // 100, n % 100, grain) for n in numbers], dtype=object)[place]
        for grain in ("month", "quarter", "year")
    }
    told |= {name: facts[name] for name in ("number", "area", "town", *LEVELS[:2], "unit")}
    reason = facts["reason_code"]
    told["reason_code"] = reason.where(reason.str.fullmatch(CODE), OTHER)
    outcome = facts["outcome"]
    told["outcome"] = outcome.where(outcome.isin(["", *OUTCOMES]), OTHER)
    told["days"] = _days(facts["received_at"], facts["closed_at"])
    told["satisfaction"] = facts["satisfaction"].map(SATISFACTION).fillna("none")
    table = pd.DataFrame(told).reset_index(drop=True)
    return table.astype(dict.fromkeys(table.columns.drop("number"), "category"))


def _days(received: "pd.Series[Any]", closed: "pd.Series[Any]") -> Texts:
    begun = np.ceil((closed - received).dt.total_seconds().to_numpy(float) / 86_400)
    found: Texts = np.array(DAYS, dtype=object)[np.searchsorted(LAST_DAYS, begun)]
    found[begun < 0] = UNKNOWN
    found[np.isnan(begun)] = OPEN
    return found


def shuffled(table: pd.DataFrame) -> pd.DataFrame:
    """The table with a column `row` of random ids, sorted by it: that is to shuffle it."""
    drawn, width = secrets.token_hex(ID_BYTES * len(table)), 2 * ID_BYTES
    ids = [f"r{drawn[start : start + width]}" for start in range(0, len(drawn), width)]
    named = table.reset_index(drop=True)
    named.insert(0, "row", pd.Series(ids, dtype=str))
    return named.sort_values("row", ignore_index=True)
