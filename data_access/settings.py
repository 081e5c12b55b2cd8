"""Where things live, read from the environment at each call so that a test can point elsewhere."""

import getpass
import os
from functools import cache
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
    return _resolved(os.environ.get("SUNLINE_DATA") or str(PROJECT / "data"))


@cache
def _resolved(folder: str) -> Path:
    return Path(folder).resolve()


def releases(city: str) -> Path:
    """The folder of a city's releases."""
    return data_root() / "releases" / city


def pointer(city: str) -> Path:
    """The small file that names the city's release in force."""
    return releases(city) / "CURRENT"


def books(city: str) -> Path:
    """What was counted of a city's closed months, unprotected: for the publisher alone."""
    return data_root() / "books" / f"{city}.parquet"


def open_book(city: str) -> Path:
    """Which cases of a city became open data, and as which row: for the publisher alone."""
    return data_root() / "books" / f"{city}-open-cases.parquet"


def actor() -> str:
    """Who runs this program: SUNLINE_ACTOR where a scheduler runs it for someone, else the user."""
    try:
        return os.environ.get("SUNLINE_ACTOR") or getpass.getuser()
    except (KeyError, OSError):  # a container's user may have no name
        return f"user {os.getuid()}"


def journal(city: str) -> Path:
    """What was done to the city's releases, an entry a line: publish, rollback, prune."""
    return releases(city) / "journal.jsonl"


def lookup_url() -> str:
    """LOOKUP_DATABASE_URL, by default lookup.sqlite in the data folder."""
    return os.environ.get("LOOKUP_DATABASE_URL") or f"sqlite:///{data_root() / 'lookup.sqlite'}"


def lookup_secret(name: str) -> Path:
    """A secret of the look-up, `pepper` or `filling_key`: LOOKUP_<NAME>_FILE, never its value."""
    given = os.environ.get(f"LOOKUP_{name.upper()}_FILE")
    return Path(given) if given else data_root() / "secrets" / f"lookup_{name}"


def demo_accounts() -> Path:
    """Names and passwords of the demo's local accounts, readable by this user alone."""
    return data_root() / "secrets" / "demo_accounts.txt"


def outbox() -> Path:
    """Lists of new query codes on their way to those who send the messages."""
    return data_root() / "outbox"
