"""Where things live, read from the environment at each call so that a test can point elsewhere."""

import getpass
import os
from pathlib import Path

PROJECT = Path(__file__).parents[1]

# What every release holds. Its manifest names all files but itself and its own SHA-256.
DATABASE, MANIFEST, SIGNED = "published.duckdb", "manifest.json", "manifest.sha256"
CHAIN = "chain.txt"  # the releases before it: one SHA-256 of a manifest and one id a line
DEFINITIONS, LATTICE = "definitions.json", "lattice.json"  # those it was counted by
FILES = "files"  # a folder: open data, if any
REMOVED = "removed.json"  # only after retention: what was taken out of it, when and why

# How a release is opened; within a process, one file only ever in one way.
CLOSED: dict[str, str | bool | int | float | list[str]] = {"enable_external_access": "false"}


def data_root() -> Path:
    """The folder of databases and releases: SUNLINE_DATA, by default ./data of the project."""
    return Path(os.environ.get("SUNLINE_DATA") or PROJECT / "data").resolve()


def releases(city: str) -> Path:
    """The folder of a city's releases."""
    return data_root() / "releases" / city


def pointer(city: str) -> Path:
    """The small file that names the city's release in force."""
    return releases(city) / "CURRENT"


def actor() -> str:
    """Who runs this program: SUNLINE_ACTOR where a scheduler runs it for someone, else the user."""
    try:
        return os.environ.get("SUNLINE_ACTOR") or getpass.getuser()
    except (KeyError, OSError):  # a container's user may have no name
        return f"user {os.getuid()}"


def journal(city: str) -> Path:
    """What was done to the city's releases, an entry a line: publish, rollback, prune."""
    return releases(city) / "journal.jsonl"
