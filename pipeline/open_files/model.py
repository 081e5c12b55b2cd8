"""What is published as files: sets of tables, each column with its meaning in both languages."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

Words = Mapping[str, str]  # by language
LANGUAGES = ("zh", "en")


@dataclass(frozen=True)
class Field:
    """One column. `values` are the codes that it may hold, if it has a closed list of them.

    `type` is one of string, integer, number, boolean. `empty` says what it means that nothing
    stands there.
    """

    name: str
    type: str
    title: Words
    about: Words
    values: Mapping[str, Words] = field(default_factory=dict)
    empty: Words | None = None


@dataclass(frozen=True)
class Table:
    """One table and its columns, in their order. `key` names the columns that tell rows apart."""

    name: str
    title: Words
    frame: pd.DataFrame
    fields: tuple[Field, ...]
    key: tuple[str, ...]


@dataclass(frozen=True)
class Set:
    """Tables that belong together: a folder of files and an address of their own."""

    id: str
    title: Words
    about: Words
    position: int  # among the sets of a release
    tables: tuple[Table, ...]


@dataclass(frozen=True)
class About:
    """What every file says of the release it is part of. `label` marks simulated data.

    `previous` and `corrects` are ids of earlier releases, or nothing.
    """

    city: str
    city_name: Words
    hotline: str
    release: str
    as_of: str
    published_at: str
    cases: int
    label: str
    licence: str
    previous: str | None = None
    corrects: str | None = None
    reason: str = ""

    def place(self, set_id: str) -> str:
        """The name of a set in addresses: city and set."""
        return f"{self.city}-{set_id}"
