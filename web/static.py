"""The few files of the site's own: icon, style sheet and script."""

import hashlib
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

ASSETS = Path(__file__).parent / "assets"
DAY, YEAR = 86_400, 31_536_000  # seconds


@cache
def address(name: str) -> str:
    """Where a file is served, with its version: what changes gets another address."""
    version = hashlib.sha256((ASSETS / name).read_bytes()).hexdigest()[:12]
    return f"/{name}?v={version}"


def routes() -> list[Route]:
    return [Route(f"/{path.name}", _serve, methods=["GET"]) for path in sorted(ASSETS.iterdir())]


def _serve(request: Request) -> Response:
    age = YEAR if "v" in request.query_params else DAY
    name = request.url.path.removeprefix("/")
    return FileResponse(ASSETS / name, headers={"Cache-Control": f"public, max-age={age}"})
