"""/api/: what can be asked, for people; and what each problem means, at the place of its type."""

from html import escape

from components.locales import text
from web import open_data_page
from web.api import problems
from web.api.door import ADDRESS
from web.api.operations import OPERATIONS, PREFIX, Operation
from web.api.parameters import Parameter

FEW = 20  # values of a parameter that are listed
EXAMPLES = {
    "metric": "/metrics/on_time_rate",
    "cells": "/cells?metric=on_time_rate&slice=unit&grain=quarter",
    "comparisons": "/comparisons?metric=on_time_rate&a_period=2026-Q3&b_period=2026-Q2",
}


def html(language: str) -> str:
    """The page."""
    said = [
        f"<p>{escape(text(language, f'api.{key}', most=ADDRESS.most))}</p>"
        for key in ("about", "how")
    ]
    parts = [
        *said,
        _addresses(language),
        _heading(language, "head.parameters"),
        _parameters(language),
        _heading(language, "other"),
        _others(language),
        _heading(language, "problems"),
        _problems(language),
    ]
    return open_data_page.page(language, text(language, "api.title"), "".join(parts))


def _heading(language: str, key: str) -> str:
    return f"<h2>{escape(text(language, f'api.{key}'))}</h2>"


def _addresses(language: str) -> str:
    rows = [
        (
            open_data_page.link(_example(one), f"{PREFIX}{one.path}"),
            escape(text(language, f"api.operation.{one.id}")),
            " ".join(f"<code>{parameter.name}</code>" for parameter in one.parameters),
        )
        for one in OPERATIONS
    ]
    document = f"{PREFIX}/openapi.json"
    told = escape(text(language, "api.document"))
    rows.append((open_data_page.link(f"{document}?lang={language}", document), told, ""))
    heads = [text(language, f"api.head.{key}") for key in ("address", "answers", "parameters")]
    return open_data_page.table(heads, rows)


def _example(operation: Operation) -> str:
    return PREFIX + EXAMPLES.get(operation.id, operation.path)


def _parameters(language: str) -> str:
    known = {parameter.name: parameter for one in OPERATIONS for parameter in one.parameters}
    rows = [
        (
            f"<code>{name}</code>",
            escape(text(language, f"api.parameter.{name}")) + _values(one),
            escape(one.default or one.example),
        )
        for name, one in known.items()
    ]
    heads = [text(language, f"api.head.{key}") for key in ("parameter", "meaning", "usual")]
    return open_data_page.table(heads, rows)


def _values(one: Parameter) -> str:
    """What may stand there, where that is not too much to read."""
    few = one.values if len(one.values) <= FEW else ()
    return "".join(f" <code>{value}</code>" for value in few)


def _others(language: str) -> str:
    rows = [
        (
            open_data_page.link(f"{address}{'&' if '?' in address else '?'}lang={language}", name),
            escape(text(language, f"api.others.{key}")),
        )
        for key, address, name in OTHERS
    ]
    return open_data_page.table(
        [text(language, f"api.head.{key}") for key in ("address", "answers")], rows
    )


OTHERS = (
    ("files", "/open-data/", "/open-data/"),
    ("open311", "/open311/discovery.json", "/open311/"),
    ("releases", "/feeds/releases.atom", "/feeds/releases.atom"),
    ("corrections", "/feeds/corrections.atom", "/feeds/corrections.atom"),
    ("warnings", "/feeds/warnings.atom", "/feeds/warnings.atom"),
)


def _problems(language: str) -> str:
    rows = [
        (
            f'<code id="{problems.kind(name).rpartition("#")[2]}">{problems.kind(name)}</code>',
            str(status),
            escape(text(language, f"api.problem.{name}")),
        )
        for name, status in problems.STATUS.items()
    ]
    heads = ["type", "HTTP", text(language, "api.head.meaning")]
    return open_data_page.table(heads, rows)
