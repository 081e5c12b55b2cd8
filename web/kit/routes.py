"""/kits: a ZIP for whoever writes about a period.

    /kits/<city>/<release>/<period>.zip?lang=zh|en&area=…|unit=…

`latest` instead of a release redirects. What there is not is refused as the API does (RFC 9457).
Charts come from the one renderer: who asks while too many wait is told so (503).
"""

import hashlib
from email.utils import format_datetime
from functools import partial
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from components import story_words
from components.locales import text
from web import charts, open_file
from web.api import problems
from web.api.problems import Problem
from web.kit.bundle import Sheets, made
from web.kit.question import Question, asked

PATH = "/kits/{city}/{release}/{period}.zip"
AT_ONCE, WAITING = 1, 3  # kits that are made, and that may wait
KEPT = charts.Shelf(24 * 1024 * 1024)  # finished kits, by question


def routes(sheets: Sheets) -> list[Route]:
    """The one address of kits, whose charts `sheets` draws."""
    queue = charts.Queue(AT_ONCE, WAITING)
    endpoint = charts.endpoint(partial(_solved, sheets), queue)
    return [Route(PATH, endpoint, methods=["GET", "HEAD", "OPTIONS"])]


def _solved(sheets: Sheets, request: Request) -> Response:
    try:
        return _answer(sheets, request)
    except Problem as problem:
        return problems.answer(problem, request.url.path)


def _answer(sheets: Sheets, request: Request) -> Response:
    question = asked(request)
    if not question.named:
        return _redirect(request, question)
    digest = hashlib.sha256(question.state.encode()).hexdigest()
    content = KEPT.get(digest)
    if content is None:
        content = made(question, sheets)
        KEPT.put(digest, content)
    headers = _headers(question, content)
    if open_file.unchanged(request, headers["ETag"], question.corrected or question.shelved):
        return Response(status_code=304, headers=headers)
    return Response(content, media_type="application/zip", headers=headers)


def _redirect(request: Request, question: Question) -> Response:
    """From `latest` to the release in force."""
    release, period = question.release, question.place.period
    query = f"?{request.url.query}" if request.url.query else ""
    address = f"/kits/{release.city}/{release.id}/{period}.zip{query}"
    return RedirectResponse(address, 307, {"Cache-Control": "no-cache"})


def _headers(question: Question, content: bytes) -> dict[str, str]:
    release, changed = question.release, (question.corrected or question.shelved).release
    title = story_words.title(question.language, release, question.place)
    named = text(question.language, "kit.about", title=title, about=release.id)
    return {
        "ETag": f'"{hashlib.sha256(content).hexdigest()}"',
        "Last-Modified": format_datetime(changed.published_at, usegmt=True),
        "Cache-Control": "public, max-age=86400",
        "Content-Disposition": (
            f'attachment; filename="{quote(question.name)}.zip"; '
            f"filename*=UTF-8''{quote(named)}.zip"
        ),
    }
