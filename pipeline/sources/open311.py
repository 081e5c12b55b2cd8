"""Service requests as Open311 GeoReport v2 tells of them, from a file or a live endpoint.

GeoReport has no closing time: the last update of a closed request stands in for it, with a
note. Where the closing date of GeoReport Bulk is given, in either of its spellings, it is used.
Description, place and persons of a request do not become part of the case.
"""

import re
from collections.abc import Iterator
from itertools import islice
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from cities import City
from data_access.cases import frames
from pipeline.georequests import REQUESTED, Request, requests
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
EXPECTED, UPDATED = "expected_datetime", "updated_datetime"
CLOSED = ("closed_date", "closed_datetime")
FIELDS = (*TEXTS.values(), REQUESTED, EXPECTED, UPDATED, *CLOSED)
# A moment and its offset. Digits beyond the microsecond are dropped; the years are those that
# Python can still tell a day before and after.
WRITTEN = re.compile(
    r"^([1-8]\d{3}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)"
    r"(?:(?<=\.\d{6})\d+)? ?(Z|[+-]\d\d(?::?\d\d)?)?\Z",
    re.ASCII,
)


def read(origin: str | None, city: City, **_: int) -> Iterator[Rows]:
    """Yield the requests of a file or address, CHUNK at a time, in their order.

    Addresses are of .json or .xml; a file may also be the .csv that the quarantine wrote. The
    line of a row is the place of its request in the whole download, the first being 1.
    SourceError if a document is not a list of service requests.
    """
    if origin is None:
        raise SourceError("this source reads a file or an endpoint: give its path or URL")
    numbered = enumerate(requests(origin), start=1)
    while chunk := dict(islice(numbered, CHUNK)):
        yield _rows(chunk, city.zone)


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
