"""The chain: every release records the SHA-256 of the manifest of each release before it.

Whoever keeps one later release, or one line of it, sees if an earlier one was written anew.
Only the standard library is used here, because anyone may run `verify`.
"""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from data_access.settings import CHAIN, MANIFEST

ID = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]-[0-9][0-9][0-9]"  # a glob: as-of day and number
BUILDING = ".building"  # the folder of a release that is not finished starts so


class Link(NamedTuple):
    """One release and the SHA-256 of its manifest."""

    id: str
    sha256: str


def sha256(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal digits."""
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def link(folder: Path) -> Link:
    """A release as it lies there now. A manifest that cannot be read goes by its folder's name."""
    content = (folder / MANIFEST).read_bytes()
    try:
        name = str(json.loads(content)["id"])
    except (ValueError, KeyError, TypeError):
        name = folder.name
    return Link(name, hashlib.sha256(content).hexdigest())


def render(links: Iterable[Link]) -> str:
    """The text of `chain.txt`, in the form that sha256sum prints."""
    return "".join(f"{sha}  {name}\n" for name, sha in links)


def parse(text: str) -> list[Link]:
    """Read `chain.txt`, or lines ID:SHA256; a line that is neither is a ValueError."""
    return [_line(line.strip()) for line in text.splitlines() if line.strip()]


def _line(line: str) -> Link:
    if ":" in line:
        name, _, sha = line.partition(":")
    else:
        sha, _, name = line.partition("  ")
    name, sha = name.strip(), sha.strip().lower()
    if not name or len(sha) != 64 or set(sha) - set("0123456789abcdef"):
        raise ValueError(f"{line!r} is neither `SHA256  ID` nor `ID:SHA256`")
    return Link(name, sha)


def read(folder: Path) -> list[Link]:
    """The releases before this one, oldest first, as it recorded them."""
    return parse((folder / CHAIN).read_text("utf-8"))


def folders(home: Path) -> list[Path]:
    """Every finished release that lies in a folder."""
    found = (path.parent for path in home.glob(f"*/{MANIFEST}"))
    return sorted(folder for folder in found if not folder.name.startswith(BUILDING))
