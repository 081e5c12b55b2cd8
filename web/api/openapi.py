"""The OpenAPI 3.1 document, made from the declarations that the handlers go by."""

from functools import cache
from typing import Any

from components.locales import LANGUAGES, text
from web.api import answers, problems
from web.api.comparisons import SIDE
from web.api.door import ADDRESS
from web.api.operations import OPERATIONS, PREFIX, Operation
from web.api.parameters import Parameter

Object = dict[str, Any]
WHOLE, NUMBER, FLAG, TEXT = "integer", "number", "boolean", "string"
TYPES = {
    "numerator": WHOLE, "denominator": WHOLE, "cases": WHOLE, "value": NUMBER, "low": NUMBER,
    "high": NUMBER, "p90": NUMBER, "in_force": FLAG, "synthetic": FLAG, "removed": FLAG,
    "lawyer_check": FLAG, "supported": FLAG, "difference": NUMBER,
}  # fmt: skip
NEVER_NULL = {
    "metric", "grain", "period", "release", "as_of", "published_at", "in_force", "synthetic",
    "removed", "unit", "reason_code", "by", "supported", "said_zh", "said_en", "source_zh",
    "source_en",
}  # fmt: skip
QUESTIONS = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["slice", "grains"],
        "properties": {
            "slice": {"type": TEXT}, "grains": {"type": "array", "items": {"type": TEXT}}
        },
    },
}  # fmt: skip


@cache
def document(language: str) -> Object:
    """The document with descriptions in one language."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": text(language, "api.title"),
            "version": answers.VERSION,
            "description": " ".join(
                text(language, f"api.{key}", most=ADDRESS.most) for key in ("about", "how")
            ),
        },
        "servers": [{"url": PREFIX}],
        "externalDocs": {"url": problems.PAGE},
        "x-languages": list(LANGUAGES.values()),
        "paths": {one.path: _path(language, one) for one in OPERATIONS},
        "components": {
            "schemas": {"Problem": _problem(language), "Basis": _basis(language)},
            "responses": {"Problem": _refusal(language)},
        },
    }


def _path(language: str, operation: Operation) -> Object:
    told = text(language, f"api.operation.{operation.id}")
    refused = sorted({str(status) for status in problems.STATUS.values()})
    answered = _answer(language, operation)
    return {
        "get": {
            "operationId": operation.id,
            "summary": told,
            "parameters": [_parameter(language, operation, one) for one in operation.parameters],
            "responses": {
                "200": answered,
                "304": {"description": text(language, "api.unchanged")},
                **{status: {"$ref": "#/components/responses/Problem"} for status in refused},
            },
        }
    }


def _parameter(language: str, operation: Operation, one: Parameter) -> Object:
    inside = f"{{{one.name}}}" in operation.path
    told = {
        "name": one.name,
        "in": "path" if inside else "query",
        "required": one.required,
        "description": text(language, f"api.parameter.{one.name}"),
        "schema": one.schema,
    }
    return told | ({"example": one.example} if one.example else {})


def _answer(language: str, operation: Operation) -> Object:
    row = _row(language, operation)
    if operation.one:
        body: Object = {"properties": {"item": row}, "required": ["item"]}
    else:
        counted = {"type": WHOLE, "minimum": 0}
        body = {
            "properties": {
                **dict.fromkeys(("total", "limit", "offset"), counted),
                "items": {"type": "array", "items": row},
            },
            "required": ["total", "limit", "offset", "items"],
        }
    whole = {"type": "object", "allOf": [{"$ref": "#/components/schemas/Basis"}, body]}
    media: Object = {"application/json": {"schema": whole}}
    if not operation.one:
        media["text/csv"] = {"schema": {"type": TEXT}}
    headers = {name: {"schema": {"type": TEXT}} for name in ("ETag", "Link")[: 2 - operation.one]}
    return {"description": text(language, "api.answer"), "headers": headers, "content": media}


def _row(language: str, operation: Operation) -> Object:
    return _object(language, operation.columns, operation.optional)


def _object(language: str, columns: tuple[str, ...], optional: tuple[str, ...] = ()) -> Object:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(columns),
        "properties": {name: _column(language, name) for name in (*columns, *optional)},
    }


def _column(language: str, name: str) -> Object:
    told: Object = {"description": text(language, f"api.column.{_plain(name)}")}
    if name == "questions":
        return QUESTIONS | told
    if name in ("a", "b"):
        return _object(language, SIDE) | told
    kind = TYPES.get(name, TEXT)
    return told | {"type": kind if name in NEVER_NULL else [kind, "null"]}


def _plain(name: str) -> str:
    """A column without its language: both are described alike."""
    return name.removesuffix("_zh").removesuffix("_en")


def _basis(language: str) -> Object:
    never = ("city", "release", "as_of", "published_at", "licence")
    texts = {name: {"type": TEXT} for name in never}
    return {
        "type": "object",
        "required": [*never, "label"],
        "properties": texts | {"label": {"type": [TEXT, "null"]}},
        "description": text(language, "api.basis"),
    }


def _problem(language: str) -> Object:
    words = {"type": "object", "properties": {name: {"type": TEXT} for name in LANGUAGES}}
    return {
        "type": "object",
        "description": text(language, "api.problems"),
        "required": ["type", "status", "title", "detail", "titles", "details"],
        "properties": {
            "type": {"type": TEXT, "enum": [problems.kind(name) for name in problems.STATUS]},
            "status": {"type": WHOLE},
            **{name: {"type": TEXT} for name in ("title", "detail", "instance")},
            **dict.fromkeys(("titles", "details"), words),
        },
    }


def _refusal(language: str) -> Object:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        "description": text(language, "api.problems"),
        "content": {problems.MEDIA: {"schema": schema}},
    }
