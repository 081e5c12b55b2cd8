"""What goes into a release, handed over by whoever counted and protected it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import PurePosixPath

import pandas as pd

from data_access.published import Correction

SYNTHETIC_LABEL = "模拟数据 simulated data"


@dataclass(frozen=True)
class Contents:
    """Protected tables (`cells` is one of them) and files of open data, by their names.

    File names are relative to the folder `files/` of the release.
    """

    city: str
    as_of: date
    synthetic: bool
    cases: int
    tables: Mapping[str, pd.DataFrame]
    files: Mapping[str, bytes] = field(default_factory=dict)
    corrects: Correction | None = None

    def __post_init__(self) -> None:
        for name in self.files:
            path = PurePosixPath(name)
            if path.is_absolute() or not path.parts or ".." in path.parts:
                raise ValueError(f"{name}: not the name of a file inside a release")
