"""Which table a part of a file holds, and which of its columns is which field."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.contract import TABLES, Field, Table
from pipeline.headers import plain
from pipeline.quarantine import NOTES
from pipeline.sources import WHOLE_FILE, Problem, SourceError, line_of

NOT_DATA = ("说明", "readme", "notes")


@dataclass(frozen=True)
class Columns:
    """The columns of one part: their names as found, each once, and the fields they hold."""

    table: Table
    names: list[str]
    places: dict[str, int]  # field → column

    def unknown(self, part: int) -> list[Problem]:
        """A note on the part for each column that is no field and so is left out."""
        line, known = line_of(part, WHOLE_FILE), set(self.places.values())
        remedy = "left out: give it one of the names in docs/exchange.md, or ignore this"
        return [
            Problem(line, name, "", "unknown_column", remedy, fatal=False)
            for place, name in enumerate(self.names)
            if place not in known and name and name not in NOTES
        ]


def is_data(name: str) -> bool:
    """False for sheets of explanations, such as the template's own."""
    return not plain(name).startswith(NOT_DATA)


def recognise(name: str, header: Sequence[str], where: str) -> Columns:
    """The table that a part is named after; failing that, the one that its header fits best."""
    table = next((table for table in TABLES if plain(name) in table.titles), None)
    table = table or _by_header(header, where)
    places: dict[str, int] = {}
    for place, word in enumerate(header):
        field = _field(table, word)
        if field is None:
            continue
        if field.name in places:
            first = header[places[field.name]]
            raise SourceError(
                f"{where}, row 1: columns {first!r} and {word!r} both tell {field.zh} "
                f"({field.name}); remove one of them"
            )
        places[field.name] = place
    missing = _missing(table, set(places))
    if missing:
        wanted = ", ".join(f"{field.zh} ({field.name})" for field in missing)
        raise SourceError(f"{where}, row 1: no column {wanted} for {table.zh}; add it")
    return Columns(table, _unlike(header), places)


def _field(table: Table, word: str) -> Field | None:
    return None if word in NOTES else table.by_header.get(plain(word))


def _missing(table: Table, found: set[str]) -> list[Field]:
    return [field for field in table.fields if field.required and field.name not in found]


def _by_header(header: Sequence[str], where: str) -> Table:
    fits: dict[str, int] = {}
    for table in TABLES:
        found = {field.name for word in header if (field := _field(table, word))}
        if not _missing(table, found):
            fits[table.name] = len(found)
    best = [table for table in TABLES if fits.get(table.name) == max(fits.values(), default=0)]
    if len(best) != 1:
        names = ", ".join(f"{table.zh} ({table.name})" for table in TABLES)
        raise SourceError(
            f"{where}, row 1: which table is this? Name the file or sheet after one of {names}, "
            "and give its required columns"
        )
    return best[0]


def _unlike(header: Sequence[str]) -> list[str]:
    """Names made unlike, so that no two columns of a row fall into one."""
    names: list[str] = []
    for word in header:
        name, copy = word, 2
        while name in names:
            name, copy = f"{word}#{copy}", copy + 1
        names.append(name)
    return names
