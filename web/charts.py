"""Charts as files and as a page to embed: the same as on the site, by the same functions.

    /charts/<chart>.svg|png|csv?lang=&city=&period=…    with title, date and source
    /embed/<chart>?…                                    for the <iframe> of another site

How a chart comes about is handed in (`Draw`): nothing in `web` knows what draws it.
"""

import hashlib
import json
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from functools import partial
from threading import Lock
from urllib.parse import quote

import anyio
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from components import locales
from components.drawn import Refused, Sheet
from components.locales import text
from web import chart_embed, chart_sheet
from web.open_data import OPEN, PREFLIGHT
from web.rendering import RENDERER, Busy, Failed, chinese_font

Draw = Callable[[str, Mapping[str, str]], Sheet]  # raises Refused
FILES, EMBED = "/charts/", "/embed/"
MEDIA = {"svg": "image/svg+xml", "png": "image/png", "csv": "text/csv; charset=utf-8"}
FRESH = "public, max-age=300"  # seconds: a new release shows soon
KEPT = 32 * 1024 * 1024  # bytes of finished charts
LOG = logging.getLogger(__name__)
AT_ONCE, WAITING = 3, 24  # charts that are worked at, and that may wait


class Shelf:
    """Finished charts by their digest, the ones asked for last."""

    def __init__(self, most: int) -> None:
        self._most, self._size, self._lock = most, 0, Lock()
        self._files: OrderedDict[str, bytes] = OrderedDict()

    def get(self, digest: str) -> bytes | None:
        with self._lock:
            if digest in self._files:
                self._files.move_to_end(digest)
            return self._files.get(digest)

    def put(self, digest: str, content: bytes) -> None:
        with self._lock:
            self._size += len(content) - len(self._files.pop(digest, b""))
            self._files[digest] = content
            while self._size > self._most:
                self._size -= len(self._files.popitem(last=False)[1])


SHELF = Shelf(KEPT)


class Queue:
    """Lets few charts be worked at in threads of their own, so that pages keep theirs."""

    def __init__(self, at_once: int = AT_ONCE, waiting: int = WAITING) -> None:
        self._limit: anyio.CapacityLimiter | None = None
        self._at_once, self._waiting = at_once, waiting

    async def run(self, work: Callable[[], Response]) -> Response:
        """The answer of some work. Raises Busy where too many wait already."""
        self._limit = self._limit or anyio.CapacityLimiter(self._at_once)
        if self._limit.statistics().tasks_waiting >= self._waiting:
            raise Busy
        return await anyio.to_thread.run_sync(work, limiter=self._limit)


def routes(draw: Draw) -> list[Route]:
    """Files and embeds of the charts that `draw` knows."""
    queue, methods = Queue(), ["GET", "HEAD", "OPTIONS"]
    return [
        Route(FILES + "{name}.{form}", endpoint(partial(_file, draw), queue), methods=methods),
        Route(EMBED + "{name}", endpoint(partial(_embed, draw), queue), methods=methods),
    ]


def endpoint(
    work: Callable[[Request], Response], queue: Queue
) -> Callable[[Request], Awaitable[Response]]:
    """Work that has to wait in a queue, as an answer; kits of charts answer so too."""

    async def answer(request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=OPEN | PREFLIGHT)
        try:
            found = await queue.run(partial(work, request))
        except Refused as refused:
            found = PlainTextResponse(refused.said, refused.status)
        except (Busy, Failed) as why:
            found = busy(request, why)
        found.headers.update(OPEN)
        return found

    return answer


def busy(request: Request, why: Exception) -> Response:
    """For whoever comes while too many wait, or the drawing fails."""
    LOG.warning("chart %s: %r", request.url.path, why)
    said = text(_language(request), "chart.busy")
    return PlainTextResponse(said, 503, {"Retry-After": "5"})


def _language(request: Request) -> str:
    told = request.query_params.get("lang", "")
    return told if told in locales.LANGUAGES else locales.DEFAULT


def _file(draw: Draw, request: Request) -> Response:
    form = request.path_params["form"]
    if form not in MEDIA:
        raise Refused(404, text(_language(request), "chart.unknown"))
    sheet = draw(request.path_params["name"], request.query_params)
    origin, width = f"{request.url.scheme}://{request.url.netloc}", _width(request)
    bare = "bare" in request.query_params
    digest = _digest(sheet, origin, form, str(width), str(bare))
    headers = {
        "ETag": f'"{digest}"', "Cache-Control": FRESH,
        "Content-Disposition": _disposition(sheet, form),
    }  # fmt: skip
    if digest in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    content = kept(sheet, form, origin, width, bare)
    return Response(content, media_type=MEDIA[form], headers=headers)


def kept(
    sheet: Sheet, form: str, origin: str, width: int = chart_sheet.WIDTHS[-1], bare: bool = False
) -> bytes:
    """A chart as a file, made once. Raises Busy, Failed and, without a Chinese font, Refused."""
    digest = _digest(sheet, origin, form, str(width), str(bare))
    content = SHELF.get(digest)
    if content is None:
        content = _made(sheet, form, origin, width, bare)
        SHELF.put(digest, content)
    return content


def _made(sheet: Sheet, form: str, origin: str, width: int, bare: bool) -> bytes:
    if form == "csv":
        return chart_sheet.table(sheet, origin).encode()
    if not chinese_font():
        raise Refused(503, text(sheet.language, "chart.no_font"))
    if form == "png":
        return RENDERER.png(kept(sheet, "svg", origin, width, bare).decode())
    svg = RENDERER.svg(chart_sheet.spec(sheet.drawn, width), chart_sheet.CONFIG)
    return (svg if bare else chart_sheet.svg(sheet, svg, origin)).encode()


def _width(request: Request) -> int:
    told = request.query_params.get("width", str(chart_sheet.WIDTHS[-1]))
    if told not in map(str, chart_sheet.WIDTHS):
        raise Refused(400, text(_language(request), "chart.not_offered", name="width"))
    return int(told)


def _digest(sheet: Sheet, *more: str) -> str:
    """Equal for equal files: of all that is told, the release and the query among it."""
    told = json.dumps([asdict(sheet), *more], sort_keys=True, default=str)
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def _disposition(sheet: Sheet, form: str) -> str:
    """An ASCII name for every program, and the title for those that can read it."""
    plain = f"{sheet.city}-{sheet.id}-{sheet.release}.{form}"
    title = quote(f"{sheet.drawn.title[:80]}.{form}".replace("/", " "))
    kind = "attachment" if form == "csv" else "inline"
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{title}"


def _embed(draw: Draw, request: Request) -> Response:
    headers = {"Cache-Control": FRESH, "Content-Security-Policy": chart_embed.POLICY}
    language = _language(request)
    try:
        sheet = draw(request.path_params["name"], request.query_params)
    except Refused as refused:
        page = chart_embed.refusal(language, refused.said)
        return HTMLResponse(page, refused.status, headers)
    origin = f"{request.url.scheme}://{request.url.netloc}"
    return HTMLResponse(chart_embed.page(sheet, origin), headers=headers)
