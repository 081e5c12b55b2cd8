"""The divisions of a city: its towns with their place in a diagram, and the borders of its areas.

Towns have no borders or points that may be published, so a city draws them as tiles: `col` and
`row` count tiles from the north-west corner of the whole city's diagram. It is no geography.
"""

import csv
import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from cities import ROOT


@dataclass(frozen=True)
class Town:
    """A town or subdistrict (镇、街道): its code, names by language, area, and tile."""

    code: str
    names: dict[str, str]
    area: str
    col: int
    row: int


@cache
def towns(city: str) -> tuple[Town, ...]:
    """A city's towns in the order of its file; none where it has no such file."""
    path = ROOT / city / "town_tiles.csv"
    if not path.exists():
        return ()
    with path.open(encoding="utf-8", newline="") as lines:
        return tuple(
            Town(
                row["code"], {"zh": row["zh"], "en": row["en"]},
                row["area"], int(row["col"]), int(row["row"]),
            )
            for row in csv.DictReader(lines)
        )  # fmt: skip


@cache
def borders(city: str) -> dict[str, Any] | None:
    """Borders of the areas as GeoJSON in degrees of WGS-84; None where a city has none.

    Each feature's properties have `code`, and `label_lon` and `label_lat`, a point inside. Shared:
    do not change what this returns.
    """
    path = ROOT / city / "counties.geojson"
    if not path.exists():
        return None
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found
