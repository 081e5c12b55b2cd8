"""Files for those who are logged in: documents, bulletins, lists; each is made when asked for.

Whether it is theirs is decided in data access, which also puts it on record before it is made.
"""

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from components.locales import text
from data_access.supervision.viewer import Refused, Viewer
from supervision.papers.fonts import NoFont
from supervision.web import cookies, login_page, onward
from supervision.web.login import language
from web import shell

TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "html": "text/html; charset=utf-8",
}
PRIVATE = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
# A page that is shown in the browser may do nothing at all but be read.
STILL = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'"


class Unmade(RuntimeError):
    """A file that cannot be made; the lines say why, to whoever asked for it."""

    def __init__(self, *lines: str) -> None:
        super().__init__("; ".join(lines))
        self.lines = lines


@dataclass(frozen=True)
class File:
    """A file's name without its ending, its form and its bytes."""

    name: str
    form: str
    content: bytes


def answer(request: Request, make: Callable[[Viewer, str], File | None]) -> Response:
    """What `make` makes for this visitor in this language; the login, or a closed door."""
    viewer, spoken = cookies.viewer(request), language(request)
    if viewer is None:
        return RedirectResponse(onward.login("", lang=request.query_params.get("lang", "")), 303)
    try:
        made = make(viewer, spoken)
    except Refused:
        made = None
    except NoFont as error:
        return _unmade(spoken, (text(spoken, "file.no_font"), str(error)))
    except Unmade as error:
        return _unmade(spoken, error.lines)
    if made is None:
        return HTMLResponse(shell.not_found(spoken), 404, PRIVATE)
    return Response(made.content, headers=_headers(made), media_type=TYPES[made.form])


def _headers(made: File) -> dict[str, str]:
    way = "inline" if made.form == "html" else "attachment"
    named = f"{way}; filename*=UTF-8''{quote(f'{made.name}.{made.form}')}"
    return PRIVATE | {"Content-Disposition": named, "Content-Security-Policy": STILL}


def _unmade(spoken: str, lines: tuple[str, ...]) -> Response:
    body = "".join(f"<p>{escape(line)}</p>" for line in lines)
    page = login_page.page(spoken, text(spoken, "file.unmade"), body)
    return HTMLResponse(page, 409, PRIVATE)
