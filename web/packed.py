"""Streamlit's own scripts and styles, compressed: a first page is a third as large on the way.

Streamlit sends them as they lie there, so that it need not compress them for everybody anew. Here
each is compressed once, when it is asked for first, and kept: names change with the content.
"""

import gzip
import mimetypes
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

PREFIX = "/static/"
ROOT = Path(str(files("streamlit"))).joinpath("static", "static").resolve()
PACKED = {".js", ".css", ".json", ".svg", ".wasm"}
KEPT = 1_000  # files; Streamlit has fewer
HEADERS = {
    "Content-Encoding": "gzip",
    "Vary": "Accept-Encoding",
    "Cache-Control": "public, immutable, max-age=31536000",
}


class Packed:
    """Answers for the files that are worth it, if the visitor takes gzip; else Streamlit does."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        name = _asked(scope)
        content = await run_in_threadpool(_packed, name) if name else None
        if content is None:
            await self.app(scope, receive, send)
            return
        media = mimetypes.guess_type(name)[0] or "application/octet-stream"
        answer = Response(content, headers=HEADERS, media_type=media)
        await answer(scope, receive, send)


def _asked(scope: Scope) -> str:
    """The file below PREFIX that is asked for; empty if it is none that we answer for."""
    if scope["type"] != "http" or scope["method"] != "GET":
        return ""
    path: str = scope["path"]
    accepted = Headers(scope=scope).get("accept-encoding", "")
    worth = path.startswith(PREFIX) and Path(path).suffix in PACKED and "gzip" in accepted
    return path.removeprefix(PREFIX) if worth else ""


@lru_cache(maxsize=KEPT)
def _packed(name: str) -> bytes | None:
    """A file of Streamlit's, compressed; None for what is not there, or lies elsewhere."""
    path = ROOT.joinpath(name).resolve()
    if not path.is_relative_to(ROOT) or not path.is_file():
        return None
    return gzip.compress(path.read_bytes(), 9, mtime=0)
