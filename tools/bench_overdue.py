"""Measure the list of overdue cases: python -m tools.bench_overdue [--city ankang].

Prints, for each list, order and filter, the time of its first page, of the page after 200 more,
and of a cold connection. Nothing is tested by the clock.
"""

import argparse
from dataclasses import dataclass
from statistics import median
from time import perf_counter

from rich.console import Console
from rich.table import Table
from sqlalchemy import Connection

from data_access.cases import store
from data_access.cases.engine import opened
from data_access.supervision import overdue
from data_access.supervision.overdue import Cursor, Question
from data_access.supervision.viewer import Role, Viewer

TURNS, DEEP = 9, 200
QUESTIONS = (
    Question(),
    Question("soon"),
    Question("open"),
    Question("open", colour="red"),
    Question("none"),
    Question("all"),
    Question("all", sort="received_desc"),
    Question("all", sort="deadline_desc", category="城市管理"),
    Question("all", unit="chengguan", area="610924"),
    Question("all", days=90, extensions=1),
    Question("all", extensions=2),
)


@dataclass(frozen=True)
class Timed:
    """Milliseconds: the first time, the median of later ones, and deep into the list."""

    cold: float
    first: float
    deep: float | None


def main() -> None:
    """A table a viewer."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--city", default="ankang")
    city = parser.parse_args().city
    viewers = {
        "city": Viewer("bench", "", city, frozenset({Role.CITY})),
        "unit": Viewer("bench", "", city, frozenset({Role.DEPARTMENT}), frozenset({"610902"})),
    }
    out = Console(highlight=False)
    with opened() as engine:
        out.print(f"{store.coverage(engine, city).cases:,} cases on {engine.dialect.name}")
        for name, viewer in viewers.items():
            table = Table("list", "first time", "first page", f"page {DEEP}", title=name)
            for asked in QUESTIONS:
                with engine.connect() as connection:
                    found = measure(connection, viewer, asked)
                deep = "–" if found.deep is None else f"{found.deep:.1f} ms"
                table.add_row(named(asked), f"{found.cold:.1f} ms", f"{found.first:.1f} ms", deep)
            out.print(table)


def named(asked: Question) -> str:
    """A question by what it does not leave open."""
    plain = Question()
    told = [f"{k}={v}" for k, v in vars(asked).items() if v != getattr(plain, k) or k == "which"]
    return " ".join(told)


def measure(connection: Connection, viewer: Viewer, asked: Question) -> Timed:
    """Time one list."""
    cold = timed(connection, viewer, asked, None)
    first = median(timed(connection, viewer, asked, None) for _ in range(TURNS))
    after: Cursor | None = None
    for _ in range(DEEP - 1):
        after = overdue.page(viewer, connection, asked, after).following
        if after is None:
            return Timed(cold, first, None)
    return Timed(cold, first, median(timed(connection, viewer, asked, after) for _ in range(TURNS)))


def timed(connection: Connection, viewer: Viewer, asked: Question, after: Cursor | None) -> float:
    """Milliseconds for one page."""
    start = perf_counter()
    overdue.page(viewer, connection, asked, after)
    return (perf_counter() - start) * 1000


if __name__ == "__main__":
    main()
