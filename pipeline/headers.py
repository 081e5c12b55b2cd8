"""Column names as people write them: recognised in spite of case, spaces, width and brackets."""

import re
import unicodedata
from collections.abc import Iterable, Mapping

from pipeline.sources import WHOLE_FILE, Problem

MARKS = re.compile(r"[\s_\-()\[\]【】:*]+")


def plain(name: str) -> str:
    """A name without what varies from file to file."""
    return MARKS.sub("", unicodedata.normalize("NFKC", name).casefold())


def recognise(header: Iterable[str], wanted: Mapping[str, Iterable[str]]) -> list[str]:
    """Each name of a header as it is wanted, by itself or by one of its aliases.

    A name that is there as it should be is never taken over by another spelling of it.
    """
    given = list(header)
    spelt = {plain(s): name for name, more in wanted.items() for s in (name, *more)}
    return [
        name
        if name in wanted or spelt.get(plain(name), name) in given
        else spelt.get(plain(name), name)
        for name in given
    ]


def notes(given: Iterable[str], read_as: Iterable[str]) -> list[Problem]:
    """A note on the file for each column that had another name."""
    return [
        Problem(WHOLE_FILE, name, told, "renamed_column", f"read as {name}", fatal=False)
        for told, name in zip(given, read_as, strict=True)
        if told != name
    ]
