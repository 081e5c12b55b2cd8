"""Documents of service requests: JSON and XML as GeoReport v2 has them, and our own CSV."""

import csv
import json
import re
from collections.abc import Iterable
from functools import partial
from itertools import chain
from pathlib import Path, PurePath
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

from pipeline import georeport
from pipeline.mapping import encoding
from pipeline.sources import SourceError

REQUESTED = "requested_datetime"
UNSTORABLE = re.compile("[\0\ud800-\udfff]")  # JSON can spell it, no database takes it
WEB_PAGE = ("<!doctype html", "<html")

Request = dict[str, str]


def requests(origin: str) -> Iterable[Request]:
    """The requests of a file or of a live endpoint, page by page."""
    live = origin.lower().startswith(("http://", "https://"))
    suffix = PurePath(urlsplit(origin).path if live else origin).suffix.lower()
    if suffix == ".csv" and not live:
        return _from_csv(Path(origin))
    if suffix not in (".json", ".xml"):
        raise SourceError(f"{origin}: neither .json nor .xml; give a file or address of these")
    parse = partial(_parse, suffix=suffix)
    if live:
        return chain.from_iterable(georeport.pages(origin, suffix, parse))
    try:
        content = Path(origin).read_bytes()
    except OSError as error:
        raise SourceError(f"{origin}: {error.strerror}; check the path") from error
    return parse(content, origin)


def _parse(content: bytes, where: str, suffix: str) -> list[Request]:
    """The requests of one document; SourceError if it is anything else."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError(f"{where}: not UTF-8; have it exported as UTF-8") from error
    if text.lstrip().lower().startswith(WEB_PAGE):
        raise SourceError(f"{where}: a web page, not service requests; check the address")
    return _from_json(text, where) if suffix == ".json" else _from_xml(text, where)


def _from_json(text: str, where: str) -> list[Request]:
    try:  # numbers stay as they are written
        found = json.loads(text, parse_int=str, parse_float=str, parse_constant=str)
        if isinstance(found, list) and not _errors(found):
            return [_flat(item) for item in found]
    except (ValueError, RecursionError) as error:
        raise SourceError(f"{where}: not JSON: {error}; fetch or export it again") from error
    told = found.get("errors", [found]) if isinstance(found, dict) else found
    _refuse(_errors(told), where)
    raise SourceError(f"{where}: no list of service requests; check that it is a requests resource")


def _from_csv(path: Path) -> list[Request]:
    """Requests that came back out of quarantine, a field a column."""
    with path.open(encoding=encoding(path), newline="") as content:
        reader = csv.DictReader(content, restkey="+", restval="", strict=True)
        try:
            if REQUESTED not in (reader.fieldnames or ()):
                raise SourceError(f"{path}, row 1: no column {REQUESTED}; add it")
            return [_flat(row) for row in reader]
        except csv.Error as error:
            raise SourceError(
                f"{path}, row {reader.line_num}: {error}; mend the quoting of this row"
            ) from error


def _errors(found: Any) -> list[dict[str, Any]]:
    """The errors of a document that is a list of nothing else."""
    listed = [item for item in found if _is_error(item)] if isinstance(found, list) else []
    return listed if listed and len(listed) == len(found) else []


def _is_error(item: Any) -> bool:
    about_a_request = {"service_request_id", "token"}
    return isinstance(item, dict) and "code" in item and item.keys().isdisjoint(about_a_request)


def _refuse(errors: list[dict[str, Any]], where: str) -> None:
    if errors:
        told = "; ".join(f"{error.get('code')} {error.get('description')}" for error in errors)
        raise SourceError(f"{where}: the server answers: {told[:300]}; mend the query")


def _flat(item: Any) -> Request:
    """A request as texts; what is no object has none of the fields and is kept under no name."""
    given = item if isinstance(item, dict) else {"": item}
    return {_text(name): _text(value) for name, value in given.items()}


def _text(value: Any) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return UNSTORABLE.sub("\ufffd", text)


def _from_xml(text: str, where: str) -> list[Request]:
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise SourceError(f"{where}: has a DTD, which may harm; remove it")
    try:
        root = ElementTree.fromstring(text)  # noqa: S314 - without a DTD there are no entities
    except ElementTree.ParseError as error:
        raise SourceError(f"{where}: not XML: {error}; fetch or export it again") from error
    if _name(root) == "errors":
        _refuse([_fields(error) for error in root], where)
    others = {_name(child) for child in root} - {"request"}
    if _name(root) != "service_requests" or others:
        raise SourceError(
            f"{where}: <{_name(root)}> of {', '.join(sorted(others)) or 'nothing'}, where "
            "<service_requests> of <request> belongs; check that it is a requests resource"
        )
    return [_fields(request) for request in root]


def _name(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _fields(element: ElementTree.Element) -> Request:
    """The texts of an element's children; those of one name are put together."""
    fields: Request = {}
    for child in element:
        text = "".join(child.itertext())
        name = _name(child)
        fields[name] = f"{fields[name]}\n{text}" if name in fields else text
    return fields
