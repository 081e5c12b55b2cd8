"""Cells: metric by slice by period, each with what it rests on or why it is withheld."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from cities import codes
from data_access import asked_cells, shelf
from data_access.asked_cells import Question
from data_access.published import DIMENSIONS, Cell
from data_access.shelf import Shelved
from metrics.measure import SHARE, figures
from metrics.model import Metric, parse
from web.api import answers, releases
from web.api.parameters import CITY, called
from web.api.problems import Problem

FIRST = ("metric", "name_zh", "name_en", "unit_of_value", "grain", "period")
LAST = ("numerator", "denominator", "value", "low", "high", "p90", "withheld")


def cells(request: Request, values: Mapping[str, str]) -> Response:
    """A page of cells. Problem where the lattice of the release has no such table."""
    asked = releases.whole(values.get("city", ""), values["release"])
    metric = definition(asked.shelved, values["metric"])
    question = _question(asked.shelved, values)
    total = asked_cells.number(asked.release, question)
    if not total:
        there = asked_cells.periods(asked.release, question)
        listed = [{"grain": grain, "period": period} for grain, period in there]
        raise Problem("no_such_cells", {"periods": listed}, release=asked.release.id)

    def rows() -> list[dict[str, Any]]:
        most, skip = int(values["limit"]), int(values["offset"])
        found = asked_cells.answer(asked.release, question, most, skip)
        return [_row(asked.release.city, metric, question.by, row) for row in found]

    found = answers.Page(columns(question.by), total, rows)
    return answers.page(request, asked, values, found)


def definition(shelved: Shelved, metric: str) -> Metric:
    """A metric as the release counted it. Problem."""
    texts = shelf.definitions(shelved)
    if metric not in texts:
        raise Problem("no_such_metric", {"metrics": sorted(texts)}, metric=metric)
    return parse(metric, texts[metric].encode())


def columns(by: tuple[str, ...]) -> tuple[str, ...]:
    """The columns of a slice: each code beside its names."""
    cut = [
        column for name in by
        for column in (name, *(f"{name}_{tongue}" for tongue in codes.BESIDE.get(name, ())))
    ]  # fmt: skip
    return (*FIRST, *cut, *LAST)


def there(shelved: Shelved) -> list[dict[str, Any]]:
    """Every question that the lattice of a release has: metric, slice and grains."""
    return [
        {"metric": metric, "slice": called(table["by"]), "grains": table["grains"]}
        for table in shelf.lattice(shelved)
        for metric in table["metrics"]
    ]


def _question(shelved: Shelved, values: Mapping[str, str]) -> Question:
    """What is asked, held against the lattice."""
    metric, name = values["metric"], values["slice"]
    by = () if name == CITY else tuple(name.split("-"))
    grain, period = values.get("grain"), values.get("period")
    members = {name: values[name] for name in DIMENSIONS if name in values}
    mine = [one for one in there(shelved) if one["metric"] == metric]
    grains = [grain for one in mine if one["slice"] == name for grain in one["grains"]]
    if not grains or (grain and grain not in grains) or not set(members) <= set(by):
        raise Problem("no_such_question", {"questions": mine}, metric=metric, slice=name)
    return Question(metric, by, grain, period, members)


def _row(city: str, metric: Metric, by: tuple[str, ...], row: Mapping[str, Any]) -> dict[str, Any]:
    (told,) = figures(metric, [Cell("", *(row[name] for name in Cell._fields[1:]))])
    names = {name: wording.name for name, wording in metric.wording.items()}
    found = {
        "metric": metric.id, "name_zh": names["zh"], "name_en": names["en"],
        "unit_of_value": metric.unit, "grain": row["grain"], "period": row["period"],
        "numerator": told.numerator, "denominator": told.denominator,
        "value": _share(told.value), "low": _share(told.low), "high": _share(told.high),
        "p90": told.p90, "withheld": row["withheld"],
    }  # fmt: skip
    for name in by:
        found |= {name: row[name]} | codes.beside(city, name, row[name])
    return found


def _share(value: float | None) -> float | None:
    """As the files of open data have it."""
    return None if value is None else round(value, SHARE)
