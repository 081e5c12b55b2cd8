"""Fetching from a live GeoReport v2 endpoint: page by page, patiently, kept until the next run.

Each page is spooled as it arrived, so that an interrupted download goes on with the first
missing page and a second pass of the same run sees the same rows. Nothing is asked of any
address but the given one: redirects are not followed.
"""

import fcntl
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

import requests
from urllib3 import BaseHTTPResponse
from urllib3.exceptions import InvalidHeader, MaxRetryError
from urllib3.util import Retry

from data_access.settings import data_root
from pipeline.sources import SourceError

PAGE_SIZE = 100
OURS = ("page", "page_size")
TIMEOUT = (10, 60)  # seconds to connect, and to wait for more of an answer
AGAIN = (429, 500, 502, 503, 504)
PASSING = (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError)
RETRIES, BACKOFF, LONGEST_WAIT = 5, 1.0, 600
COMPLETE = "complete"  # marks a spool whose last page has come
_downloaded: set[Path] = set()  # spools completed by this process

Requests = list[dict[str, str]]
Parse = Callable[[bytes, str], Requests]  # content, what to call it in an error → its requests


def pages(url: str, suffix: str, parse: Parse) -> Iterator[Requests]:
    """Yield the requests of each page of an endpoint, up to an empty or repeated page.

    A short page is no end: a server may give fewer requests than it is asked for.

    The first call of a process takes up an interrupted download or, after a complete one, fetches
    afresh; later calls read the spool again. SourceError names the page that could not be had.
    """
    folder, size = spool(url), _page_size(url)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # pages may tell of persons
    previous: Requests = []
    with _alone(folder), requests.Session() as session:
        _discard_old(folder)
        for page in count(1):
            path = folder / f"page-{page:05}{suffix}"
            found = _page(session, path, _address(url, page, size), f"{url}, page {page}", parse)
            repeated = found == previous
            last = not found or repeated
            if last:
                _write(folder / COMPLETE, b"")
                _downloaded.add(folder)
            if not repeated:
                yield found
            if last:
                return
            previous = found


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Wait until no other run downloads to this spool, and keep others waiting."""
    lock = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _page(
    session: requests.Session, path: Path, address: str, where: str, parse: Parse
) -> Requests:
    """The requests of one page, from the spool if it is there."""
    if path.exists():
        return parse(path.read_bytes(), where)
    content = _fetch(session, address, where)
    found = parse(content, where)  # before it is kept: what cannot be read is to be asked again
    _write(path, content)
    return found


def spool(url: str) -> Path:
    """The folder in which the pages of an address are kept."""
    return data_root() / "spool" / hashlib.sha256(url.encode()).hexdigest()


def _discard_old(folder: Path) -> None:
    """Empty a spool that an earlier run completed; the marker goes last, lest old pages stay."""
    if folder in _downloaded or not (folder / COMPLETE).exists():
        return
    for path in folder.glob("page-*"):
        path.unlink()
    (folder / COMPLETE).unlink()


def _write(path: Path, content: bytes) -> None:
    beside = path.with_name(f"{path.name}.part")
    beside.write_bytes(content)
    beside.replace(path)


def _page_size(url: str) -> int:
    """The page_size of the address itself, for servers that allow fewer than PAGE_SIZE."""
    given = dict(parse_qsl(urlsplit(url).query)).get("page_size", str(PAGE_SIZE))
    if not given.isdecimal() or int(given) < 1:
        raise SourceError(f"{url}: page_size {given}; give a positive number")
    return int(given)


def _address(url: str, page: int, size: int) -> str:
    """The address of one page; the query of the given address is kept."""
    parts = urlsplit(url)
    kept = [pair for pair in parse_qsl(parts.query, True) if pair[0] not in OURS]
    query = urlencode([*kept, ("page", page), ("page_size", size)])
    return parts._replace(query=query, fragment="").geturl()


def _fetch(session: requests.Session, address: str, where: str) -> bytes:
    """One page, tried again while the failure may pass."""
    retry = Retry(RETRIES, backoff_factor=BACKOFF, retry_after_max=LONGEST_WAIT)
    while True:
        answer = None
        try:
            response = session.get(address, timeout=TIMEOUT, allow_redirects=False)
            if response.status_code not in AGAIN:
                return _content(response, where)
            answer, failure = response.raw, f"HTTP {response.status_code} {response.reason}"
        except PASSING as error:
            failure = str(error)
        except requests.RequestException as error:
            raise SourceError(f"{where}: {error}; check the address") from error
        try:
            retry = retry.increment("GET", address, response=answer)
        except MaxRetryError:
            raise SourceError(
                f"{where}: {failure}, {RETRIES + 1} times; "
                "ingest again later, it goes on with this page"
            ) from None
        _wait(retry, answer)


def _wait(retry: Retry, answer: BaseHTTPResponse | None) -> None:
    """As long as the server asks for, LONGEST_WAIT at most; otherwise twice as long each time."""
    try:
        retry.sleep(answer)
    except InvalidHeader:
        retry.sleep()


def _content(response: requests.Response, where: str) -> bytes:
    if response.is_redirect:
        target = response.headers["Location"]
        raise SourceError(f"{where}: redirected to {target}; give that address if you trust it")
    if response.status_code != requests.codes.ok:
        told = " ".join(response.text.split())[:200]
        raise SourceError(
            f"{where}: HTTP {response.status_code} {response.reason} {told}; "
            "check the address and its query"
        )
    return response.content
