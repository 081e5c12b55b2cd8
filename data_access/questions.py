"""Published answers to doubts that remained, searched; and how many doubts there are.

A city answers some hundreds a year, so all of them are read at each question, in a moment; the
index that the outcomes need would be larger than the texts.
"""

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import BigInteger, Column, ColumnElement, MetaData, String, Table, func, select

from data_access.outcomes import MOST_WORDS
from data_access.published import Release, rows

COLUMNS = ("row", "when", "area", "category", "unit", "text")
questions = Table("questions", MetaData(), *(Column(name, String) for name in COLUMNS))
NUMBERS = ("raised", "answered", "in_time", "open")
doubts = Table(
    "doubts",
    MetaData(),
    Column("day", String, nullable=False),  # as of its beginning
    Column("within", BigInteger, nullable=False),  # working days that count as in time
    *(Column(name, BigInteger) for name in NUMBERS),
)
FACETS = ("category", "area")


class Answer(NamedTuple):
    """One approved answer under its coarse keys."""

    when: str
    area: str
    category: str
    unit: str
    text: str


class Doubts(NamedTuple):
    """How many doubts at least; None is fewer than ROUND."""

    day: str
    within: int
    raised: int | None
    answered: int | None
    in_time: int | None
    open: int | None


def search(
    release: Release, words: str, facets: Mapping[str, str], most: int, skip: int = 0
) -> tuple[list[Answer], int]:
    """Answers that hold every word, newest period first, and how many there are."""
    found = _found(release, words, facets)
    return found[skip : skip + most], len(found)


def counts(
    release: Release, words: str, facets: Mapping[str, str], by: str
) -> list[tuple[str, int]]:
    """How many of the answers found lie in each value of a facet, its own choice aside."""
    others = {name: value for name, value in facets.items() if name != by}
    return Counter(getattr(one, by) for one in _found(release, words, others)).most_common()


def _found(release: Release, words: str, facets: Mapping[str, str]) -> list[Answer]:
    column = questions.c
    wanted: list[ColumnElement[bool]] = [
        func.contains(column.text, word) for word in words.split()[:MOST_WORDS]
    ]
    wanted += [column[name] == value for name, value in facets.items()]
    query = select(*(column[name] for name in Answer._fields)).where(*wanted)
    found = rows(release, query.order_by(column.when.desc(), column.row))
    return [Answer(**row) for row in found]


def counted(release: Release) -> Doubts | None:
    """How many doubts there were when the release was made; None where it does not say."""
    found = rows(release, select(doubts))
    return Doubts(**found[0]) if found else None
