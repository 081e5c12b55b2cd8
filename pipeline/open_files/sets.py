"""Which sets a release has: its tables, and what their codes stand for."""

from collections.abc import Mapping

import pandas as pd

import cities
from data_access import outcome_pairs
from pipeline import open_data
from pipeline.open_files import dictionary, reference
from pipeline.open_files.model import About, Set, Table

CELLS = "cells"
REFUSED = "reason_code"  # the table of cells that counts reasons


def sets(tables: Mapping[str, pd.DataFrame], about: About) -> list[Set]:
    """Every set of a release; a table that nobody described here is a set of its own.

    The index of texts is none: it says nothing that they do not.
    """
    city = cities.profile(about.city)
    long = open_data.long(tables[CELLS], city, about.label)
    wide = open_data.wide(tables[CELLS], city, about.label)
    refused = {"refusals": long[REFUSED]} if REFUSED in long else {}
    found = [
        _set("cells", {f"cells-{name}": frame for name, frame in long.items()}),
        _set("cells-wide", {f"wide-{name}": frame for name, frame in wide.items()}),
        *(
            _set(name.replace("_", "-"), {name.replace("_", "-"): frame.assign(label=about.label)})
            for name, frame in tables.items()
            if name not in (CELLS, outcome_pairs.NAME)
        ),
        _set("reasons", refused | {"reasons": reference.why(city).assign(label=about.label)}),
    ]
    codes = {
        "metrics": reference.metrics(),
        "units": reference.units(city),
        "divisions": reference.places(city),
        "lines": reference.lines(city),
    }
    found += [_set(name, {name: frame.assign(label=about.label)}) for name, frame in codes.items()]
    return [item for item in found if item.tables]


def _set(name: str, frames: Mapping[str, pd.DataFrame]) -> Set:
    """A set of those tables that have anything in them."""
    tables = tuple(_table(key, frame) for key, frame in frames.items() if len(frame.columns) > 1)
    return dictionary.described(name, tables)


def _table(name: str, frame: pd.DataFrame) -> Table:
    return dictionary.table(name, frame.reset_index(drop=True), _key(name))


def _key(name: str) -> tuple[str, ...]:
    """The columns that tell the rows of a table apart, where they are known."""
    kind, _, dimensions = name.partition("-")
    if kind == "wide":
        return open_data.key(dimensions)
    if kind == "cells" or name == "refusals":
        return ("metric", *open_data.key(dimensions or REFUSED))
    return tuple(dictionary.words()["keys"].get(name, ()))
