"""An answer in JSON or CSV: a page of rows under what they rest on, with ETag and links."""

import csv
import hashlib
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

import cities
from data_access import shelf, spreadsheets
from web.api.releases import Asked

Row = Mapping[str, Any]
CSV = "text/csv; charset=utf-8; header=present"
VERSION = "1.0"  # of the shape of all answers; part of every ETag
BESIDE = ("as_of", "release", "label")  # beside each row of a CSV answer


@dataclass(frozen=True)
class Page:
    """Some of `total` rows; `rows` is called only if the asker does not have them yet."""

    columns: tuple[str, ...]
    total: int
    rows: Callable[[], Sequence[Row]]


def basis(asked: Asked) -> dict[str, Any]:
    """What every answer says of itself."""
    release = asked.release
    return {
        "city": release.city,
        "release": release.id,
        "as_of": str(release.as_of),
        "published_at": release.published_at.isoformat(),
        "label": shelf.label(asked.shelved) or None,
        "licence": cities.profile(release.city).licence,
    }


def form(request: Request, given: str | None) -> str:
    """`json` or `csv`: as the question says, else as its Accept header prefers."""
    if given:
        return given
    weights = dict(map(_weight, request.headers.get("accept", "").split(",")))
    return "csv" if weights.get("text/csv", 0.0) > weights.get("application/json", 0.0) else "json"


def _weight(part: str) -> tuple[str, float]:
    media, _, rest = part.partition(";")
    quality = rest.strip().removeprefix("q=")
    try:
        return media.strip().lower(), float(quality or 1)
    except ValueError:
        return media.strip().lower(), 1.0


def page(request: Request, asked: Asked, values: Mapping[str, str], found: Page) -> Response:
    """A page of rows, in the form that was asked for; 304 if the asker has it."""
    kind = form(request, values.get("format"))
    headers = _headers(request, asked, kind) | _links(request, asked, values, found.total)
    if unchanged(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    told, rows = basis(asked), found.rows()
    if kind == "csv":
        return Response(_csv(found.columns, rows, told), headers=headers, media_type=CSV)
    paging = {"total": found.total, "limit": int(values["limit"]), "offset": int(values["offset"])}
    listed = [{name: row.get(name) for name in found.columns} for row in rows]
    return JSONResponse(told | paging | {"items": listed}, headers=headers)


def one(request: Request, asked: Asked, item: Callable[[], Row]) -> Response:
    """A single thing, in JSON."""
    headers = _headers(request, asked, "json")
    if unchanged(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return JSONResponse(basis(asked) | {"item": dict(item())}, headers=headers)


def etag(*parts: str) -> str:
    """Weak, because an answer may be compressed on its way."""
    digest = hashlib.sha256("\n".join((VERSION, *parts)).encode()).hexdigest()
    return f'W/"{digest[:32]}"'


def unchanged(request: Request, tag: str) -> bool:
    """Whether the asker has this very answer (RFC 9110, 13.1.2)."""
    given = request.headers.get("if-none-match", "")
    strong = [one.strip().removeprefix("W/") for one in given.split(",")]
    return given == "*" or tag.removeprefix("W/") in strong


def _headers(request: Request, asked: Asked, kind: str) -> dict[str, str]:
    query = urlencode(sorted(request.query_params.multi_items()))
    tag = etag(asked.state, request.url.path, query, kind)
    caching = "public, max-age=86400" if asked.named else "no-cache"
    return {"ETag": tag, "Cache-Control": caching, "Vary": "Accept"}


def _links(request: Request, asked: Asked, values: Mapping[str, str], total: int) -> dict[str, str]:
    """Where the other pages are. They name the release, so that none comes from another one."""
    limit, offset = int(values["limit"]), int(values["offset"])
    places = {"first": 0}
    if offset > 0:
        places["prev"] = max(0, min(offset - limit, total - 1))
    if offset + limit < total:
        places["next"] = offset + limit
    given = dict(request.query_params) | {"city": asked.release.city}
    if not asked.shelf:
        given["release"] = asked.release.id
    links = [
        f'<{request.url.path}?{urlencode(given | {"offset": place, "limit": limit})}>; rel="{name}"'
        for name, place in places.items()
    ]
    return {"Link": ", ".join([*links, '</api/v1/openapi.json>; rel="service-desc"'])}


def _csv(columns: Sequence[str], rows: Sequence[Row], told: Row) -> str:
    """No text in it is a formula to a spreadsheet; what is withheld is an empty place."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow([*columns, *BESIDE])
    beside = [_cell(told[name]) for name in BESIDE]
    writer.writerows([*(_cell(row.get(name)) for name in columns), *beside] for row in rows)
    return file.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    return spreadsheets.cell(value) if isinstance(value, str) else value
