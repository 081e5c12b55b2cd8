"""Check case-level open data from the released table alone.

Reads the rule of the method page anew and shares no code with what makes the table: rows that
agree on everything a neighbour may know form a class; a class has k rows or more, and shows l or
more different values of each attribute, or withholds that attribute in all its rows.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

LEAST_ROWS, LEAST_VALUES = 10, 2
# A row is one of the others by what a neighbour may know of it.
KNOWN = ["step", "when", "where", "category", "category2", "unit"]
HIDDEN = ["outcome", "days", "satisfaction"]
COLUMNS = ["row", *KNOWN, "outcome", "reason_code", "days", "satisfaction"]
STAR = "*"
FORMS = {"month": r"\d{4}-(0\d|1[0-2])", "quarter": r"\d{4}-Q[1-4]", "year": r"\d{4}"}
STEPS = {
    "month/town/category2", "quarter/town/category2", "quarter/area/category2",
    "quarter/area/category", "year/area/category",
}  # fmt: skip
VALUES = {
    "step": STEPS,
    "outcome": {
        "", "solved", "explained", "not_substantiated", "outside_duty", "not_handled", "other",
        STAR,
    },
    "days": {"≤1", "2–3", "4–5", "6–10", "11–15", "16–30", ">30", "open", "unknown", STAR},
    "satisfaction": {"yes", "no", "none", STAR},
}  # fmt: skip


@dataclass(frozen=True)
class Anonymity:
    """Rows of the smallest class, and the fewest values of an attribute in a class that shows it.

    0 where there is none. `withheld` is the share of rows whose attribute (or unit) is withheld.
    """

    rows: int
    classes: int
    k: int
    l: dict[str, int]  # noqa: E741 - its name in the literature
    withheld: dict[str, float]


def anonymity(table: pd.DataFrame) -> Anonymity:
    """Measure a table of text as it was released ("" is a value: read it with no NA values)."""
    sizes = table.groupby(KNOWN, dropna=False).size()
    fewest = {}
    for name in HIDDEN:
        shown = table[table[name] != STAR]
        values = shown.groupby(KNOWN, dropna=False)[name].nunique(dropna=False)
        fewest[name] = int(values.min()) if len(values) else 0
    withheld = {
        name: float((table[name] == STAR).mean()) if len(table) else 0.0
        for name in ("unit", *HIDDEN)
    }
    smallest = int(sizes.min()) if len(sizes) else 0
    return Anonymity(len(table), len(sizes), smallest, fewest, withheld)


def problems(table: pd.DataFrame, k: int = LEAST_ROWS, l: int = LEAST_VALUES) -> list[str]:  # noqa: E741
    """Everything that does not hold, in words; empty if the table may be shown."""
    if list(table.columns) != COLUMNS:
        return [f"columns are {', '.join(map(str, table.columns))}, not {', '.join(COLUMNS)}"]
    if table.isna().any(axis=None):
        return ["there are values that are no text"]
    found = [*_small(table, k), *_alike(table, l), *_words(table), *_forms(table)]
    if not (table["row"].is_unique and table["row"].is_monotonic_increasing):
        found.append("row ids are not unique, or rows do not stand in the order of their ids")
    return found


def _small(table: pd.DataFrame, k: int) -> list[str]:
    sizes = table.groupby(KNOWN).size()
    return [f"{name}: {size} rows, fewer than {k}" for name, size in _named(sizes[sizes < k])]


def _alike(table: pd.DataFrame, l: int) -> list[str]:  # noqa: E741
    """Classes that show too few values, or withhold an attribute in some of their rows only."""
    found = []
    for name in HIDDEN:
        starred = table[name].eq(STAR).groupby([table[key] for key in KNOWN])
        partly = starred.any() & ~starred.all()
        values = table.groupby(KNOWN)[name].nunique()[~starred.all()]
        found += [f"{row}: {name} withheld in some rows only" for row, _ in _named(partly[partly])]
        found += [
            f"{row}: {n} value of {name}, fewer than {l}" for row, n in _named(values[values < l])
        ]
    return found


def _named(classes: "pd.Series[Any]") -> Iterator[tuple[str, Any]]:
    for place, value in classes.items():
        yield f"class {place}", value


def _words(table: pd.DataFrame) -> list[str]:
    """Values that the rule does not know: nothing else can be in the file, so no text either."""
    found = [
        f"{name}: {value!r} is not a value of it"
        for name, known in VALUES.items()
        for value in sorted(set(table[name]) - known)
    ]
    if not table["reason_code"].str.fullmatch(r"\*|([a-z][a-z0-9_]{0,40})?").all():
        found.append("reason_code: some are no codes")
    if ((table["reason_code"] == STAR) != (table["outcome"] == STAR)).any():
        found.append("reason_code: a reason tells the outcome, so both are withheld or none")
    return found


def _forms(table: pd.DataFrame) -> list[str]:
    """Rows that are told more finely than their step allows, or have no place or category."""
    found = []
    when, what = table["step"].str.split("/").str[0], table["step"].str.split("/").str[-1]
    for grain, form in FORMS.items():
        if not table["when"][when == grain].str.fullmatch(form).all():
            found.append(f"when: not a {grain} on each row of such a step")
    if ((table["category2"] == STAR) != (what == "category")).any():
        found.append("category2: shown where the step withholds it, or the reverse")
    for name in ("where", "category", "category2", "unit"):
        if (table[name] == "").any():
            found.append(f"{name}: empty")
    return found
