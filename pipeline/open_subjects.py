"""Which cases may become open data at all: those about a place or a thing, and nothing sensitive.

The city marks its categories (categories.csv: `place_or_thing`, `sensitive`). A case of a category
that is not marked, or of none, stays out.
"""

import csv
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Texts = NDArray[np.object_]
LEVELS = ["category", "category2", "category3"]
SENSITIVE, NOT_A_PLACE, TOO_RECENT, NO_AREA = (
    "sensitive", "not_place_or_thing", "too_recent", "area_untold",
)  # fmt: skip
# A place can be the occasion only: reports on somebody (举报), and what turned out to be for the
# police, petition or discipline bodies, or to concern a secret.
SENSITIVE_NATURES = ("report",)
SENSITIVE_REASONS = ("emergency", "petition", "supervision_discipline", "secret_or_private")


@dataclass(frozen=True)
class Subjects:
    """The marked categories, as (category, category2, category3)."""

    place_or_thing: frozenset[tuple[str, ...]]
    sensitive: frozenset[tuple[str, ...]]
    neither: frozenset[tuple[str, ...]] = frozenset()


def subjects(path: Path) -> Subjects:
    """The marks of a city's categories.csv; ValueError where one category has both."""
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    place, sensitive = (
        frozenset((row["level1"], row["level2"], row["level3"]) for row in rows if row[mark] == "1")
        for mark in ("place_or_thing", "sensitive")
    )
    if place & sensitive:
        raise ValueError(f"{path}: {sorted(place & sensitive)}: sensitive, so never open data")
    every = frozenset((row["level1"], row["level2"], row["level3"]) for row in rows)
    return Subjects(place, sensitive, every - place - sensitive)


def why_not(facts: pd.DataFrame, about: Subjects, until: datetime) -> Texts:
    """Why each case is left out before any class is made, or "" if it is not.

    `until` is the moment before which a case must have been received.
    """
    subject = pd.MultiIndex.from_frame(facts[LEVELS])
    nature = facts["nature"].isin(SENSITIVE_NATURES).to_numpy()
    reason = facts["reason_code"].isin(SENSITIVE_REASONS).to_numpy()
    reasons = {
        SENSITIVE: subject.isin(about.sensitive) | nature | reason,
        NOT_A_PLACE: ~subject.isin(about.place_or_thing),
        TOO_RECENT: ~(facts["received_at"] < until).to_numpy(),
        NO_AREA: (facts["area"] == "").to_numpy(),
    }
    found: Texts = np.select(list(reasons.values()), list(reasons), "").astype(object)
    return found
