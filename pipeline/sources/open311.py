"""Service requests as Open311 GeoReport v2 tells of them, from a file or a live endpoint.

GeoReport has no closing time: the last update of a closed request stands in for it, with a
note. Where the closing date of GeoReport Bulk is given, in either of its spellings, it is used.
Description, place and persons of a request do not become part of the case.
"""

import csv
import json
import re
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import chain, islice
from pathlib import Path, PurePath
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from cities import City
from data_access.cases import frames
from pipeline import georeport
from pipeline.mapping import encoding
from pipeline.quarantine import NOTES, SETTLES, settles
from pipeline.sources import Problem, Rows, SourceError

SYNTHETIC = False
COMPLETE_UNTIL = None
CHUNK = 5_000
CHANNEL = "open311"
TEXTS = {
    "number": "service_request_id",
    "category": "service_name",
    "unit": "agency_responsible",
    "area": "zipcode",
    "status": "status",
}
REQUESTED, EXPECTED, UPDATED = "requested_datetime", "expected_datetime", "updated_datetime"
CLOSED = ("closed_date", "closed_datetime")
FIELDS = (*TEXTS.values(), REQUESTED, EXPECTED, UPDATED, *CLOSED)
# A moment and its offset. Digits beyond the microsecond are dropped; the years are those that
# Python can still tell a day before and after.
WRITTEN = re.compile(
    r"^([1-8]\d{3}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)"
    r"(?:(?<=\.\d{6})\d+)? ?(Z|[+-]\d\d(?::?\d\d)?)?\Z",
    re.ASCII,
)
UNSTORABLE = re.compile("[\0\ud800-\udfff]")  # JSON can spell it, no database takes it
WEB_PAGE = ("<!doctype html", "<html")

Request = dict[str, str]


def read(origin: str | None, city: City, **_: int) -> Iterator[Rows]:
    """Yield the requests of a file or address, CHUNK at a time, in their order.

    Addresses are of .json or .xml; a file may also be the .csv that the quarantine wrote. The
    line of a row is the place of its request in the whole download, the first being 1.
    SourceError if a document is not a list of service requests.
    """
    if origin is None:
        raise SourceError("this source reads a file or an endpoint: give its path or URL")
    numbered = enumerate(_requests(origin), start=1)
    while chunk := dict(islice(numbered, CHUNK)):
        yield _rows(chunk, city.zone)


def _requests(origin: str) -> Iterable[Request]:
    live = origin.lower().startswith(("http://", "https://"))
    suffix = PurePath(urlsplit(origin).path if live else origin).suffix.lower()
    if suffix == ".csv" and not live:
        return _from_csv(Path(origin))
    if suffix not in (".json", ".xml"):
        raise SourceError(f"{origin}: neither .json nor .xml; give a file or address of these")
    parse = partial(_parse, suffix=suffix)
    if live:
        return chain.from_iterable(georeport.pages(origin, suffix, parse))
    try:
        content = Path(origin).read_bytes()
    except OSError as error:
        raise SourceError(f"{origin}: {error.strerror}; check the path") from error
    return parse(content, origin)


def _parse(content: bytes, where: str, suffix: str) -> list[Request]:
    """The requests of one document; SourceError if it is anything else."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError(f"{where}: not UTF-8; have it exported as UTF-8") from error
    if text.lstrip().lower().startswith(WEB_PAGE):
        raise SourceError(f"{where}: a web page, not service requests; check the address")
    return _from_json(text, where) if suffix == ".json" else _from_xml(text, where)


def _from_json(text: str, where: str) -> list[Request]:
    try:  # numbers stay as they are written
        found = json.loads(text, parse_int=str, parse_float=str, parse_constant=str)
        if isinstance(found, list) and not _errors(found):
            return [_flat(item) for item in found]
    except (ValueError, RecursionError) as error:
        raise SourceError(f"{where}: not JSON: {error}; fetch or export it again") from error
    told = found.get("errors", [found]) if isinstance(found, dict) else found
    _refuse(_errors(told), where)
    raise SourceError(f"{where}: no list of service requests; check that it is a requests resource")


def _from_csv(path: Path) -> list[Request]:
    """Requests that came back out of quarantine, a field a column."""
    with path.open(encoding=encoding(path), newline="") as content:
        reader = csv.DictReader(content, restkey="+", restval="", strict=True)
        try:
            if REQUESTED not in (reader.fieldnames or ()):
                raise SourceError(f"{path}, row 1: no column {REQUESTED}; add it")
            return [_flat(row) for row in reader]
        except csv.Error as error:
            raise SourceError(
                f"{path}, row {reader.line_num}: {error}; mend the quoting of this row"
            ) from error


def _errors(found: Any) -> list[dict[str, Any]]:
    """The errors of a document that is a list of nothing else."""
    listed = [item for item in found if _is_error(item)] if isinstance(found, list) else []
    return listed if listed and len(listed) == len(found) else []


def _is_error(item: Any) -> bool:
    about_a_request = {"service_request_id", "token"}
    return isinstance(item, dict) and "code" in item and item.keys().isdisjoint(about_a_request)


def _refuse(errors: list[dict[str, Any]], where: str) -> None:
    if errors:
        told = "; ".join(f"{error.get('code')} {error.get('description')}" for error in errors)
        raise SourceError(f"{where}: the server answers: {told[:300]}; mend the query")


def _flat(item: Any) -> Request:
    """A request as texts; what is no object has none of the fields and is kept under no name."""
    given = item if isinstance(item, dict) else {"": item}
    return {_text(name): _text(value) for name, value in given.items()}


def _text(value: Any) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return UNSTORABLE.sub("\ufffd", text)


def _from_xml(text: str, where: str) -> list[Request]:
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise SourceError(f"{where}: has a DTD, which may harm; remove it")
    try:
        root = ElementTree.fromstring(text)  # noqa: S314 - without a DTD there are no entities
    except ElementTree.ParseError as error:
        raise SourceError(f"{where}: not XML: {error}; fetch or export it again") from error
    if _name(root) == "errors":
        _refuse([_fields(error) for error in root], where)
    others = {_name(child) for child in root} - {"request"}
    if _name(root) != "service_requests" or others:
        raise SourceError(
            f"{where}: <{_name(root)}> of {', '.join(sorted(others)) or 'nothing'}, where "
            "<service_requests> of <request> belongs; check that it is a requests resource"
        )
    return [_fields(request) for request in root]


def _name(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _fields(element: ElementTree.Element) -> Request:
    """The texts of an element's children; those of one name are put together."""
    fields: Request = {}
    for child in element:
        text = "".join(child.itertext())
        name = _name(child)
        fields[name] = f"{fields[name]}\n{text}" if name in fields else text
    return fields


def _rows(chunk: dict[int, Request], zone: ZoneInfo) -> Rows:
    values = [[row.get(name, "").strip() for name in FIELDS] for row in chunk.values()]
    table = pd.DataFrame(values, columns=list(FIELDS), index=list(chunk), dtype=object)
    used, problems = _closings(table)
    problems += _missing(table)
    times = {name: _moments(used[name], zone, problems) for name in used}
    closed = times[CLOSED[0]].fillna(times[CLOSED[1]]).fillna(times[UPDATED])
    cases = frames.frame(
        {
            "line": table.index.to_series(),
            "channel": CHANNEL,
            **{name: table[column] for name, column in TEXTS.items()},
            "received_at": times[REQUESTED],
            "due_at": times[EXPECTED],
            "closed_at": closed,
        }
    )
    bad = {problem.line for problem in problems if problem.fatal}
    return Rows(
        count=len(chunk),
        records=cases[~cases["line"].isin(bad)],
        problems=problems,
        raw=lambda line: {name: v for name, v in chunk[line].items() if name not in NOTES},
        settles={line: settles(row[SETTLES]) for line, row in chunk.items() if SETTLES in row},
    )


def _missing(table: pd.DataFrame) -> list[Problem]:
    number, requested = table[TEXTS["number"]], table[REQUESTED]
    numbered = "fetch it again once the city has numbered the request, or give it its number"
    received = "fill in when it was received"
    return [
        *_found(number, number == "", "missing_number", numbered),
        *_found(requested, requested == "", "missing_date", received),
    ]


def _closings(table: pd.DataFrame) -> tuple[dict[str, "pd.Series[str]"], list[Problem]]:
    """The texts of all times, blank where they are of no account, and notes on closing times."""
    status = table[TEXTS["status"]].str.lower()
    used = {name: table[name] for name in (REQUESTED, EXPECTED)}
    given = [table[name].where(status != "open", "") for name in CLOSED]
    used[CLOSED[0]], used[CLOSED[1]] = given[0], given[1].where(given[0] == "", "")
    silent = (status == "closed") & (given[0] == "") & (given[1] == "")
    used[UPDATED] = table[UPDATED].where(silent, "")
    instead, unknown = used[UPDATED] != "", silent & (table[UPDATED] == "")
    ask = "ask the city for closed_date, as in GeoReport Bulk"
    notes = [
        *_found(used[UPDATED], instead, "closing_time_is_last_update", ask, fatal=False),
        *_found(used[UPDATED], unknown, "closing_time_unknown", ask, fatal=False),
    ]
    for name in CLOSED:
        early = (status == "open") & (table[name] != "")
        ask = "taken as open; ask the city which of the two holds"
        notes += _found(table[name], early, "closing_time_of_open_request", ask, fatal=False)
    return used, notes


def _moments(
    texts: "pd.Series[str]", zone: ZoneInfo, problems: list[Problem]
) -> "pd.Series[pd.Timestamp]":
    """Texts as moments in UTC; none where a text is empty or cannot be read."""
    parts = texts.str.extract(WRITTEN)
    moments = pd.to_datetime(parts[0] + parts[1], format="ISO8601", errors="coerce", utc=True)
    bare = parts[0].where(parts[1].isna())
    local = pd.to_datetime(bare, format="ISO8601", errors="coerce").astype("datetime64[us]")
    # An hour told twice in autumn is taken as its first; one that spring skips, as its end.
    first = np.ones(len(local), dtype=bool)
    here = local.dt.tz_localize(zone, ambiguous=first, nonexistent="shift_forward")
    known = moments.astype(frames.MOMENT).fillna(here.dt.tz_convert("UTC"))
    unread = known.isna() & (texts != "")
    remedy = "write it as 2026-11-01T09:30:00+08:00"
    problems += _found(texts, unread, "unreadable_date", remedy)
    remedy = f"taken as the time of {zone}; have the offset exported"
    problems += _found(texts, here.notna(), "time_without_offset", remedy, fatal=False)
    return known


def _found(
    texts: "pd.Series[str]", wrong: "pd.Series[bool]", rule: str, remedy: str, fatal: bool = True
) -> list[Problem]:
    return [
        Problem(line, str(texts.name), str(texts.at[line]), rule, remedy, fatal)
        for line in texts.index[wrong].tolist()
    ]
