"""/feeds: Atom feeds of releases, corrections and signals, and of each county and unit."""

from collections.abc import Callable, Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from components import locales, words
from components.locales import text
from web.api import answers, releases
from web.api.door import METHODS, Handler, opened
from web.api.parameters import LANGUAGE, PLACE, Parameter, read
from web.api.problems import Problem
from web.api.problems import answer as refusal
from web.api.routes import nowhere, refused
from web.feeds import atom, entries
from web.feeds.atom import Entry, Feed
from web.feeds.entries import Place
from web.origin import origin

PREFIX = "/feeds"
MEDIA = "application/atom+xml; charset=utf-8"
CODE = Parameter("code", r"[^\x00-\x1f\x7f]+", longest=60, required=True)
WHOLE: dict[str, tuple[Callable[[Place], list[Entry]], str]] = {
    "releases": (entries.releases, "open_data"),
    "corrections": (entries.corrections, "open_data"),
    "warnings": (entries.signals, "topics"),
}  # the page is where a reader finds the same
Values = Mapping[str, str]


def routes() -> list[Route]:
    """Everything below /feeds."""
    handlers: dict[str, Handler] = {
        f"{PREFIX}/{name}.atom": _answering((PLACE, LANGUAGE), _whole(name)) for name in WHOLE
    }
    handlers |= {
        f"{PREFIX}/{by}/{{code}}.atom": _answering((PLACE, LANGUAGE, CODE), _of(by))
        for by in entries.PAGES
    }
    handlers[f"{PREFIX}/{{rest:path}}"] = nowhere
    return [
        Route(path, opened(handler, refused), methods=METHODS) for path, handler in handlers.items()
    ]


def _whole(name: str) -> Callable[[Request, Place, Values], Feed]:
    told, page = WHOLE[name]

    def made(request: Request, place: Place, values: Values) -> Feed:
        title = text(place.language, f"feed.{name}")
        return _feed(request, place, name, title, place.page(page), told(place))

    return made


def _of(by: str) -> Callable[[Request, Place, Values], Feed]:
    def made(request: Request, place: Place, values: Values) -> Feed:
        code = values["code"]
        found = entries.periods(place, by, code)
        if not found:
            raise Problem("no_such_code", code=code)
        name = words.called(place.language, place.city, by, code)
        title = text(place.language, "feed.place", name=name)
        page = place.page(entries.PAGES[by], **{by: code})
        return _feed(request, place, f"{by}/{code}", title, page, found)

    return made


def _feed(
    request: Request, place: Place, key: str, title: str, page: str, found: list[Entry]
) -> Feed:
    language, city = place.language, place.city
    label = text(language, "site.synthetic_short") if place.release.synthetic else ""
    about = [label] * bool(label) + [text(language, "site.as_of", day=place.release.as_of)]
    query = f"?{request.url.query}" if request.url.query else ""
    return Feed(
        key=f"{place.release.city}/{key}",
        title=text(
            language, "feed.title", title=title, city=words.city_name(language, city),
            hotline=city.hotline, label=f" · {label}" if label else "",
        ),
        about=text(language, "open_data.and").join(about),
        author=f"{words.city_name(language, city)} {city.hotline}",
        licence=city.licence,
        address=f"{place.site}{request.url.path}{query}",
        page=page,
        tag=locales.LANGUAGES[language],
        updated=max((one.updated for one in found), default=place.release.published_at),
        entries=found,
    )  # fmt: skip


def _answering(
    declared: tuple[Parameter, ...], made: Callable[[Request, Place, Values], Feed]
) -> Handler:
    """A handler of a checked question; 304 if the reader has the feed."""

    def answer(request: Request) -> Response:
        try:
            values = read(declared, request.query_params, request.path_params)
            asked, _ = releases.everything(values.get("city", ""))
            tag = answers.etag(asked.state, str(request.url))
            headers = {"ETag": tag, "Cache-Control": "no-cache"}
            if answers.unchanged(request, tag):
                return Response(status_code=304, headers=headers)
            place = Place(values["lang"], asked.release, origin(request))
            content = atom.document(made(request, place, values))
            return Response(content, headers=headers, media_type=MEDIA)
        except Problem as problem:
            return refusal(problem, request.url.path)

    return answer
