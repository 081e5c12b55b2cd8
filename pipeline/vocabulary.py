"""The public words of a city and its metrics: a caller's name inside one of them is no leak.

Somebody may be called like a county, or like two characters of a definition.
"""

import csv
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cities import ROOT
from metrics import registry


def words(city: str) -> frozenset[str]:
    """Every text in the city's profile and in the definitions of the metrics, line by line."""
    files = [*(ROOT / city).iterdir(), *registry.FOLDER.iterdir()]
    found = {text for path in files for text in _texts(path)}
    return frozenset(line.strip() for text in found for line in text.splitlines()) - {""}


def _texts(path: Path) -> Iterator[str]:
    if path.suffix == ".toml":
        yield from _strings(tomllib.loads(path.read_text("utf-8")))
    elif path.suffix == ".csv":
        with path.open(encoding="utf-8", newline="") as lines:
            yield from (field for row in csv.reader(lines) for field in row)


def _strings(tree: Any) -> Iterator[str]:
    if isinstance(tree, str):
        yield tree
    for part in tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ():
        yield from _strings(part)
