"""Case-level open data, checked from the released table alone: k, l, words and forms.

Reads the rule of the methods page anew and shares no code with what makes the table: rows that
agree on everything a neighbour may know form a class; a class has k rows or more, and shows l or
more different values of each attribute, or withholds that attribute in all its rows.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import duckdb

from pipeline.verify.opened import SHOWN, Opened
from pipeline.verify.report import Check

LEAST_ROWS, LEAST_VALUES = 10, 2
# A row is one of the others by what a neighbour may know of it.
KNOWN = ("step", "when", "where", "category", "category2", "unit")
HIDDEN = ("outcome", "days", "satisfaction")
COLUMNS = ("row", *KNOWN, "outcome", "reason_code", "days", "satisfaction")
STAR = "*"
FORMS = {"month": r"\d{4}-(0\d|1[0-2])", "quarter": r"\d{4}-Q[1-4]", "year": r"\d{4}"}
VALUES = {
    "step": (
        "month/town/category2", "quarter/town/category2", "quarter/area/category2",
        "quarter/area/category", "year/area/category",
    ),
    "outcome": (
        "", "solved", "explained", "not_substantiated", "outside_duty", "not_handled", "other",
        STAR,
    ),
    "days": ("≤1", "2–3", "4–5", "6–10", "11–15", "16–30", ">30", "open", "unknown", STAR),
    "satisfaction": ("yes", "no", "none", STAR),
}  # fmt: skip
CLASSES = f"""
    SELECT {", ".join(f'"{name}"' for name in KNOWN)}, count(*) AS rows,
        {", ".join(f"count(DISTINCT {a}) FILTER ({a} <> '*') AS {a}_values" for a in HIDDEN)},
        {", ".join(f"count(*) FILTER ({a} = '*') AS {a}_stars" for a in HIDDEN)}
    FROM open_cases GROUP BY ALL ORDER BY ALL
"""  # noqa: S608 - our own names
# What no row may have, and the text of it.
RULES = (
    (r"NOT regexp_full_match(reason_code, '\*|([a-z][a-z0-9_]{0,40})?')",
     "reason_code: some are no codes"),
    ("(reason_code = '*') <> (outcome = '*')",
     "reason_code: a reason tells the outcome, so both are withheld or none"),
    ("""(category2 = '*') <> (step LIKE '%/category')""",
     "category2: shown where the step withholds it, or the reverse"),
    *((f"""split_part(step, '/', 1) = '{grain}' AND NOT regexp_full_match("when", '{form}')""",
       f"when: not a {grain} on each row of such a step") for grain, form in FORMS.items()),
    *((f"\"{name}\" = ''", f"{name}: empty") for name in KNOWN[2:]),
)  # fmt: skip


@dataclass(frozen=True)
class Anonymity:
    """Rows of the smallest class, and the fewest values of an attribute in a class that shows it.

    0 where there is none.
    """

    rows: int
    classes: int
    k: int
    l: dict[str, int]  # noqa: E741 - its name in the literature


def open_cases(release: Opened) -> Check:
    """Whether nobody can be told apart in the table."""
    found = problems(release.database)
    if found:
        return Check("open cases", "rows alike", tuple(found))
    told = measure(release.database)
    least = ", ".join(f"{name} {values}" for name, values in told.l.items())
    said = f"{told.rows} rows in {told.classes} classes of {told.k} or more (k); {least} (l)"
    why = "whether the rows tell of real cases: the case database is not in the release"
    return Check("open cases", said, unchecked=(why,))


def measure(database: duckdb.DuckDBPyConnection) -> Anonymity:
    """Recompute k and l of the table `open_cases`."""
    least = ", ".join(f"min({a}_values) FILTER ({a}_stars = 0)" for a in HIDDEN)
    query = f"SELECT sum(rows), count(*), min(rows), {least} FROM ({CLASSES})"  # noqa: S608
    rows, classes, k, *values = _one(database, query)
    return Anonymity(rows, classes, k, dict(zip(HIDDEN, values, strict=True)))


def problems(
    database: duckdb.DuckDBPyConnection,
    k: int = LEAST_ROWS,
    l: int = LEAST_VALUES,  # noqa: E741
) -> list[str]:
    """Everything that does not hold in the table `open_cases`, in words."""
    columns = database.execute("DESCRIBE open_cases").fetchall()
    names = tuple(column[0] for column in columns)
    if names != COLUMNS:
        return [f"columns are {', '.join(names)}, not {', '.join(COLUMNS)}"]
    empty = " OR ".join(f'"{name}" IS NULL' for name in names)
    if {column[1] for column in columns} != {"VARCHAR"} or _count(database, empty):
        return ["there are values that are no text"]
    found = [*_classes(database, k, l), *_words(database)]
    found += [text for wrong, text in RULES if _count(database, wrong)]
    return found + _order(database)


def _classes(database: duckdb.DuckDBPyConnection, k: int, l: int) -> Iterator[str]:  # noqa: E741
    """Small classes, and those that show too few values or withhold one in some rows only."""
    yield from _named(database, f"rows < {k}", f"rows || ' rows, fewer than {k}'")
    for name in HIDDEN:
        partly = f"{name}_stars NOT IN (0, rows)"
        yield from _named(database, partly, f"'{name} withheld in some rows only'")
        few = f"{name}_stars = 0 AND {name}_values < {l}"
        yield from _named(database, few, f"{name}_values || ' value of {name}, fewer than {l}'")


def _named(database: duckdb.DuckDBPyConnection, wrong: str, text: str) -> Iterator[str]:
    keys = ", ".join(f'"{name}"' for name in KNOWN)
    query = f"SELECT {keys}, {text} FROM ({CLASSES}) WHERE {wrong}"  # noqa: S608 - our own texts
    found = database.execute(query).fetchall()
    yield from (f"class {' '.join(row[:-1])}: {row[-1]}" for row in found[:SHOWN])
    if len(found) > SHOWN:
        yield f"and {len(found) - SHOWN} more classes: {found[0][-1]}"


def _words(database: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """Values that the rule does not know: nothing else can be in the file, so no text either."""
    for name, known in VALUES.items():
        query = f"SELECT DISTINCT {name} FROM open_cases WHERE {name} NOT IN (SELECT unnest(?))"  # noqa: S608
        for (value,) in sorted(database.execute(query, [list(known)]).fetchall()):
            yield f"{name}: {value!r} is not a value of it"


def _order(database: duckdb.DuckDBPyConnection) -> list[str]:
    wrong = """SELECT count(*) FROM (
        SELECT "row" <= lag("row") OVER (ORDER BY rowid) AS back FROM open_cases) WHERE back"""
    if _one(database, wrong) == (0,):
        return []
    return ["row ids are not unique, or rows do not stand in the order of their ids"]


def _count(database: duckdb.DuckDBPyConnection, wrong: str) -> int:
    return int(_one(database, f"SELECT count(*) FROM open_cases WHERE {wrong}")[0])  # noqa: S608


def _one(database: duckdb.DuckDBPyConnection, query: str) -> tuple[Any, ...]:
    return tuple(value or 0 for value in database.execute(query).fetchone() or ())
