"""GeoReport v2 documents: JSON, and XML of the same."""

import json
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree

from starlette.responses import Response

MEDIA = {"json": "application/json; charset=utf-8", "xml": "text/xml; charset=utf-8"}
# The element of a document → that of each thing in it.
INSIDE = {
    "services": "service", "service_requests": "request", "errors": "error",
    "endpoints": "endpoint", "formats": "format", "attributes": "attribute",
}  # fmt: skip
Thing = Mapping[str, Any] | list[Any]


def answer(form: str, root: str, content: Thing, status: int = 200) -> Response:
    """A document in the form that was asked for; `root` is its element in XML."""
    told = _xml(root, content) if form == "xml" else _json(content)
    return Response(told, status, media_type=MEDIA[form if form in MEDIA else "json"])


def _json(content: Thing) -> bytes:
    return json.dumps(content, ensure_ascii=False).encode()


def _xml(root: str, content: Thing) -> bytes:
    made: bytes = ElementTree.tostring(_element(root, content), "UTF-8", xml_declaration=True)
    return made


def _element(name: str, content: Any) -> ElementTree.Element:
    """What is not there is an empty element."""
    made = ElementTree.Element(name)
    if isinstance(content, Mapping):
        made.extend(_element(key, value) for key, value in content.items())
    elif isinstance(content, list):
        made.extend(_element(INSIDE[name], one) for one in content)
    elif content is not None:
        made.text = str(content).lower() if isinstance(content, bool) else str(content)
    return made
