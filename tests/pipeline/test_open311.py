"""Open311: what a request becomes, and that a live endpoint is read whole, once and patiently."""

import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select

from cities import City
from data_access.cases.records import Case
from data_access.cases.schema import Finding
from pipeline import georeport, quarantine
from pipeline.ingest import Accounting, ingest
from pipeline.sources import Rows, SourceError, load, open311

Row = dict[str, Any]
OPEN: Row = {
    "service_request_id": "1",
    "status": "open",
    "service_name": "Pothole",
    "agency_responsible": "Streets",
    "requested_datetime": "2010-04-14T06:37:38-04:00",
    "expected_datetime": "2010-04-15T06:37:38-04:00",
    "updated_datetime": "2010-04-14T08:00:00-04:00",
    "zipcode": "10001",
    "description": "my name is Ann",
    "address": "8 Elm Street",
    "lat": 40.7127,
    "long": -74.0059,
    "media_url": None,
}
CLOSED = OPEN | {"status": "closed"}
TOLD = {"closing_time_is_last_update": 1}


def document(rows: list[Row], suffix: str) -> bytes:
    if suffix == ".json":
        return json.dumps(rows).encode()
    requests = "".join(
        "<request>"
        + "".join(f"<{k}>{'' if v is None else escape(str(v))}</{k}>" for k, v in row.items())
        + "</request>"
        for row in rows
    )
    head = '<?xml version="1.0" encoding="utf-8"?>'
    return f"{head}<service_requests>{requests}</service_requests>".encode()


def write(folder: Path, *rows: Row, suffix: str = ".json") -> str:
    path = folder / f"requests{suffix}"
    path.write_bytes(document(list(rows), suffix))
    return str(path)


def counts(result: Accounting) -> tuple[int, int, int, int, int]:
    tally = result.tally
    return tally.rows_in, tally.stored, tally.quarantined, tally.unchanged, tally.repaired


def cases(engine: Engine) -> list[Row]:
    with engine.connect() as connection:
        return [dict(row) for row in connection.execute(select(Case.__table__)).mappings()]


def findings(engine: Engine) -> list[Row]:
    with engine.connect() as connection:
        return [dict(row) for row in connection.execute(select(Finding.__table__)).mappings()]


@pytest.mark.parametrize("suffix", [".json", ".xml"])
def test_a_request_becomes_a_case(engine: Engine, nyc: City, tmp_path: Path, suffix: str) -> None:
    path = write(tmp_path, OPEN, CLOSED | {"service_request_id": 2}, suffix=suffix)
    result = ingest(engine, "open311", path, nyc)
    assert counts(result) == (2, 2, 0, 0, 1)
    assert result.reasons == TOLD
    first, second = cases(engine)
    expected = {
        "number": "1", "status": "open", "category": "Pothole", "unit": "Streets",
        "area": "10001", "channel": "open311", "nature": "", "closed_at": None,
        "received_at": datetime(2010, 4, 14, 10, 37, 38, tzinfo=UTC),
        "due_at": datetime(2010, 4, 15, 10, 37, 38, tzinfo=UTC),
    }  # fmt: skip
    assert first == first | expected
    closed = {"number": "2", "status": "closed"}
    assert second == second | closed | {"closed_at": datetime(2010, 4, 14, 12, tzinfo=UTC)}
    assert not any("Ann" in str(row) for row in (*cases(engine), *findings(engine)))
    assert counts(ingest(engine, "open311", path, nyc)) == (2, 0, 0, 2, 0)


BULK = "2010-04-14T07:00:00-04:00"


@pytest.mark.parametrize(
    ("row", "closed", "reasons"),
    [
        (CLOSED | {"updated_datetime": ""}, None, {"closing_time_unknown": 1}),
        (CLOSED | {"closed_date": BULK}, BULK, {}),
        (CLOSED | {"closed_datetime": BULK}, BULK, {}),
        (CLOSED | {"closed_date": BULK, "closed_datetime": "2010-04-14T09:00:00-04:00"}, BULK, {}),
        (CLOSED | {"status": None, "closed_date": BULK}, BULK, {}),  # Bulk has no status
        (CLOSED | {"status": " Closed "}, OPEN["updated_datetime"], TOLD),
        (OPEN | {"closed_date": BULK}, None, {"closing_time_of_open_request": 1}),
        (OPEN | {"updated_datetime": "?"}, None, {}),
    ],
)
def test_when_a_request_was_closed(
    engine: Engine, nyc: City, tmp_path: Path, row: Row, closed: str | None, reasons: dict[str, int]
) -> None:
    result = ingest(engine, "open311", write(tmp_path, row), nyc)
    assert counts(result)[:3] == (1, 1, 0)
    assert result.reasons == reasons
    (case,) = cases(engine)
    assert case["closed_at"] == (closed and datetime.fromisoformat(closed))


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2010-04-14T06:37:38", (2010, 4, 14, 10, 37, 38)),  # New York is UTC-4 by then
        ("2010-01-14 06:37:38", (2010, 1, 14, 11, 37, 38)),
        ("2010-11-07T01:30:00", (2010, 11, 7, 5, 30)),  # told twice: the first
        ("2010-03-14T02:30:00", (2010, 3, 14, 7)),  # skipped: its end
        ("2010-04-14T06:37:38Z", (2010, 4, 14, 6, 37, 38)),
        ("2010-04-14T06:37:38.1234567+0100", (2010, 4, 14, 5, 37, 38, 123456)),
        ("2010-04-14 06:37 +01", (2010, 4, 14, 5, 37)),
    ],
)
def test_times_are_read_with_and_without_offset(
    nyc: City, tmp_path: Path, written: str, moment: tuple[int, ...]
) -> None:
    row = {"service_request_id": "1", "requested_datetime": written}
    (rows,) = load("open311").read(write(tmp_path, row), nyc)
    assert rows.records["received_at"].tolist() == [datetime(*moment, tzinfo=UTC)]  # type: ignore[misc,arg-type]
    bare = len(written) == 19
    assert [(p.rule, p.fatal) for p in rows.problems] == [("time_without_offset", False)] * bare


@pytest.mark.parametrize(
    ("change", "rules"),
    [
        ({"requested_datetime": None}, {"missing_date"}),
        ({"requested_datetime": "14 April"}, {"unreadable_date"}),
        ({"requested_datetime": "2010-04-14"}, {"unreadable_date"}),
        ({"requested_datetime": "2010-04-31T06:37:38Z"}, {"unreadable_date"}),
        ({"requested_datetime": "2010-04-14T06:37:38+99:00"}, {"unreadable_date"}),
        ({"expected_datetime": "9999-12-31T23:59:59"}, {"unreadable_date"}),
        ({"expected_datetime": "8999-12-31T23:59:59-04:00"}, {"impossible_date"}),
        ({"requested_datetime": "1000-01-01T00:00:00+14:00"}, {"impossible_date"}),
        ({"service_request_id": " "}, {"missing_number"}),
        ({"closed_date": "?", "status": "closed"}, {"unreadable_date"}),
    ],
)
def test_an_impossible_request_is_quarantined_as_it_came(
    engine: Engine, nyc: City, tmp_path: Path, change: Row, rules: set[str]
) -> None:
    good = OPEN | {"service_request_id": "2"}
    result = ingest(engine, "open311", write(tmp_path, OPEN | change, good), nyc)
    assert counts(result)[:3] == (2, 1, 1)
    assert set(result.reasons) - {"time_without_offset"} == rules
    found = findings(engine)[0]
    assert found["row"] == 1
    raw = {name: "" if value is None else str(value) for name, value in (OPEN | change).items()}
    assert found["raw"] == raw


def test_what_is_no_request_is_quarantined_too(engine: Engine, nyc: City, tmp_path: Path) -> None:
    path = tmp_path / "requests.json"
    path.write_text(json.dumps([{"token": "t"}, 7, None, {}]), "utf-8")
    result = ingest(engine, "open311", str(path), nyc)
    assert counts(result) == (4, 0, 4, 0, 0)
    assert result.reasons == {"missing_number": 4, "missing_date": 4}
    raws = [row["raw"] for row in findings(engine) if row["rule"] == "missing_number"]
    assert raws == [{"token": "t"}, {"": "7"}, {"": ""}, {}]


def test_text_that_no_database_takes_is_stored_all_the_same(
    engine: Engine, nyc: City, tmp_path: Path
) -> None:
    row = OPEN | {"service_name": "a\0b\ud800", "notes": [{"a\ud800": "占道"}]}
    no_date = row | {"service_request_id": "2", "requested_datetime": "\0"}
    result = ingest(engine, "open311", write(tmp_path, row, no_date), nyc)
    assert counts(result) == (2, 1, 1, 0, 0)
    assert cases(engine)[0]["category"] == "a\ufffdb\ufffd"


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.json", b"[{", "not JSON"),
        ("a.json", b"", "not JSON"),
        ("a.json", b"[" * 100_000, "not JSON"),
        ("a.json", b"{}", "no list of service requests"),
        ("a.json", b"3", "no list of service requests"),
        ("a.json", b'[{"code": 400, "description": "no such city"}]', "400 no such city; mend"),
        ("a.json", b'{"errors": [{"code": 1, "description": "bad"}]}', "1 bad"),
        ("a.json", b'["\xff"]', "not UTF-8"),
        ("a.json", b" <!DOCTYPE html><p>Sorry", "web page"),
        ("a.xml", b"<HTML><p>Sorry", "web page"),
        ("a.xml", b"<service_requests>", "not XML"),
        ("a.xml", b"<services/>", "<services> of nothing"),
        ("a.xml", b"<service_requests><row/></service_requests>", "of row"),
        ("a.xml", b"<errors><error><code>4</code><description>x</description></error></errors>",
         "4 x"),
        ("a.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><service_requests/>', "DTD"),
        ("a.txt", b"", "neither .json nor .xml"),
    ],
)  # fmt: skip
def test_an_unreadable_document_says_why_and_stores_nothing(
    engine: Engine, nyc: City, tmp_path: Path, name: str, content: bytes, says: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SourceError, match=says) as error:
        ingest(engine, "open311", str(tmp_path / name), nyc)
    assert name in str(error.value)
    assert cases(engine) == []


@pytest.mark.parametrize("origin", [None, "gone.json", "ftp://host/requests.json"])
def test_an_origin_that_cannot_be_read_is_named(nyc: City, origin: str | None) -> None:
    with pytest.raises(SourceError, match=origin or "path or URL"):
        list(open311.read(origin, nyc))


FIELD = (
    st.sampled_from(["", "1", "2", "open", "closed", "2010-04-14T06:37:38-04:00", "x" * 130])
    | st.sampled_from(["2010-04-15T06:37:38", "2010-04-31T00:00:00Z", "9999-12-31T23:59:59Z"])
    | st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
    | st.lists(st.text(max_size=3), max_size=2)
)  # fmt: skip
CHANGES = st.dictionaries(st.sampled_from([*open311.FIELDS, "notes"]), FIELD, max_size=5)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(CHANGES, max_size=8))
def test_the_accounting_balances_whatever_comes_in(
    engine: Engine, nyc: City, tmp_path: Path, changes: list[Row]
) -> None:
    path = write(tmp_path, *(CLOSED | change for change in changes))
    first, again = (ingest(engine, "open311", path, nyc).tally for _ in range(2))
    assert first.balances
    assert first.rows_in == again.rows_in == len(changes)
    assert (again.stored, again.quarantined) == (0, first.quarantined)


@dataclass
class Endpoint:
    """A GeoReport server: `rows` in pages, after it has failed as `failures` tell it to."""

    port: int = 0
    rows: list[Row] = field(default_factory=list)
    failures: list[tuple[int, dict[str, str]]] = field(default_factory=list)  # status, headers
    broken: set[int] = field(default_factory=set)  # pages whose connection breaks half-way
    ignores_page: bool = False
    most: int = 100  # requests on a page, however many are asked for
    asked: list[int] = field(default_factory=list)  # the pages, in order
    queries: list[dict[str, list[str]]] = field(default_factory=list)

    def url(self, suffix: str = ".json") -> str:
        return f"http://127.0.0.1:{self.port}/open311/v2/requests{suffix}?status=open&page_size=2"

    def answer(self, path: str) -> tuple[int, dict[str, str], bytes]:
        query = parse_qs(urlsplit(path).query)
        page, size = int(query["page"][0]), min(int(query["page_size"][0]), self.most)
        self.asked.append(page)
        self.queries.append(query)
        if self.failures:
            return *self.failures.pop(0), b"sorry"
        start = 0 if self.ignores_page else (page - 1) * size
        content = document(self.rows[start : start + size], Path(urlsplit(path).path).suffix)
        beyond = 10 if page in self.broken else 0
        self.broken.discard(page)
        return 200, {"Content-Length": str(len(content) + beyond)}, content


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch) -> Iterator[Endpoint]:
    monkeypatch.setattr(georeport, "BACKOFF", 0.001)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    told = Endpoint(rows=[OPEN | {"service_request_id": str(i)} for i in range(1, 6)])

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers, content = told.answer(self.path)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:  # a test's output stays clean
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        told.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield told
        server.shutdown()
        thread.join()


def numbers(origin: str, city: City) -> list[str]:
    return [n for rows in open311.read(origin, city) for n in rows.records["number"]]


def next_process() -> None:
    georeport._downloaded.clear()


@pytest.mark.parametrize("suffix", [".json", ".xml"])
def test_all_pages_are_read(engine: Engine, nyc: City, endpoint: Endpoint, suffix: str) -> None:
    url = endpoint.url(suffix)
    assert counts(ingest(engine, "open311", url, nyc)) == (5, 5, 0, 0, 0)
    assert endpoint.asked == [1, 2, 3, 4]
    assert endpoint.queries[0] == {"status": ["open"], "page": ["1"], "page_size": ["2"]}
    kept = sorted(path.name for path in georeport.spool(url).iterdir())
    assert kept == ["complete", *(f"page-0000{page}{suffix}" for page in (1, 2, 3, 4))]
    first = (georeport.spool(url) / f"page-00001{suffix}").read_bytes()
    assert first == document(endpoint.rows[:2], suffix)
    next_process()
    assert counts(ingest(engine, "open311", url, nyc)) == (5, 0, 0, 5, 0)


def test_pages_have_a_hundred_requests_unless_the_address_says_otherwise(
    nyc: City, endpoint: Endpoint
) -> None:
    assert len(numbers(endpoint.url().partition("?")[0], nyc)) == 5
    assert endpoint.queries == [{"page": [page], "page_size": ["100"]} for page in "12"]
    for wrong in ("0", "x"):
        with pytest.raises(SourceError, match=f"page_size {wrong}"):
            numbers(f"http://127.0.0.1/requests.json?page_size={wrong}", nyc)


def test_a_server_that_gives_less_than_asked_is_read_to_its_end(
    nyc: City, endpoint: Endpoint
) -> None:
    endpoint.most = 1
    assert numbers(endpoint.url(), nyc) == ["1", "2", "3", "4", "5"]
    assert endpoint.asked == [1, 2, 3, 4, 5, 6]


def test_a_server_that_ignores_pages_is_read_once(nyc: City, endpoint: Endpoint) -> None:
    endpoint.ignores_page = True
    assert numbers(endpoint.url(), nyc) == ["1", "2"]
    assert endpoint.asked == [1, 2]


def test_lines_are_counted_through_all_pages(
    nyc: City, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(open311, "CHUNK", 3)
    endpoint.rows[4]["requested_datetime"] = ""
    some = list(open311.read(endpoint.url(), nyc))
    assert [rows.count for rows in some] == [3, 2]
    assert [problem.line for problem in some[1].problems] == [5]
    assert some[1].raw(5)["service_request_id"] == "5"


def test_a_failure_that_passes_is_waited_out(nyc: City, endpoint: Endpoint) -> None:
    endpoint.failures = [(503, {}), (503, {"Retry-After": "soon"})]
    endpoint.broken = {2}
    assert numbers(endpoint.url(), nyc) == ["1", "2", "3", "4", "5"]
    assert endpoint.asked == [1, 1, 1, 2, 2, 3, 4]


def test_the_server_says_how_long_to_wait(nyc: City, endpoint: Endpoint) -> None:
    endpoint.failures = [(429, {"Retry-After": "1"})]
    start = time.monotonic()
    assert len(numbers(endpoint.url(), nyc)) == 5
    assert time.monotonic() - start >= 1


def test_a_failure_that_stays_is_told(engine: Engine, nyc: City, endpoint: Endpoint) -> None:
    endpoint.failures = [(502, {})] * 100
    with pytest.raises(SourceError, match=r"page 1: HTTP 502 .* later") as error:
        ingest(engine, "open311", endpoint.url(), nyc)
    assert endpoint.url() in str(error.value)
    assert endpoint.asked == [1] * (georeport.RETRIES + 1)
    assert cases(engine) == []


@pytest.mark.parametrize(
    ("status", "headers", "says"),
    [
        (404, {}, "HTTP 404 Not Found sorry; check the address"),
        (302, {"Location": "http://elsewhere/"}, "redirected to http://elsewhere/"),
    ],
)
def test_what_does_not_pass_is_asked_once(
    nyc: City, endpoint: Endpoint, status: int, headers: dict[str, str], says: str
) -> None:
    endpoint.failures = [(status, headers)]
    with pytest.raises(SourceError, match=says):
        numbers(endpoint.url(), nyc)
    assert endpoint.asked == [1]


def test_nobody_there(nyc: City, endpoint: Endpoint) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as closed:
        free = closed.server_port
    with pytest.raises(SourceError, match=r"page 1: .*refused"):
        numbers(f"http://127.0.0.1:{free}/requests.json", nyc)
    with pytest.raises(SourceError, match="check the address"):
        numbers("http:///requests.json", nyc)


def test_an_interrupted_download_goes_on(
    engine: Engine, nyc: City, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(open311, "CHUNK", 2)

    def interrupted(some: Rows) -> None:
        if endpoint.asked == [1, 2]:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ingest(engine, "open311", endpoint.url(), nyc, interrupted)
    next_process()
    assert counts(ingest(engine, "open311", endpoint.url(), nyc)) == (5, 5, 0, 0, 0)
    assert endpoint.asked == [1, 2, 3, 4]


def test_a_page_that_cannot_be_read_is_asked_for_again(nyc: City, endpoint: Endpoint) -> None:
    endpoint.failures = [(200, {})]
    with pytest.raises(SourceError, match="page 1: not JSON"):
        numbers(endpoint.url(), nyc)
    assert len(numbers(endpoint.url(), nyc)) == 5
    assert endpoint.asked == [1, 1, 2, 3, 4]


def test_a_new_run_fetches_afresh(engine: Engine, nyc: City, endpoint: Endpoint) -> None:
    ingest(engine, "open311", endpoint.url(), nyc)
    next_process()
    del endpoint.rows[1:]
    assert counts(ingest(engine, "open311", endpoint.url(), nyc)) == (1, 0, 0, 1, 0)
    assert endpoint.asked == [1, 2, 3, 4, 1, 2]
    kept = sorted(path.name for path in georeport.spool(endpoint.url()).iterdir())
    assert kept == ["complete", "page-00001.json", "page-00002.json"]


def test_the_second_pass_of_a_run_reads_the_spool(
    engine: Engine, nyc: City, endpoint: Endpoint
) -> None:
    endpoint.rows[4] = OPEN | {"service_name": "Another"}  # number 1 again, told differently
    result = ingest(engine, "open311", endpoint.url(), nyc)
    assert counts(result) == (5, 4, 1, 0, 0)
    assert result.reasons == {"number_told_twice": 1}
    assert endpoint.asked == [1, 2, 3, 4]


def test_the_quarantine_can_be_mended_and_ingested_again(
    engine: Engine, nyc: City, tmp_path: Path
) -> None:
    path = write(tmp_path, OPEN | {"requested_datetime": "?"}, OPEN | {"service_request_id": ""})
    assert counts(ingest(engine, "open311", path, nyc)) == (2, 0, 2, 0, 0)
    out = tmp_path / "kept.csv"
    assert quarantine.export(engine, "nyc", "open311", out) == 2
    assert counts(ingest(engine, "open311", str(out), nyc)) == (2, 0, 2, 0, 0)
    assert len(findings(engine)) == 2  # as bad as before, and recognised
    told = out.read_text("utf-8-sig").replace("?", OPEN["requested_datetime"], 1)
    out.write_text(told, "utf-8")
    assert counts(ingest(engine, "open311", str(out), nyc)) == (2, 1, 1, 0, 0)
    assert quarantine.export(engine, "nyc", "open311", out) == 1
    out.write_text("a,b\n1,2\n", "utf-8")
    with pytest.raises(SourceError, match="no column requested_datetime"):
        ingest(engine, "open311", str(out), nyc)


def test_two_downloads_of_an_address_do_not_mix(nyc: City, endpoint: Endpoint) -> None:
    with ThreadPoolExecutor(3) as pool:
        found = list(pool.map(lambda _: numbers(endpoint.url(), nyc), range(3)))
    assert [len(some) for some in found] == [5, 5, 5]
    assert endpoint.asked == [1, 2, 3, 4]  # the others found the spool complete
