"""/open311: the reading side of Open311 GeoReport v2, from the case-level open data of a release.

http://wiki.open311.org/GeoReport_v2/. What GeoReport leaves open: pages are asked for by `page` and
`page_size`, newest period first; there is no window of 90 days, because a period may be a year; a
parameter that is not known is refused.
"""

import json
from collections.abc import Callable, Mapping
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

import cities
from cities import City
from components import words
from components.locales import text
from data_access import open_cases
from data_access.open_cases import Asked
from data_access.published import Release
from metrics.periods import first_day
from web.api import answers, problems, releases
from web.api.door import ADDRESS, METHODS, Handler, opened
from web.api.parameters import LANGUAGE, RELEASE, Parameter, read
from web.api.problems import Problem
from web.open311 import forms, requests
from web.origin import origin

PREFIX = "/open311"
V2 = f"{PREFIX}/v2"
SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
MOST = 1_000
DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2})?([Z+ -]?[0-9:]*)?)?"
TEXT = r"[^\x00-\x1f\x7f]+"
FORM = Parameter("form", values=("json", "xml"))
CITY = Parameter("jurisdiction_id", "[a-z][a-z0-9_]*", longest=40)
IGNORED = (Parameter("api_key", TEXT), Parameter("extensions", TEXT))  # for writing; always told
COMMON = (FORM, CITY, RELEASE, LANGUAGE, *IGNORED)
CODE, ROW = Parameter("code", TEXT, required=True), Parameter("id", "[A-Za-z0-9]+", required=True)
NARROWED = (
    Parameter("service_request_id", "[A-Za-z0-9, ]+", longest=4_000),
    Parameter("service_code", TEXT, longest=1_000),
    Parameter("status", "(open|closed)(,(open|closed))*"),
    Parameter("start_date", DATE),
    Parameter("end_date", DATE),
    Parameter("page", least=1, most=1_000_000, default="1"),
    Parameter("page_size", least=1, most=MOST, default="100"),
)
Values = Mapping[str, str]
Documents = Callable[[Request, Values], tuple[str, forms.Thing]]


def routes() -> list[Route]:
    """Everything below /open311."""
    handlers = {
        f"{PREFIX}/discovery.{{form}}": _answering(discovery, (FORM, LANGUAGE)),
        f"{V2}/services.{{form}}": _answering(services, COMMON),
        f"{V2}/services/{{code:path}}.{{form}}": _answering(service, (*COMMON, CODE)),
        f"{V2}/requests.{{form}}": _answering(listed, (*COMMON, *NARROWED)),
        f"{V2}/requests/{{id}}.{{form}}": _answering(one, (*COMMON, ROW)),
        f"{PREFIX}/{{rest:path}}": nowhere,
    }
    return [
        Route(path, opened(handler, refused), methods=METHODS) for path, handler in handlers.items()
    ]


def discovery(request: Request, values: Values) -> tuple[str, forms.Thing]:
    """Where GeoReport v2 is, and what of it is told coarsely."""
    release = releases.find("", releases.LATEST).release
    changed = release.published_at.isoformat()
    endpoint = {
        "specification": SPECIFICATION,
        "url": f"{origin(request)}{V2}",
        "changeset": changed,
        "type": "test" if release.synthetic else "production",
        "formats": ["text/xml", "application/json"],
    }
    hotline = cities.profile(release.city).hotline
    return "discovery", {
        "changeset": changed,
        "contact": text(values["lang"], "open_case.contact", hotline=hotline),
        "key_service": text(values["lang"], "open_case.coarse"),
        "endpoints": [endpoint],
    }


def services(request: Request, values: Values) -> tuple[str, forms.Thing]:
    """The categories that have rows."""
    asked = _asked(values)
    city = cities.profile(asked.release.city)
    return "services", [
        {
            "service_code": code,
            "service_name": words.called(values["lang"], city, "category", code),
            "description": text(values["lang"], "open_case.coarse"),
            "metadata": False,
            "type": "batch",
            "keywords": "",
            "group": "",
        }
        for code in open_cases.distinct(asked.release, "category")
    ]


def service(request: Request, values: Values) -> tuple[str, forms.Thing]:
    """One of them; none has attributes."""
    if values["code"] not in open_cases.distinct(_asked(values).release, "category"):
        raise Problem("no_such_code", code=values["code"])
    return "service_definition", {"service_code": values["code"], "attributes": []}


def listed(request: Request, values: Values) -> tuple[str, forms.Thing]:
    """A page of service requests."""
    release = _asked(values).release
    size = int(values["page_size"])
    asked = _narrowed(values, cities.profile(release.city), _periods(release))
    found = open_cases.read(release, asked, size, (int(values["page"]) - 1) * size)
    told = [requests.request(values["lang"], release, row) for row in found]
    return "service_requests", told


def one(request: Request, values: Values) -> tuple[str, forms.Thing]:
    """A service request by its id, in a list of its own as GeoReport has it."""
    release = _asked(values).release
    found = open_cases.read(release, Asked(_periods(release), rows=[values["id"]]), 1, 0)
    if not found:
        raise Problem("no_such_code", code=values["id"])
    return "service_requests", [requests.request(values["lang"], release, found[0])]


def _asked(values: Values) -> releases.Asked:
    return releases.whole(values.get("jurisdiction_id", ""), values["release"])


def _periods(release: Release) -> list[str]:
    """All periods, the newest first."""
    return sorted(open_cases.distinct(release, "when"), key=first_day, reverse=True)


def _narrowed(values: Values, city: City, periods: list[str]) -> Asked:
    """What GeoReport lets one ask for; ids stand above all else."""
    if given := values.get("service_request_id"):
        return Asked(periods, rows=_list(given))
    first, last = (_moment(values, name, city) for name in ("start_date", "end_date"))
    within = [
        period for period in periods
        if (first is None or first <= requests.begun(city, period))
        and (last is None or requests.begun(city, period) <= last)
    ]  # fmt: skip
    states = set(_list(values.get("status", "")))
    return Asked(
        within,
        categories=_list(values["service_code"]) if "service_code" in values else None,
        closed="closed" in states if len(states) == 1 else None,
    )


def _list(given: str) -> list[str]:
    return [one.strip() for one in given.split(",") if one.strip()]


def _moment(values: Values, name: str, city: City) -> datetime | None:
    """A moment; without an offset it is local. A + that became a blank on its way is one again."""
    if name not in values:
        return None
    day, blank, rest = values[name].replace("T", " ").partition(" ")
    try:
        found = datetime.fromisoformat(f"{day}{blank}{rest.replace(' ', '+')}")
    except ValueError:
        raise Problem("bad_value", name=name) from None
    return found if found.tzinfo else found.replace(tzinfo=city.zone)


def _answering(made: Documents, declared: tuple[Parameter, ...]) -> Handler:
    """A handler of a checked question; what is wrong with it is told as GeoReport tells errors."""

    def answer(request: Request) -> Response:
        try:
            values = read(declared, request.query_params, request.path_params)
            return _told(request, values, made)
        except Problem as problem:
            return _wrong(request, problem)

    return answer


def _told(request: Request, values: Values, made: Documents) -> Response:
    asked = releases.find(values.get("jurisdiction_id", ""), values.get("release", "latest"))
    tag = answers.etag(asked.state, str(request.url))
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    if answers.unchanged(request, tag):
        return Response(status_code=304, headers=headers)
    root, content = made(request, values)
    told = forms.answer(values["form"], root, content)
    told.headers.update(headers)
    return told


def _wrong(request: Request, problem: Problem) -> Response:
    asked = request.query_params.get("lang", "")
    language = asked if asked in LANGUAGE.values else LANGUAGE.default
    told: str = problems.document(problem, "")["details"][language]
    more = f" {json.dumps(problem.more)}" if problem.more else ""
    said = {"code": problem.status, "description": f"{told}{more}"}
    form = request.url.path.rpartition(".")[2]
    return forms.answer(form, "errors", [said], problem.status)


def nowhere(request: Request) -> Response:
    """An address that GeoReport does not have."""
    return _wrong(request, Problem("no_such_address"))


def refused(request: Request, name: str) -> Response:
    """An error at the door."""
    return _wrong(request, Problem(name, most=ADDRESS.most))
