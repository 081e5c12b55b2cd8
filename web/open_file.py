"""One file of open data as an answer: under its checksum, in part or packed, or nothing new."""

import time
from email.utils import format_datetime, parsedate_to_datetime
from typing import NamedTuple
from urllib.parse import quote

import anyio
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from data_access import shelf
from data_access.shelf import WHOLE, Shelved
from web import open_data_page

OURS, PACKED = ("/open-data/", "/kits/"), ".gz"
RATE = 16_000_000  # bytes a second of all downloads of a process together
ACCEPTS = "sunline.accept-encoding"  # what the visitor's Accept-Encoding was
MEDIA = {
    "csv": "text/csv; charset=utf-8; header=present",
    "json": "application/json",
    "jsonld": "application/ld+json",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "gz": "application/gzip",
    "duckdb": "application/octet-stream",
    "md": "text/markdown; charset=utf-8",
}
METADATA, CSVW = "-metadata.json", "application/csvm+json"
SAVED = ("csv", "parquet", "xlsx", "gz", "duckdb")  # all else is shown


class Asked(NamedTuple):
    """A set of a city, as an address names it."""

    city: str
    item: str

    @property
    def place(self) -> str:
        return f"{self.city}-{self.item}"


class OwnEncoding:
    """Keeps Streamlit from compressing these files anew on each request: we bring them packed."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith(OURS):
            told = dict(scope["headers"]).get(b"accept-encoding", b"").decode("latin-1")
            kept = [pair for pair in scope["headers"] if pair[0] != b"accept-encoding"]
            scope = {**scope, "headers": kept, ACCEPTS: told}
        await self.app(scope, receive, send)


class Paced(FileResponse):
    """A file sent no faster than all downloads together may be, so that pages stay quick.

    At most one piece of each download is held in memory, however many there are.
    """

    chunk_size = 256 * 1024
    _free = 0.0  # when the next piece of any download may go out

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def paced(message: Message) -> None:
            if message["type"] == "http.response.body":
                now = time.monotonic()
                start = max(now, Paced._free)
                Paced._free = start + len(message.get("body", b"")) / RATE
                await anyio.sleep(start - now)
            await send(message)

        await super().__call__(scope, receive, paced)


def answer(request: Request, asked: Asked, shelved: Shelved, name: str) -> Response | None:
    """A file by its name in the set; 410 if retention removed it, None if there never was one."""
    path = shelved.within(asked.item).get(name)
    if asked.item == WHOLE and name in shelf.unsigned(shelved):
        return FileResponse(shelved.path(name), media_type=_media(name))
    if path is None:
        return None
    packed = f"{path}{PACKED}"
    encoded = packed in shelved.files and _takes_gzip(request)
    chosen = packed if encoded else path
    if not shelved.path(chosen).is_file():
        gone = shelf.removed(shelved)
        return PlainTextResponse("removed" if gone else "missing", 410 if gone else 404)
    headers = _headers(asked, shelved, name, shelved.files[chosen])
    if packed in shelved.files:
        headers["Vary"] = "Accept-Encoding"
    if encoded:
        headers["Content-Encoding"] = "gzip"
    if unchanged(request, headers["ETag"], shelved):
        return Response(status_code=304, headers=headers)
    return Paced(shelved.path(chosen), headers=headers, media_type=_media(name))


def _headers(asked: Asked, shelved: Shelved, name: str, sha256: str) -> dict[str, str]:
    stamp = format_datetime(shelved.release.published_at, usegmt=True)
    links = ['<LICENSE>; rel="license"'] if asked.item != WHOLE else []
    if f"{name}{METADATA}" in shelved.within(asked.item):
        links.append(f'<{name}{METADATA}>; rel="describedby"; type="{CSVW}"')
    told = {"ETag": f'"{sha256}"', "Last-Modified": stamp, "Cache-Control": "public, max-age=86400"}
    if links:
        told["Link"] = ", ".join(links)
    told["Content-Disposition"] = _disposition(asked, shelved, name)
    return told


def _disposition(asked: Asked, shelved: Shelved, name: str) -> str:
    """An ASCII name for every program, and a Chinese one for those that can read it."""
    plain = f"{asked.place}-{shelved.release.id}-{name.replace('/', '-')}"
    title = open_data_page.chinese_name(shelved, asked.item, name)
    kind = "attachment" if name.rpartition(".")[2] in SAVED else "inline"
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(title or plain)}"


def unchanged(request: Request, etag: str, shelved: Shelved) -> bool:
    """Whether the visitor has this very file already (RFC 9110, 13.1)."""
    tags = request.headers.get("if-none-match")
    if tags is not None:
        return etag in [tag.strip().removeprefix("W/") for tag in tags.split(",")] or tags == "*"
    try:
        since = parsedate_to_datetime(request.headers["if-modified-since"])
        return shelved.release.published_at.replace(microsecond=0) <= since
    except (KeyError, ValueError, TypeError):
        return False


def _takes_gzip(request: Request) -> bool:
    """Whether the packed file may be sent. Ranges are of the plain one."""
    told = request.scope.get(ACCEPTS, request.headers.get("accept-encoding", ""))
    codings = [part.strip().partition(";") for part in told.split(",")]
    wanted = any(name == "gzip" and rest.strip() != "q=0" for name, _, rest in codings)
    return wanted and "range" not in request.headers


def _media(name: str) -> str:
    if name.endswith(METADATA):
        return CSVW
    return MEDIA.get(name.rpartition(".")[2], "text/plain; charset=utf-8")
