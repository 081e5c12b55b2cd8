"""figures.csv: every figure of a kit as a row, with its definition and, if it is missing, why."""

import csv
import io
from typing import Any

import cities
from components import story_words, words
from data_access import spreadsheets
from data_access.published import ALL
from metrics.change import Change, Growth
from metrics.measure import SHARE, Figure
from metrics.periods import grain_of
from metrics.story import CITY, Story, Told
from web.kit.question import Question

MARK = "\ufeff"  # Excel takes a file for UTF-8 by it
FIGURE = ("numerator", "denominator", "value", "low", "high", "p90")
CHANGES = tuple(
    f"change_{number}_{name}" for number in (1, 2)
    for name in ("since", "kind", "value", "low", "high", "within_chance")
)  # fmt: skip
COLUMNS = (
    "part", "metric", "name", "definition", "slice", "member", "member_name", "grain", "period",
    *FIGURE, "unit_of_value", "share", "share_low", "share_high", "withheld", "withheld_said",
    "settled", *CHANGES, "release", "as_of", "label", "licence", "address",
)  # fmt: skip


def table(asked: Question, story: Story) -> str:
    """The file, behind a byte order mark."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(_row(asked, told) for told in story.told)
    return MARK + out.getvalue()


def _row(asked: Question, told: Told) -> dict[str, Any]:
    language, release = asked.language, asked.release
    found: dict[str, Any] = {
        "part": told.part, "metric": told.metric.id, "name": words.name(language, told.metric),
        "definition": story_words.definition(language, told),
        "slice": told.by, "member": "" if told.by == CITY else told.code,
        "member_name": _member(asked, told), "grain": grain_of(told.period),
        "period": told.period, **_figure(told.figure), "unit_of_value": told.metric.unit,
        **_share(told.share), "withheld": _missing(told.figure),
        "withheld_said": words.note(language, told.figure, told.metric),
        "settled": told.settled, **_changes(told.changes), "release": release.id,
        "as_of": str(release.as_of),
        "label": asked.label,
        "licence": cities.profile(release.city).licence, "address": asked.address,
    }  # fmt: skip
    return {name: _cell(value) for name, value in found.items()}


def _member(asked: Question, told: Told) -> str:
    city = cities.profile(asked.release.city)
    if told.by == "reason_code":
        return words.reason(asked.language, city, told.code)
    if told.code == ALL:
        return words.city_name(asked.language, city)
    return words.called(asked.language, city, told.by, told.code)


def _figure(figure: Figure) -> dict[str, Any]:
    return {name: _rounded(getattr(figure, name)) for name in FIGURE}


def _share(share: Figure | None) -> dict[str, Any]:
    names = ("value", "low", "high")
    columns = ("share", "share_low", "share_high")
    told = (None if share is None else getattr(share, name) for name in names)
    return {column: _rounded(value) for column, value in zip(columns, told, strict=True)}


def _missing(figure: Figure) -> str:
    return figure.note if figure.value is None else ""


def _changes(found: tuple[Change | Growth, ...]) -> dict[str, Any]:
    """A difference of two shares, or the ratio of two counts a day, with its interval."""
    told: dict[str, Any] = dict.fromkeys(CHANGES)
    for number, one in enumerate(found, 1):
        kind = "difference" if isinstance(one, Change) else "ratio"
        values = {
            "since": one.since, "kind": kind, "value": _rounded(getattr(one, kind)),
            "low": _rounded(one.low), "high": _rounded(one.high),
            "within_chance": one.within_chance,
        }  # fmt: skip
        told |= {f"change_{number}_{name}": value for name, value in values.items()}
    return told


def _rounded(value: float | int | None) -> float | int | None:
    """As all files of open data have it; counts stay whole."""
    return round(value, SHARE) if isinstance(value, float) else value


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    return spreadsheets.cell(value) if isinstance(value, str) else value
