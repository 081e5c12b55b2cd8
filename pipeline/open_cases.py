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
- A past quarter has the same rows in each later release: what was decided of a case is booked
  (`OpenCases.book`, restricted side) and repeated. A case that came in after its quarter was
  released stays out. A year is a class only once it is over.

Not protected:
- What most of a class share. A withheld value is the same for the whole class, so the usual one
  is a good guess, and an earlier release may have told it.
- Cases of which somebody knows outcome, days or satisfaction too, as the caller does.
- Subtracting from tables that cut across the ladder (unit by category, town by year) tells how
  many cases of a cell are coarser or left out. It tells nothing of them as long as no table of
  outcomes, days or satisfaction is cut by town and category; such a one must not be published.
- Who is left out because the row would say too much beside the published cells (linkage.py): that
  whole class of ten or more is missing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from metrics.periods import first_day, label
from pipeline.ladder import NOWHERE, Mask, Numbers, climb
from pipeline.open_rows import shuffled, tellable
from pipeline.open_subjects import LEVELS, Subjects, why_not

K = 10
SETTLING = timedelta(days=30)  # between the end of a quarter and its release
WITHHELD = "*"  # "" is: there is none
COLUMNS = (
    "row", "step", "when", "where", "category", "category2", "unit",
    "outcome", "reason_code", "days", "satisfaction",
)  # fmt: skip
CLASS = COLUMNS[1:7]  # what a neighbour may know
ATTRIBUTES = ("outcome", "days", "satisfaction")
# Why a case has no class (yet): its year still runs, too few are like it, the published cells would
# say too much beside it, or its quarter was out before it came.
YEAR_RUNS, FEW, LINKED, LATE = "year_not_over", "below_k", "linked", "late"
WAITING = (YEAR_RUNS, FEW)  # may still become part of a class of its year
BOOK = ("number", "area", *COLUMNS[1:], "left")  # a row, or the reason why there is none


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


Linked = Callable[[pd.DataFrame], Mask]


@dataclass(frozen=True)
class OpenCases:
    """The rows, all text, how many cases were left out for each reason, and what is decided.

    `book` has a row per case (BOOK) that was open to release before the day `until`.
    """

    table: pd.DataFrame
    dropped: dict[str, int]
    book: pd.DataFrame
    until: date


def nothing_booked() -> pd.DataFrame:
    """The book before the first release."""
    return pd.DataFrame(columns=list(BOOK), dtype=object)


def nothing_linked(rows: pd.DataFrame) -> Mask:
    """No row says anything beside the published cells, where there are none."""
    return np.zeros(len(rows), dtype=bool)


def open_cases(
    facts: pd.DataFrame,
    about: Subjects,
    as_of: date,
    zone: ZoneInfo,
    booked: pd.DataFrame | None = None,
    until: date = date.min,
    linked: Linked = nothing_linked,
) -> OpenCases:
    """The rows that may be released of the cases as they stood at a day.

    One row a case: number, received_at and closed_at (aware), and as text, "" for none: area, town,
    category, category2, category3, unit, nature, outcome, reason_code, satisfaction.
    Rows in = rows out + those dropped, but for booked rows whose case is gone. Row ids are random
    and the rows are sorted by them, so neither says anything of the case, and no two releases
    share one.

    Released are quarters that ended SETTLING before that day, or earlier. `booked` and `until` are
    what an earlier release decided; `linked` is given all rows with their `area` and says which
    whole classes must stay out.
    """
    booked = nothing_booked() if booked is None else booked
    last = as_of - SETTLING
    quarter = first_day(label(last.year, last.month, "quarter"))
    why = why_not(facts, about, datetime.combine(quarter, time(), tzinfo=zone))
    settled = booked[~booked["left"].isin(WAITING)]
    known = facts["number"].isin(booked["number"]).to_numpy()
    again = facts["number"].isin(settled["number"]).to_numpy()
    early = (facts["received_at"].dt.tz_convert(zone).dt.date < until).to_numpy()
    why = np.where((why == "") & early & ~known, LATE, why)
    fresh = _decided(facts[(why == "") & ~again], zone, last.year)
    book = pd.concat([settled, fresh], ignore_index=True)
    told = book["left"] == ""
    book.loc[told[told].index[linked(book[told])], "left"] = LINKED
    left = pd.Series([*why[(why != "") & ~again], *book["left"]], dtype=object)
    dropped = {str(reason): int(cases) for reason, cases in left[left != ""].value_counts().items()}
    table = shuffled(book.loc[book["left"] == "", list(COLUMNS[1:])])
    return OpenCases(table, dropped, book, max(until, quarter))


def _decided(facts: pd.DataFrame, zone: ZoneInfo, running_year: int) -> pd.DataFrame:
    """A row of the book for each case that may have one."""
    told = tellable(facts, zone)
    running = (told["year"] == str(running_year)).to_numpy()
    level = _steps(told, running)
    rows = _protected(_coarse(told[level != NOWHERE], level[level != NOWHERE]))
    waiting = told.loc[level == NOWHERE, ["number", "area"]].astype(str)
    left = np.where(running, YEAR_RUNS, FEW)[level == NOWHERE]
    both = pd.concat([rows.assign(left=""), waiting.assign(left=left)], ignore_index=True)
    book: pd.DataFrame = both.reindex(columns=list(BOOK), fill_value="").fillna("").astype(object)
    return book


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
