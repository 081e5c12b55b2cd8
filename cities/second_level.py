"""Second-level categories of a city: their names, from its categories.csv."""

import csv
from functools import cache

from cities import ROOT


@cache
def second_level(city: str) -> dict[tuple[str, str], dict[str, str]]:
    """Names by language of every (category, category2); cells know the Chinese ones."""
    path = ROOT / city / "categories.csv"
    if not path.exists():
        return {}
    with path.open(encoding="utf-8", newline="") as lines:
        return {
            (row["level1"], row["level2"]): {"zh": row["level2"], "en": row["level2_en"]}
            for row in csv.DictReader(lines)
        }
