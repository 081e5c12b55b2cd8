"""Comparisons: the sentence that the data support, or the reason why they support none."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

import cities
from cities import codes
from components import sitemap, verdicts
from components.locales import LANGUAGES
from data_access import asked_cells
from data_access.asked_cells import Question
from data_access.published import ALL, Release
from metrics import sides
from metrics.change import Change
from metrics.measure import SHARE
from metrics.model import Metric
from metrics.pairs import KINDS, Side, Verdict
from metrics.periods import grain_of
from metrics.sides import Cut
from web.api import answers, releases
from web.api.cells import definition, there
from web.api.parameters import CITY
from web.api.problems import Problem
from web.api.releases import Asked
from web.origin import origin

SIDE = (
    "member", "name_zh", "name_en", "period", "release", "numerator", "denominator", "value",
    "low", "high", "withheld",
)  # fmt: skip
COLUMNS = (
    "metric", "name_zh", "name_en", "by", "a", "b", "supported", "refusal", "measure",
    "difference", "low", "high", "instead", "said_zh", "said_en", "source_zh", "source_en",
)  # fmt: skip


def comparison(request: Request, values: Mapping[str, str]) -> Response:
    """Two figures beside each other. Problem where there is nothing to compare."""
    asked = releases.whole(values.get("city", ""), values["release"])
    other = releases.whole(asked.release.city, values.get("b_release", asked.release.id))
    metric = definition(asked.shelved, values["metric"])
    a, b = _cuts(values)
    if (a, asked.release) == (b, other.release):
        raise Problem("no_such_comparison")
    for one, cut in ((asked, a), (other, b)):
        _there(one, definition(one.shelved, metric.id), cut)
    state = asked._replace(shelf=other.release.id, named=asked.named and other.named)

    def item() -> dict[str, Any]:
        verdict = sides.compare(metric.id, (asked.release, a), (other.release, b))
        return _row(verdict, asked.release, address(origin(request), asked.release.city, verdict))

    return answers.one(request, state, item)


def address(site: str, city: str, verdict: Verdict) -> str:
    """Where people find the same comparison."""
    a, b = verdict.a, verdict.b
    values = (verdict.metric.id, a.by, a.code, b.code, a.period, b.period)
    told = dict(zip(verdicts.FORM, values, strict=True))
    query = urlencode({"city": city} | {name: one for name, one in told.items() if one != ALL})
    return f"{site}{sitemap.path('open_data')}?{query}#{verdicts.ANCHOR}"


def _cuts(values: Mapping[str, str]) -> tuple[Cut, Cut]:
    by, a, b = values["by"], values.get("a", ""), values.get("b", "")
    if bool(a) == (by == CITY) or (b and by == CITY):
        raise Problem("no_such_comparison")
    first = Cut(by, a or ALL, values["a_period"])
    return first, Cut(by, b or first.code, values.get("b_period", first.period))


def _there(asked: Asked, metric: Metric, cut: Cut) -> None:
    """Problem where the release has no such table, or no such member in it."""
    if metric.kind not in KINDS:
        return
    name, grain = sides.published_as(metric).id, grain_of(cut.period)
    mine = [one for one in there(asked.shelved) if one["metric"] == name]
    if not any(one["slice"] == cut.by and grain in one["grains"] for one in mine):
        raise Problem("no_such_question", {"questions": mine}, metric=name, slice=cut.by)
    if cut.by == CITY:
        return
    question = Question(name, (cut.by,), grain, None, {cut.by: cut.code})
    if not asked_cells.number(asked.release, question):
        listed = asked_cells.periods(asked.release, question)
        told = [{"grain": grain, "period": period} for grain, period in listed]
        raise Problem("no_such_cells", {"periods": told}, release=asked.release.id)


def _row(verdict: Verdict, release: Release, page: str) -> dict[str, Any]:
    metric, found, city = verdict.metric, verdict.found, cities.profile(release.city)
    names = {f"name_{tongue}": wording.name for tongue, wording in metric.wording.items()}
    said = {f"said_{tongue}": verdicts.said(tongue, city, verdict) for tongue in LANGUAGES}
    told = {f"source_{tongue}": verdicts.source(tongue, release, page) for tongue in LANGUAGES}
    measure = None if found is None else "difference" if isinstance(found, Change) else "ratio"
    return {
        "metric": metric.id, **names, "by": verdict.a.by, "a": _side(release.city, verdict.a),
        "b": _side(release.city, verdict.b), "supported": verdict.supported,
        "refusal": verdict.reason or None, "measure": measure,
        "difference": found and round(getattr(found, str(measure)), SHARE),
        "low": found and round(found.low, SHARE), "high": found and round(found.high, SHARE),
        "instead": verdict.instead or None, **said, **told,
    }  # fmt: skip


def _side(city: str, side: Side) -> dict[str, Any]:
    figure = side.figure
    named = {} if side.code == ALL else codes.names(city).get(side.by, {}).get(side.code, {})
    shares = {name: getattr(figure, name) for name in ("value", "low", "high")}
    return {
        "member": None if side.code == ALL else side.code,
        "name_zh": named.get("zh"), "name_en": named.get("en"), "period": side.period,
        "release": side.release, "numerator": figure.numerator, "denominator": figure.denominator,
        **{name: None if one is None else round(one, SHARE) for name, one in shares.items()},
        "withheld": figure.note or None,
    }  # fmt: skip
