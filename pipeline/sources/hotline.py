"""A hotline's own export in the exchange contract, in any of its forms: docs/exchange.md."""

from collections.abc import Iterator
from pathlib import Path

from cities import City
from data_access.cases.kinds import KINDS
from pipeline import tables
from pipeline.contract import cells
from pipeline.contract.headers import Columns, is_data, recognise
from pipeline.contract.reading import Reader
from pipeline.sources import Rows, SourceError
from pipeline.tables import Part

SYNTHETIC = False
COMPLETE_UNTIL = None


def read(origin: str | None, city: City, **_: int) -> Iterator[Rows]:
    """Yield the rows of every table of a file or folder, cases first."""
    if origin is None:
        raise SourceError("this source reads a file or folder: give its path")
    with tables.opened(Path(origin)) as parts:
        known = [(columns, part) for part in parts if (columns := _columns(part))]
        if not known:
            raise SourceError(f"{origin}: nothing in it; fill in the template")
        known.sort(key=lambda found: KINDS.index(found[0].table.kind))
        for index, (columns, part) in enumerate(known):
            rows = part.rows()
            next(rows)
            yield from Reader(columns, city, part.name, index).read(rows)


def _columns(part: Part) -> Columns | None:
    """What a part holds; None where it holds nothing or explanations."""
    if not is_data(part.name):
        return None
    first = next(part.rows(), None)
    if first is None:
        return None
    return recognise(part.name, [cells.text(word) for word in first[1]], part.where)
