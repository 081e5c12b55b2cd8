"""Where things live, read from the environment at each call so that a test can point elsewhere."""

import os
from pathlib import Path

PROJECT = Path(__file__).parents[1]


def data_root() -> Path:
    """The folder of databases and releases: SUNLINE_DATA, by default ./data of the project."""
    return Path(os.environ.get("SUNLINE_DATA") or PROJECT / "data").resolve()


def releases(city: str) -> Path:
    """The folder of a city's releases."""
    return data_root() / "releases" / city


def pointer(city: str) -> Path:
    """The small file that names the city's release in force."""
    return releases(city) / "CURRENT"
