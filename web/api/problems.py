"""What goes wrong with a question, as RFC 9457 tells it, in both languages.

The `type` of a problem is its place on the page /api/, which explains it; it never changes.
"""

from collections.abc import Mapping
from typing import Any

from starlette.responses import JSONResponse, Response

from components.locales import LANGUAGES, text

MEDIA = "application/problem+json"
PAGE = "/api/"
STATUS = {
    "unknown_parameter": 400,
    "repeated_parameter": 400,
    "missing_parameter": 400,
    "bad_value": 400,
    "no_such_address": 404,
    "no_such_city": 404,
    "no_such_release": 404,
    "no_such_metric": 404,
    "no_such_question": 404,
    "no_such_cells": 404,
    "no_such_comparison": 404,
    "no_such_kit": 404,
    "not_over": 404,
    "one_place": 404,
    "no_such_code": 404,
    "not_in_release": 404,
    "not_allowed": 405,
    "removed": 410,
    "too_many": 429,
    "nothing_published": 503,
}  # the words of each are `api.problem.<name>` and `api.detail.<name>`


class Problem(Exception):
    """A question that cannot be answered; `told` fills its words, `more` lists what there is."""

    def __init__(self, name: str, more: Mapping[str, Any] | None = None, /, **told: object) -> None:
        super().__init__(name)
        self.name, self.more, self.told = name, dict(more or {}), told

    @property
    def status(self) -> int:
        return STATUS[self.name]


def kind(name: str) -> str:
    """The type of a problem: a URI reference within the site."""
    return f"{PAGE}#{name.replace('_', '-')}"


def document(problem: Problem, instance: str) -> dict[str, Any]:
    """The problem as an object; `title` and `detail` are the Chinese ones."""
    titles = {tongue: text(tongue, f"api.problem.{problem.name}") for tongue in LANGUAGES}
    details = {
        tongue: text(tongue, f"api.detail.{problem.name}", **problem.told) for tongue in LANGUAGES
    }
    return {
        "type": kind(problem.name), "status": problem.status, "title": titles["zh"],
        "detail": details["zh"], "titles": titles, "details": details, "instance": instance,
        **problem.more,
    }  # fmt: skip


def answer(problem: Problem, instance: str) -> Response:
    """The problem as an answer."""
    return JSONResponse(document(problem, instance), problem.status, media_type=MEDIA)
