"""Tables in files: CSV, Parquet, workbooks, and folders or archives of the first two.

Each is a list of parts, and each part rows of cells, the header first. A row in which every cell
is empty is no row.
"""

import csv
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile, ZipInfo

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.mapping import ENCODINGS, encoding
from pipeline.sources import SourceError

Row = tuple[int, list[Any]]
TABLES = (".csv", ".parquet")
FORMS = (*TABLES, ".xlsx", ".zip")
MOST = 1 << 30  # bytes that one member of an archive or workbook may unpack to
MOST_MEMBERS = 1_000
BATCH = 20_000
NAME_LENGTH = 128


@dataclass(frozen=True)
class Part:
    """One table of a file: its name as found, where it is for messages, and its rows."""

    name: str
    where: str
    rows: Callable[[], Iterator[Row]]


@contextmanager
def opened(path: Path) -> Iterator[list[Part]]:
    """The parts of a file or folder, readable for the length of a `with` block."""
    if path.is_dir():
        yield _folder(path, str(path))
    elif path.suffix.lower() in TABLES:
        yield [_table(path, path.stem, str(path))]
    elif path.suffix.lower() == ".xlsx":
        with _archive(path), closing(_workbook(path)) as book:
            yield [
                Part(sheet.title, f"{path}, sheet {sheet.title}", _sheet(sheet, book.epoch))
                for sheet in book.worksheets
            ]
    elif path.suffix.lower() == ".zip":
        with _archive(path) as archive, tempfile.TemporaryDirectory() as folder:
            yield _unpacked(archive, Path(folder), str(path))
    else:
        raise SourceError(f"{path}: not a folder, {', '.join(FORMS)}; save it as one of these")


def _folder(path: Path, where: str) -> list[Part]:
    books = [
        item.name for item in sorted(path.iterdir()) if item.suffix.lower() in (".xlsx", ".zip")
    ]
    if books:
        raise SourceError(f"{where}: {books[0]} among tables; ingest it by itself")
    files = [item for item in sorted(path.iterdir()) if _is_table(item.name)]
    if not files:
        raise SourceError(f"{where}: no .csv or .parquet in it; add cases.csv or 工单.csv")
    return [_table(item, item.stem, str(item)) for item in files]


def _is_table(name: str) -> bool:
    """Whether it is a table; hidden files and those of unpackers are not."""
    return Path(name).suffix.lower() in TABLES and not Path(name).name.startswith((".", "~", "__"))


def _table(path: Path, name: str, where: str) -> Part:
    read = _csv if path.suffix.lower() == ".csv" else _parquet
    return Part(name[:NAME_LENGTH], where, lambda: read(path, where))


def _csv(path: Path, where: str) -> Iterator[Row]:
    try:
        with path.open(encoding=encoding(path), newline="") as content:
            reader = csv.reader(content, strict=True)
            try:
                for values in reader:
                    if any(values):
                        yield reader.line_num, values
            except csv.Error as error:
                raise SourceError(
                    f"{where}, row {reader.line_num}: {error}; mend the quoting of this row"
                ) from error
    except OSError as error:
        raise SourceError(f"{where}: {error.strerror}; check the file") from error


def _parquet(path: Path, where: str) -> Iterator[Row]:
    try:
        with pq.ParquetFile(path) as table:
            yield 1, table.schema_arrow.names
            number = 1
            for batch in table.iter_batches(BATCH):
                for row in _cells(batch):
                    number += 1
                    if _told(row):
                        yield number, row
    except (pa.ArrowException, OSError) as error:
        raise SourceError(f"{where}: not Parquet: {error}; export it again") from error


def _cells(batch: pa.RecordBatch) -> Iterator[list[Any]]:
    return map(
        list, zip(*(_whole_micros(column).to_pylist() for column in batch.columns), strict=True)
    )


def _whole_micros(column: pa.Array) -> pa.Array:
    """Nanoseconds have no place in Python's moments."""
    if pa.types.is_timestamp(column.type) and column.type.unit == "ns":
        return column.cast(pa.timestamp("us", column.type.tz), safe=False)
    return column


def _told(row: Iterable[Any]) -> bool:
    return any(cell is not None and cell != "" for cell in row)


def _workbook(path: Path) -> openpyxl.Workbook:
    try:
        return openpyxl.load_workbook(path, read_only=True, data_only=True)
    except Exception as error:  # openpyxl raises whatever it stumbles upon
        raise SourceError(f"{path}: not a workbook: {error}; save it as .xlsx again") from error


def _sheet(sheet: Any, epoch: datetime) -> Callable[[], Iterator[Row]]:
    def rows() -> Iterator[Row]:
        width = 0
        for number, row in enumerate(sheet.iter_rows(), start=1):
            cells = [_cell(cell) for cell in row]
            while len(cells) > width and not _told(cells[-1:]):
                cells.pop()
            if _told(cells):
                width = width or len(cells)  # of the header
                yield number, cells + [""] * (width - len(cells))

    return rows


def _cell(cell: Any) -> Any:
    """The value of a cell; a date that is shown without a time of day is a date alone."""
    value = cell.value
    midnight = isinstance(value, datetime) and value.time() == time()
    if midnight and "h" not in cell.number_format.lower():
        return value.date()
    return value


@contextmanager
def _archive(path: Path) -> Iterator[ZipFile]:
    """An archive (a workbook is one too) that does not unpack to more than it should."""
    try:
        with ZipFile(path) as archive:
            members = archive.infolist()
            large = [member.filename for member in members if member.file_size > MOST]
            if large or len(members) > MOST_MEMBERS:
                what = large[0] if large else f"{len(members)} members"
                raise SourceError(f"{path}: {what} is too much to unpack (1 GiB each); split it")
            if any(member.flag_bits & 1 for member in members):
                raise SourceError(f"{path}: encrypted; save it without a password")
            yield archive
    except (BadZipFile, OSError) as error:
        raise SourceError(f"{path}: damaged: {error}; copy or save it again") from error


def _unpacked(archive: ZipFile, folder: Path, where: str) -> list[Part]:
    """The tables of an archive, unpacked under names of our own: its names lead nowhere."""
    parts = []
    for place, member in enumerate(archive.infolist()):
        name = Path(_name(member).replace("\\", "/"))
        if member.is_dir() or not _is_table(name.name) or "__MACOSX" in name.parts:
            continue
        target = folder / f"{place}{name.suffix.lower()}"
        with archive.open(member) as packed, target.open("wb") as content:
            while block := packed.read(1 << 20):
                content.write(block)
        parts.append(_table(target, name.stem, f"{where}, {name}"))
    if not parts:
        raise SourceError(f"{where}: no .csv or .parquet in it; add cases.csv or 工单.csv")
    return parts


def _name(member: ZipInfo) -> str:
    """Archives made in China mark no encoding: what zipfile took for cp437 is GB18030 or UTF-8."""
    if member.flag_bits & 0x800:
        return member.filename
    try:
        name = member.filename.encode("cp437")
    except UnicodeEncodeError:
        return member.filename
    for tried in ENCODINGS:
        try:
            return name.decode(tried)
        except UnicodeDecodeError:
            continue
    return member.filename
