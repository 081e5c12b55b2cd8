"""What somebody else than the hotline asked callers: a city's file of third-party surveys.

`surveys.toml` has one table a survey: the closed period whose callers were asked, who asked, how,
and how many answered what. They are totals of a whole survey; of a single caller it knows nothing.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

PERIOD = re.compile(r"\d{4}(-(Q[1-4]|0[1-9]|1[0-2]))?")
LANGUAGES = ("zh", "en")
FEWEST = 30  # answers: fewer say nothing of a city, and something of those who gave them


class BadSurvey(ValueError):
    """A survey that cannot be used; the message names file, number and what is wrong."""


@dataclass(frozen=True)
class Survey:
    """One survey of the callers of a period, by a `pollster` that is not the hotline.

    The four answers add up to `answered`. Unless `made_up`, `source` says where it can be read.
    """

    period: str
    pollster: Mapping[str, str]
    method: Mapping[str, str]
    source: str
    made_up: bool
    asked: int
    reached: int
    answered: int
    satisfied: int
    basically: int
    cannot_say: int
    dissatisfied: int

    def __post_init__(self) -> None:
        said = (self.satisfied, self.basically, self.cannot_say, self.dissatisfied)
        if not PERIOD.fullmatch(self.period):
            raise ValueError(f"period {self.period!r}: write 2026, 2026-Q2 or 2026-06")
        for name in ("pollster", "method"):
            if set(getattr(self, name)) != set(LANGUAGES):
                raise ValueError(f"{name}: give it in {' and '.join(LANGUAGES)}")
        if min(said) < 0 or not FEWEST <= self.answered <= self.reached <= self.asked:
            raise ValueError(f"{FEWEST} <= answered <= reached <= asked does not hold")
        if sum(said) != self.answered:
            raise ValueError(f"the four answers add up to {sum(said)}, not {self.answered}")
        if not (self.made_up or self.source):
            raise ValueError("source: say where it can be read")


def read(path: Path) -> tuple[Survey, ...]:
    """The surveys, latest period first; none where a city has no such file. BadSurvey."""
    if not path.exists():
        return ()
    try:
        told = tomllib.loads(path.read_text("utf-8")).pop("survey", [])
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadSurvey(f"{path}: {error}") from error
    found = [_survey(f"{path}: survey {number}", row) for number, row in enumerate(told, 1)]
    periods = [survey.period for survey in found]
    if twice := {period for period in periods if periods.count(period) > 1}:
        raise BadSurvey(f"{path}: told twice: {', '.join(sorted(twice))}")
    return tuple(sorted(found, key=lambda survey: survey.period, reverse=True))


def _survey(where: str, row: Mapping[str, Any]) -> Survey:
    names = {item.name for item in fields(Survey)}
    if wrong := names ^ set(row):
        raise BadSurvey(f"{where}: missing or unknown: {', '.join(sorted(wrong))}")
    try:
        return Survey(**row)
    except (ValueError, TypeError) as error:
        raise BadSurvey(f"{where}: {error}") from error
