"""A metric, declared once: a frozen dataclass of one TOML file, with nothing unknown or missing."""

import hashlib
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

from data_access.facts import SUBJECTS, Subject
from data_access.published import DIMENSIONS
from metrics.expression import tokens

Kind = Literal["count", "ratio", "composite", "duration"]
Direction = Literal["higher_is_better", "lower_is_better", "neutral"]
TOPICS = ("volume", "deadlines", "handling", "times", "satisfaction", "data")
INTERNAL = (
    "source",
    "entry_line",
)  # cuts that are counted, but no part of any published table
LANGUAGES = ("zh", "en")


@dataclass(frozen=True)
class Wording:
    """What the public reads, in one language."""

    name: str
    numerator: str  # what is counted or, of a composite, added up
    why: str
    denominator: str = ""


@dataclass(frozen=True)
class Source:
    """Where the definition comes from."""

    title: str
    clause: str
    url: str


@dataclass(frozen=True)
class Review:
    """Who wrote the definition, who checked it, and when it must be looked at again."""

    author: str
    checker: str
    due: date


@dataclass(frozen=True)
class Example:
    """A worked example: cases given at a moment, and what counting them must yield."""

    as_of: str
    given: list[dict[str, str]]
    numerator: int | None = None
    denominator: int | None = None
    value: float | None = None  # of a composite; the median of a duration, in seconds


@dataclass(frozen=True)
class Term:
    """One part of a composite: its value counts so many times."""

    metric: str
    weight: float


@dataclass(frozen=True)
class Metric:
    """One definition. A ratio's numerator is counted among its denominator's cases only.

    A composite is a weighted sum of other metrics: its own `terms` or, if it has none, those
    under `score` in the profile of the city. A count `per` residents is told for 10,000 of them.
    A duration is the median of a `span` of the facts, in seconds, over the numerator's rows.
    `subject` is the fact table that is counted. `dated_by` is the time that puts a row in a
    period; for a due-date cohort, its deadline.
    """

    id: str
    kind: Kind
    topic: str
    unit: str
    direction: Direction
    dated_by: str
    slices: tuple[str, ...]
    wording: dict[str, Wording]
    source: Source
    review: Review
    example: Example
    numerator: str = ""
    denominator: str | None = None
    subject: str = "cases"
    per: str | None = None
    span: str | None = None
    terms: tuple[Term, ...] = ()
    sha256: str = ""

    def __post_init__(self) -> None:
        if self.subject not in SUBJECTS:
            raise ValueError(f"metric {self.id}: subject {self.subject!r}")
        problems = [
            text
            for wrong, text in (
                (self.kind not in get_args(Kind), f"kind {self.kind!r}"),
                (self.topic not in TOPICS, f"topic {self.topic!r}: {', '.join(TOPICS)}"),
                (
                    (self.kind == "composite") == bool(self.numerator),
                    "a composite counts nothing itself, all else has a numerator",
                ),
                (
                    self.span not in self.facts.spans if self.kind == "duration" else self.span,
                    f"a duration needs one of {', '.join(self.facts.spans)}, all else none",
                ),
                (self.per not in (None, "residents"), f"per {self.per!r}"),
                (
                    self.per is not None and (self.kind, self.slices) != ("count", ("area",)),
                    "residents are known of areas: a count, cut by area",
                ),
                (
                    self.direction not in ("higher_is_better", "lower_is_better", "neutral"),
                    f"direction {self.direction!r}",
                ),
                (self.dated_by not in self.facts.datable, f"dated_by {self.dated_by!r}"),
                (not set(self.slices) <= {*DIMENSIONS, *INTERNAL}, f"slices {self.slices!r}"),
                (
                    (self.kind == "ratio") != (self.denominator is not None),
                    "a ratio needs a denominator and a count has none",
                ),
                (
                    self.kind == "ratio" and not all(w.denominator for w in self.wording.values()),
                    "a ratio words its denominator",
                ),
                (self.review.author == self.review.checker, "author and checker are one person"),
            )
            if wrong
        ]
        if problems:
            raise ValueError(f"metric {self.id}: {'; '.join(problems)}")
        self.used  # noqa: B018 - refuses what is not in the language

    @property
    def facts(self) -> Subject:
        """The columns of the fact table that it counts."""
        return SUBJECTS[self.subject]

    @property
    def used(self) -> set[str]:
        """The columns that counting it takes, in any of its slices."""
        texts = filter(None, (self.numerator, self.denominator))
        words = {word for text in texts for word in tokens(text, self.facts.columns)}
        spans = {self.span} if self.span else set()
        return words & set(self.facts.columns) | {self.dated_by, *self.slices} | spans


def conditions(metric: Metric) -> tuple[str, str]:
    """Which rows are in the numerator, and which in the denominator; a count has one of both.

    In the language of metrics.expression, each in brackets. A ratio's numerator is counted among
    the rows of its denominator. Counting and opening a figure's cases both read these texts.
    """
    numerator = _bracketed(metric, metric.numerator)
    if metric.denominator is None:
        return numerator, numerator
    denominator = _bracketed(metric, metric.denominator)
    return f"({denominator} AND {numerator})", denominator


def _bracketed(metric: Metric, text: str) -> str:
    return f"({' '.join(tokens(text, metric.facts.columns))})"


def formula(metric: Metric) -> str:
    """What is counted, as the engines read it."""
    if metric.kind == "composite":
        parts = " + ".join(f"{term.weight:g} × {term.metric}" for term in metric.terms)
        return parts or "cities/<city>/city.toml [score]"
    if metric.span:
        return f"median of {metric.span} where {metric.numerator}"
    return " / ".join(filter(None, (metric.numerator, metric.denominator)))


def load(path: Path) -> Metric:
    """Read one definition; a misspelt or missing field is a TypeError that names it."""
    try:
        return parse(path.stem, path.read_bytes())
    except (KeyError, TypeError) as error:
        raise TypeError(f"{path}: {error}") from error


@cache
def parse(metric: str, content: bytes) -> Metric:
    """The same of what the file holds, as a release keeps it."""
    fields: dict[str, Any] = tomllib.loads(content.decode("utf-8"))
    fields["wording"] = {language: Wording(**fields.pop(language)) for language in LANGUAGES}
    fields["slices"] = tuple(fields["slices"])
    fields["terms"] = tuple(Term(**term) for term in fields.get("terms", ()))
    for name, part in (("source", Source), ("review", Review), ("example", Example)):
        fields[name] = part(**fields[name])
    return Metric(id=metric, sha256=hashlib.sha256(content).hexdigest(), **fields)
