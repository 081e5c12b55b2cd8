"""Atom documents (RFC 4287). Ids never change, wherever the site is served."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree

ATOM, XHTML = "http://www.w3.org/2005/Atom", "http://www.w3.org/1999/xhtml"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
ElementTree.register_namespace("", ATOM)
ElementTree.register_namespace("xhtml", XHTML)
Element = ElementTree.Element


@dataclass(frozen=True)
class Entry:
    """One thing that was told; `lines` are plain sentences, `page` is where it can be seen."""

    key: str
    title: str
    lines: Sequence[str]
    page: str
    published: datetime
    updated: datetime


@dataclass(frozen=True)
class Feed:
    """Entries of one kind, newest first. Addresses are whole."""

    key: str
    title: str
    about: str
    author: str
    licence: str
    address: str
    page: str
    tag: str  # of the language, BCP 47
    updated: datetime
    entries: Sequence[Entry]


def document(feed: Feed) -> bytes:
    """The feed as XML."""
    root = Element(f"{{{ATOM}}}feed", {LANG: feed.tag})
    _add(root, "id", _id(feed.key))
    _add(root, "title", feed.title)
    _add(root, "subtitle", feed.about)
    _add(root, "updated", _moment(feed.updated))
    _add(_add(root, "author"), "name", feed.author)
    _add(root, "rights", feed.licence)
    _add(root, "link", rel="self", type="application/atom+xml", href=feed.address)
    _add(root, "link", rel="alternate", type="text/html", href=feed.page)
    for entry in feed.entries:
        _entry(_add(root, "entry"), entry)
    made: bytes = ElementTree.tostring(root, "UTF-8", xml_declaration=True)
    return made


def _entry(made: Element, entry: Entry) -> None:
    _add(made, "id", _id(entry.key))
    _add(made, "title", entry.title)
    _add(made, "published", _moment(entry.published))
    _add(made, "updated", _moment(entry.updated))
    _add(made, "link", rel="alternate", type="text/html", href=entry.page)
    content = ElementTree.SubElement(
        _add(made, "content", type="xhtml"), f"{{{XHTML}}}div"
    )  # fmt: skip
    for line in entry.lines:
        ElementTree.SubElement(content, f"{{{XHTML}}}p").text = line


def _add(parent: Element, name: str, content: str = "", **attributes: str) -> Element:
    made = ElementTree.SubElement(parent, f"{{{ATOM}}}{name}", attributes)
    made.text = content or None
    return made


def _id(key: str) -> str:
    return f"urn:uuid:{uuid5(NAMESPACE_URL, f'sunline/{key}')}"


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
