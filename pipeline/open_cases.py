"""Case-level open data: cases about a place or a thing, told so coarsely that none stands out.

A class is all rows alike in when, where, category and unit: what a neighbour may know of a case.
Each class has K rows or more. Outcome (with its reason), days and satisfaction are what the
neighbour would like to know: where all rows of a class agree in one of them, it is WITHHELD.

Protected:
- To whoever knows the month, town, category and unit of a case it is one of K or more, also with
  this code and a list of all cases at hand (the "minimality" attack): the steps follow from the
  classes alone, never from an outcome, and replaying them ends at the class (pipeline/ladder.py).
- What is missing from the finer classes cannot be had by subtracting them from the count of a
  month, town or category of the ladder: none is missing, or K and more. Only a node that has less
  than K cases in all is exempt.
- A past quarter falls into the same classes in each later release, because nothing that is
  received later moves its rows; a year is a class only once it is over.

Not protected:
- What most of a class share. A withheld value is the same for the whole class, so the usual one
  is a good guess, and an earlier release may have told it.
- Cases of which somebody knows outcome, days or satisfaction too, as the caller does.
- Subtracting from tables that cut across the ladder (unit by category, town by year) tells how
  many cases of a cell are coarser or left out. It tells nothing of them as long as no table of
  outcomes, days or satisfaction is cut by town and category; such a one must not be published.
- Cases that come, or change class, after their quarter was released: a class that grew by one
  shows the one.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from metrics.periods import first_day, label
from pipeline.ladder import NOWHERE, Mask, Numbers, climb
from pipeline.open_subjects import LEVELS, Subjects, Texts, why_not

K = 10
SETTLING = timedelta(days=30)  # between the end of a quarter and its release
WITHHELD = "*"  # "" is: there is none
COLUMNS = (
    "row", "step", "when", "where", "category", "category2", "unit",
    "outcome", "reason_code", "days", "satisfaction",
)  # fmt: skip
CLASS = COLUMNS[1:7]  # what a neighbour may know
ID_BYTES = 12  # 96 bits: that two of a million are alike has a chance of 10^-17
ATTRIBUTES = ("outcome", "days", "satisfaction")
OUTCOMES = ("solved", "explained", "not_substantiated", "outside_duty", "not_handled")
CODE = r"([a-z][a-z0-9_]{0,40})?"  # of a reason; anything else might be a text
OTHER, OPEN, UNKNOWN = "other", "open", "unknown"
# Days of 24 hours begun since receipt; with dashes that no spreadsheet takes for a date.
DAYS = ("≤1", "2–3", "4–5", "6–10", "11–15", "16–30", ">30")
LAST_DAYS = (1, 3, 5, 10, 15, 30)
SATISFACTION = {"satisfied": "yes", "basically": "yes", "dissatisfied": "no"}
YEAR_RUNS, FEW = "year_not_over", "below_k"  # why a case has no class (yet)


class Step(NamedTuple):
    """A step of the ladder: columns of the facts, and whether a finer class may be taken along.

    Not on the last step: a year would change what was released of its earlier quarters.
    """

    when: str
    where: str
    what: str
    closing: bool

    @property
    def name(self) -> str:
        return f"{self.when}/{self.where}/{self.what}"

    @property
    def keys(self) -> list[str]:
        towns, levels = ["town"] * (self.where == "town"), LEVELS[: LEVELS.index(self.what) + 1]
        return [self.when, "area", *towns, *levels]


STEPS = (
    Step("month", "town", "category2", closing=False),
    Step("quarter", "town", "category2", closing=True),
    Step("quarter", "area", "category2", closing=True),
    Step("quarter", "area", "category", closing=True),
    Step("year", "area", "category", closing=False),
)


@dataclass(frozen=True)
class OpenCases:
    """The rows, all text, and how many cases were left out for each reason."""

    table: pd.DataFrame
    dropped: dict[str, int]


def open_cases(facts: pd.DataFrame, about: Subjects, as_of: date, zone: ZoneInfo) -> OpenCases:
    """The rows that may be released of the cases as they stood at a day.

    One row a case: received_at and closed_at (aware), and as text, "" for none: area, town,
    category, category2, category3, unit, nature, outcome, reason_code, satisfaction.
    Rows in = rows out + those dropped. Row ids are random and the rows are sorted by them, so
    neither says anything of the case, and no two releases share one.

    Released are quarters that ended SETTLING before that day, or earlier.
    """
    last = as_of - SETTLING
    quarter = first_day(label(last.year, last.month, "quarter"))
    why = why_not(facts, about, datetime.combine(quarter, time(), tzinfo=zone))
    told = _told(facts[why == ""], zone)
    running = (told["year"] == str(last.year)).to_numpy()
    step = _steps(told, running)
    kept = step != NOWHERE
    left = np.where(running, YEAR_RUNS, FEW)[~kept]
    dropped = pd.Series([*why[why != ""], *left], dtype=object).value_counts()
    table = _shuffled(_protected(_coarse(told[kept], step[kept])))
    return OpenCases(table, {str(reason): int(count) for reason, count in dropped.items()})


def _told(facts: pd.DataFrame, zone: ZoneInfo) -> pd.DataFrame:
    """What may be told of each case at the finest, as categories."""
    local = facts["received_at"].dt.tz_convert(zone).dt
    month = (local.year * 100 + local.month).to_numpy()
    numbers, place = np.unique(month, return_inverse=True)
    told: dict[str, Any] = {
        grain: np.array([label(n // 100, n % 100, grain) for n in numbers], dtype=object)[place]
        for grain in ("month", "quarter", "year")
    }
    told |= {name: facts[name] for name in ("area", "town", *LEVELS[:2], "unit")}
    reason = facts["reason_code"]
    told["reason_code"] = reason.where(reason.str.fullmatch(CODE), OTHER)
    outcome = facts["outcome"]
    told["outcome"] = outcome.where(outcome.isin(["", *OUTCOMES]), OTHER)
    told["days"] = _days(facts["received_at"], facts["closed_at"])
    told["satisfaction"] = facts["satisfaction"].map(SATISFACTION).fillna("none")
    return pd.DataFrame(told).reset_index(drop=True).astype("category")


def _days(received: "pd.Series[Any]", closed: "pd.Series[Any]") -> Texts:
    begun = np.ceil((closed - received).dt.total_seconds().to_numpy(float) / 86_400)
    found: Texts = np.array(DAYS, dtype=object)[np.searchsorted(LAST_DAYS, begun)]
    found[begun < 0] = UNKNOWN
    found[np.isnan(begun)] = OPEN
    return found


def _steps(told: pd.DataFrame, running: Mask) -> Numbers:
    """The step of each case. A year that still runs is no class yet."""
    nodes = np.full((len(told), len(STEPS)), NOWHERE)
    for level, step in enumerate(STEPS):
        usable = ~running if step.when == "year" else np.ones(len(told), dtype=bool)
        for name in step.keys:
            usable &= (told[name] != "").to_numpy()
        nodes[usable, level] = _number(told[usable], step.keys)
    return climb(nodes, K, [step.closing for step in STEPS])


def _number(rows: pd.DataFrame, keys: Sequence[str]) -> Numbers:
    """Numbers of the classes, in the order of their keys."""
    return np.asarray(rows.groupby(list(keys), observed=True).ngroup(), dtype=np.int64)


def _coarse(told: pd.DataFrame, level: Numbers) -> pd.DataFrame:
    """Each row as coarse as its step; its unit where K rows of the class have the same one.

    To have no unit is to be answered on the spot: that is an outcome, so it is never a class.
    """
    parts: list[pd.DataFrame] = []
    for number, step in enumerate(STEPS):
        rows = told[level == number]
        second = rows["category2"] if step.what == "category2" else WITHHELD
        place = {"when": rows[step.when], "where": rows[step.where], "category2": second}
        parts.append(rows.assign(step=step.name, **place).astype(str))
    table = pd.concat(parts, ignore_index=True)
    unit = np.where(table["unit"] == "", NOWHERE, _number(table, CLASS))
    nodes = np.column_stack([unit, _number(table, CLASS[:-1])])
    table.loc[climb(nodes, K, (False, True)) > 0, "unit"] = WITHHELD
    return table


def _protected(table: pd.DataFrame) -> pd.DataFrame:
    """Withhold what all rows of a class have in common."""
    classes = table.groupby(list(CLASS))
    alike = {name: classes[name].transform("nunique") < 2 for name in ATTRIBUTES}
    alike["reason_code"] = alike["outcome"]  # a reason is told of one outcome only
    shown = {name: table[name].mask(same, WITHHELD) for name, same in alike.items()}
    return table.assign(**shown)


def _shuffled(table: pd.DataFrame) -> pd.DataFrame:
    """Add the row ids, and sort by them: to sort by what is random is to shuffle."""
    drawn, width = secrets.token_hex(ID_BYTES * len(table)), 2 * ID_BYTES
    ids = [f"r{drawn[start : start + width]}" for start in range(0, len(drawn), width)]
    named = pd.DataFrame({"row": pd.Series(ids, dtype=str)} | {n: table[n] for n in COLUMNS[1:]})
    shuffled: pd.DataFrame = named.sort_values("row", ignore_index=True)
    return shuffled
