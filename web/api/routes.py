"""The addresses of the API: its operations, its document, its page, and a problem for all else."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from components import locales
from web import shell
from web.api import answers, openapi, page, problems
from web.api.door import ADDRESS, METHODS, Handler, opened
from web.api.operations import OPERATIONS, PREFIX, Operation
from web.api.parameters import LANGUAGE, Parameter, read
from web.api.problems import Problem
from web.api.reference import Told

DOCUMENT = f"{PREFIX}/openapi.json"


def routes() -> list[Route]:
    """Everything below /api."""
    handlers = {f"{PREFIX}{one.path}": _operation(one) for one in OPERATIONS}
    handlers |= {DOCUMENT: _asked((LANGUAGE,), document)}
    handlers |= {"/api": human, problems.PAGE: human, "/api/{rest:path}": nowhere}
    return [
        Route(path, opened(handler, refused), methods=METHODS) for path, handler in handlers.items()
    ]


def _operation(operation: Operation) -> Handler:
    return _asked(operation.parameters, operation.handler)


def _asked(declared: tuple[Parameter, ...], handler: Told) -> Handler:
    """A handler of a checked question."""

    def answer(request: Request) -> Response:
        try:
            values = read(declared, request.query_params, request.path_params)
            return handler(request, values)
        except Problem as problem:
            return problems.answer(problem, request.url.path)

    return answer


def document(request: Request, values: Mapping[str, str]) -> Response:
    """The OpenAPI document."""
    tag = answers.etag(DOCUMENT, values["lang"])
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    if answers.unchanged(request, tag):
        return Response(status_code=304, headers=headers)
    return JSONResponse(openapi.document(values["lang"]), headers=headers)


def human(request: Request) -> Response:
    """What there is, for people."""
    asked = request.query_params.get("lang", "")
    language = asked if asked in locales.LANGUAGES else locales.DEFAULT
    headers = {
        "Cache-Control": "no-cache",
        "Content-Security-Policy": shell.content_security_policy(),
    }
    return HTMLResponse(page.html(language), headers=headers)


def nowhere(request: Request) -> Response:
    """A problem for an address that the API does not have."""
    told = {"addresses": [f"{PREFIX}{one.path}" for one in OPERATIONS]}
    return problems.answer(Problem("no_such_address", told), request.url.path)


def refused(request: Request, name: str) -> Response:
    """A problem at the door."""
    return problems.answer(Problem(name, most=ADDRESS.most), request.url.path)
