"""/open-data: the files of every release on the shelf, as they are, over plain HTTP.

    /open-data/                                  what there is
    /open-data/<city>-<set>/                     its releases
    /open-data/<city>-<set>/<release>/           its files
    /open-data/<city>-<set>/<release>/<file>     one of them
    /open-data/<city>-release/<release>/<path>   the folder of a release, all that `verify` needs

`latest` instead of a release, or a set without its city, redirects. `index.json` below any of the
first three is the same list for machines. Nothing is computed here: files are sent as they lie.
"""

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

import cities
from components import locales
from components.sitemap import home_city
from data_access import shelf
from data_access.published import current, published_cities
from data_access.shelf import WHOLE, Shelved
from web import open_data_page, open_file, shell
from web.open_file import Asked

PREFIX = "/open-data"
LATEST, INDEX = "latest", "index.json"
OPEN = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Accept-Ranges, Content-Range, Content-Disposition",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "Range, If-Range, If-None-Match, If-Modified-Since",
    "Access-Control-Max-Age": "86400",
}


def routes() -> list[Route]:
    """Everything below /open-data."""
    methods = ["GET", "HEAD", "OPTIONS"]
    return [
        Route(PREFIX, serve, methods=methods),
        Route(PREFIX + "/{rest:path}", serve, methods=methods),
    ]


def serve(request: Request) -> Response:
    """One answer; whatever it is, any site may read it."""
    if request.method == "OPTIONS":
        return Response(status_code=204, headers=OPEN | PREFLIGHT)
    answer = _answer(request)
    answer.headers.update(OPEN)
    return answer


def _answer(request: Request) -> Response:
    rest = str(request.path_params.get("rest", ""))
    parts = rest.split("/")
    if rest in ("", INDEX):
        return _index(request, rest)
    asked = _asked(parts[0])
    if asked is None:
        home = Asked(home_city(), parts[0])
        return _redirect(request, home.place, *parts[1:]) if _known(home) else _missing(request)
    if len(parts) == 1:
        return _redirect(request, parts[0], "")
    if len(parts) == 2 and parts[1] in ("", INDEX):
        return _versions(request, asked, parts[1])
    if parts[1] == LATEST:
        found = current(asked.city)
        return _redirect(request, parts[0], found.id, *parts[2:]) if found else _missing(request)
    shelved = shelf.find(asked.city, parts[1])
    if shelved is None:
        return _missing(request)
    if len(parts) == 2:
        return _redirect(request, *parts, "")
    name = "/".join(parts[2:])
    if name in ("", INDEX):
        return _files(request, asked, shelved, name)
    return open_file.answer(request, asked, shelved, name) or _missing(request)


def _asked(place: str) -> Asked | None:
    """City and set of an address; None where the first part names no city with a release."""
    for city in published_cities():
        if place.startswith(f"{city}-") and _known(asked := Asked(city, place[len(city) + 1 :])):
            return asked
    return None


def _known(asked: Asked) -> bool:
    if asked.city not in published_cities():
        return False
    return asked.item == WHOLE or any(
        asked.item in shelved.sets() for shelved in shelf.versions(asked.city)
    )


def _index(request: Request, form: str) -> Response:
    """Every set of every city."""
    found = {
        city: open_data_page.listed(city) for city in published_cities() if city in cities.known()
    }
    if form == INDEX:
        return JSONResponse(found)
    return _html(open_data_page.index(_language(request), found))


def _versions(request: Request, asked: Asked, form: str) -> Response:
    found = open_data_page.versions(asked.city, asked.item)
    if form == INDEX:
        return JSONResponse(found)
    return _html(open_data_page.releases(_language(request), asked.place, found))


def _files(request: Request, asked: Asked, shelved: Shelved, form: str) -> Response:
    found = open_data_page.files(shelved, asked.item)
    if not found:
        return _missing(request)
    if form == INDEX:
        return JSONResponse(found)
    label = shelf.label(shelved)
    where = (asked.place, shelved.release.id, label)
    return _html(open_data_page.folder(_language(request), *where, found))


def _redirect(request: Request, *parts: str) -> Response:
    query = f"?{request.url.query}" if request.url.query else ""
    address = "/".join((PREFIX, *(quote(part) for part in parts)))
    return RedirectResponse(address + query, 307, {"Cache-Control": "no-cache"})


def _language(request: Request) -> str:
    asked = request.query_params.get("lang", "")
    return asked if asked in locales.LANGUAGES else locales.DEFAULT


def _html(page: str) -> Response:
    headers = {
        "Cache-Control": "no-cache",
        "Content-Security-Policy": shell.content_security_policy(),
    }
    return HTMLResponse(page, headers=headers)


def _missing(request: Request) -> Response:
    return HTMLResponse(shell.not_found(_language(request)), 404)
