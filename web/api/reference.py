"""What the codes of cells stand for, as the release itself tells it, and the releases there are."""

from collections.abc import Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from data_access import shelf
from data_access.shelf import WHOLE
from metrics.model import formula
from web import open_data_page
from web.api import answers, releases
from web.api.cells import definition, there
from web.api.problems import Problem

UNITS = ("unit", "name_zh", "name_en", "peer_group", "peer_group_zh", "peer_group_en")
REASONS = (
    "reason_code", "kind", "name_zh", "name_en", "meaning_zh", "meaning_en", "next_step_zh",
    "next_step_en", "basis_zh", "basis_en", "lawyer_check",
)  # fmt: skip
METRICS = (
    "metric", "name_zh", "name_en", "topic", "kind", "unit_of_value", "direction", "dated_by",
    "counted_zh", "counted_en", "among_zh", "among_en", "why_zh", "why_en", "formula",
    "source_title", "source_clause", "sha256", "slices",
)  # fmt: skip
RELEASES = (
    "release", "as_of", "published_at", "in_force", "cases", "synthetic", "corrects", "reason",
    "withdrawn_by", "removed", "address",
)  # fmt: skip
Told = Callable[[Request, Mapping[str, str]], Response]


def table(item: str, columns: tuple[str, ...]) -> Told:
    """A handler for a small table of the release, called like the set that it is in."""

    def handler(request: Request, values: Mapping[str, str]) -> Response:
        asked = releases.whole(values.get("city", ""), values["release"])
        found = shelf.rows(asked.shelved, item, item)
        if found is None:
            raise Problem("not_in_release", release=asked.release.id)
        return answers.page(request, asked, values, _page(columns, found, values))

    return handler


def metrics(request: Request, values: Mapping[str, str]) -> Response:
    """Every metric that the release counted, with the slices it is told by."""
    asked = releases.find(values.get("city", ""), values["release"])
    names = sorted(shelf.definitions(asked.shelved))
    rows = [_metric(asked.shelved, name) for name in names]
    return answers.page(request, asked, values, _page(METRICS, rows, values))


def metric(request: Request, values: Mapping[str, str]) -> Response:
    """One metric, with every question that the release can answer about it."""
    asked = releases.find(values.get("city", ""), values["release"])
    found = _metric(asked.shelved, values["id"])
    mine = [
        {"slice": one["slice"], "grains": one["grains"]}
        for one in there(asked.shelved) if one["metric"] == values["id"]
    ]  # fmt: skip
    return answers.one(request, asked, lambda: found | {"questions": mine})


def _metric(shelved: shelf.Shelved, name: str) -> dict[str, Any]:
    told = definition(shelved, name)
    cuts = [one["slice"] for one in there(shelved) if one["metric"] == name]
    return {
        "metric": told.id,
        **_worded("name", {tongue: one.name for tongue, one in told.wording.items()}),
        "topic": told.topic, "kind": told.kind, "unit_of_value": told.unit,
        "direction": told.direction, "dated_by": told.dated_by,
        **_worded("counted", {tongue: one.numerator for tongue, one in told.wording.items()}),
        **_worded("among", {tongue: one.denominator for tongue, one in told.wording.items()}),
        **_worded("why", {tongue: one.why for tongue, one in told.wording.items()}),
        "formula": formula(told), "source_title": told.source.title,
        "source_clause": told.source.clause, "sha256": told.sha256, "slices": " ".join(cuts),
    }  # fmt: skip


def _worded(column: str, words: Mapping[str, str]) -> dict[str, str | None]:
    return {f"{column}_{tongue}": said or None for tongue, said in words.items()}


def listed(request: Request, values: Mapping[str, str]) -> Response:
    """Every release that is there, newest first, and what became of each."""
    asked, there = releases.everything(values.get("city", ""))
    told = {one.release.id: one.release for one in there}
    rows = [
        row | {
            "cases": told[row["release"]].cases,
            "synthetic": told[row["release"]].synthetic,
            "corrects": row["corrects"] and row["corrects"]["id"],
            "reason": row["corrects"] and row["corrects"]["reason"],
        }
        for row in open_data_page.versions(asked.release.city, WHOLE)
    ]  # fmt: skip
    return answers.page(request, asked, values, _page(RELEASES, rows, values))


def _page(
    columns: tuple[str, ...], rows: list[dict[str, Any]], values: Mapping[str, str]
) -> answers.Page:
    start = int(values["offset"])
    return answers.Page(columns, len(rows), lambda: rows[start : start + int(values["limit"])])
