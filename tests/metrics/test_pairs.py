"""Comparisons: each refusal by a case made for it, and everything against a naive oracle."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from data_access.published import NONE
from metrics import registry
from metrics.change import Change, Growth
from metrics.measure import FEW, PROTECTED, TOO_EARLY, UNPUBLISHED, Figure, figure, withheld
from metrics.model import Metric
from metrics.pairs import REASONS, Side, Verdict, judge, kind_of

ON_TIME, RECEIVED, PER = map(registry.get, ("on_time_rate", "received", "received_per_10k"))
AS_OF = date(2026, 11, 1)
Pair = tuple[int, int]


def side(counts: Pair = (60, 100), metric: Metric = ON_TIME, **changes: Any) -> Side:
    """A unit's figure of a closed quarter; `counts` of a count has its number first."""
    period = changes.get("period", "2026-Q3")
    usual: dict[str, Any] = {
        "by": "unit", "code": "x", "period": period, "grain": "quarter",
        "figure": figure(metric, period, *counts), "release": "r1", "as_of": AS_OF,
        "sha256": "s", "kind": "department",
    }  # fmt: skip
    return Side(**usual | changes)


def area(number: int, code: str, metric: Metric = RECEIVED, residents: int | None = None) -> Side:
    told = Figure("2026-Q3", number, residents, number)
    return side(metric=metric, by="area", code=code, kind="area", figure=told)


A, B = side((90, 100)), side((60, 100), code="y")
MISSING = replace(B, figure=withheld("2026-Q3", PROTECTED))


@pytest.mark.parametrize(
    ("reason", "metric", "a", "b"),
    [
        ("metric", registry.get("time_closed"), A, B),
        ("metric", registry.get("score"), A, B),
        ("metric", registry.get("quality_quarantined"), A, B),
        ("direction", registry.get("not_handled"), A, B),
        ("definitions", ON_TIME, A, replace(A, release="r2", sha256="other")),
        ("releases", ON_TIME, A, replace(A, release="r2")),
        ("grains", ON_TIME, A, side(period="2026-09", grain="month")),
        ("two_ways", ON_TIME, A, replace(B, period="2026-Q2")),
        ("peers", ON_TIME, A, replace(B, kind="utility")),
        ("peers", ON_TIME, A, replace(B, code=NONE, kind=NONE)),
        ("counts", RECEIVED, area(500, "p"), area(90, "q")),
        ("running", ON_TIME, side((9, 10), period="2026-Q4"), side(code="y", period="2026-Q4")),
        ("early", ON_TIME, A, replace(B, figure=figure(ON_TIME, "2026-Q3", 0, 0))),
        ("unsettled", registry.get("reopened"), side(period="2026-10", grain="month"),
         side(period="2026-09", grain="month")),
        ("unpublished", ON_TIME, A, replace(B, figure=withheld("2026-Q3", UNPUBLISHED))),
        ("withheld", ON_TIME, A, MISSING),
        ("withheld", ON_TIME, MISSING, A),
        ("withheld", ON_TIME, A, replace(B, figure=withheld("2026-Q3", FEW))),
        ("few", ON_TIME, A, side((1, 29), code="y")),
        ("few", PER, area(0, "p", PER, 10_000), area(900, "q", PER, 10_000)),
        ("few", PER, area(3, "p", PER, 10_000), area(26, "q", PER, 10_000)),
        ("apart", ON_TIME, A, side((89, 100), code="y")),
        ("apart", PER, area(100, "p", PER, 10_000), area(1_000, "q", PER, 100_000)),
        ("mix", ON_TIME, replace(A, adjusted=Figure("x", 1, 1, 0.6, 0.5, 0.7)),
         replace(B, adjusted=Figure("y", 1, 1, 0.6, 0.5, 0.7))),
        ("mix", ON_TIME, replace(A, adjusted=Figure("x", 1, 1, 0.3, 0.28, 0.32)),
         replace(B, adjusted=Figure("y", 1, 1, 0.6, 0.58, 0.62))),
    ],
)  # fmt: skip
def test_each_refusal_has_its_case(reason: str, metric: Metric, a: Side, b: Side) -> None:
    for found in (judge(metric, a, b), judge(metric, b, a)):
        assert (found.reason, found.supported) == (reason, False)


def test_every_reason_was_constructed() -> None:
    (cases,) = (
        mark.args[1] for mark in test_each_refusal_has_its_case.pytestmark  # type: ignore[attr-defined]
        if mark.name == "parametrize"
    )  # fmt: skip
    assert {case[0] for case in cases} == set(REASONS)


def test_what_is_supported_says_how_far_and_which_way() -> None:
    found = judge(ON_TIME, A, B)
    assert found.supported
    assert found.higher
    assert found.mix_open
    assert isinstance(found.found, Change)
    assert found.found.difference == pytest.approx(0.3)
    assert not judge(ON_TIME, B, A).higher
    told = Figure("x", 1, 1, 0.9, 0.85, 0.93)
    other = Figure("y", 1, 1, 0.6, 0.5, 0.7)
    both = judge(ON_TIME, replace(A, adjusted=told), replace(B, adjusted=other))
    assert both.supported
    assert not both.mix_open


def test_raw_counts_of_areas_name_what_to_ask_instead() -> None:
    found = judge(RECEIVED, area(500, "p"), area(90, "q"), instead="received_per_10k")
    assert found.instead == "received_per_10k"
    assert judge(ON_TIME, A, MISSING, instead="received_per_10k").instead == ""


def test_counts_of_an_area_in_two_quarters_are_told_by_the_day() -> None:
    earlier = replace(area(460, "p"), period="2026-Q2", figure=Figure("2026-Q2", 460, None, 460))
    found = judge(RECEIVED, area(920, "p"), earlier)
    assert isinstance(found.found, Growth)
    assert found.found.ratio == pytest.approx(2 * 91 / 92)


def test_counts_per_resident_allow_for_residents() -> None:
    found = judge(PER, area(300, "p", PER, 10_000), area(300, "q", PER, 20_000))
    assert isinstance(found.found, Growth)
    assert found.found.ratio == pytest.approx(2.0)
    assert found.supported


def test_the_city_may_ask_for_more_cases_but_not_for_fewer() -> None:
    assert judge(ON_TIME, A, B, fewest=101).reason == "few"
    assert judge(ON_TIME, side((1, 29)), side((28, 29), code="y"), fewest=5).reason == "few"


def test_what_stands_side_by_side() -> None:
    assert kind_of("unit", "x", "department") == "department"
    assert kind_of("unit", NONE, "") == kind_of("area", NONE, "") == NONE
    assert kind_of("area", "x", "area") == "area"
    assert kind_of("category", "x", "") == "category"


def explained(metric: Metric, a: Side, b: Side) -> bool:
    """Whether chance explains the difference, by statsmodels."""
    x, y = a.figure.numerator or 0, b.figure.numerator or 0
    if metric.kind == "count":
        low, high = proportion_confint(x, x + y, method="wilson")
        odds = {"2026-Q3": 92, "2026-Q2": 91}[b.period] / {"2026-Q3": 92, "2026-Q2": 91}[a.period]
        return bool(low / (1 - low) * odds <= 1 <= high / (1 - high) * odds)
    n, m = a.figure.denominator or 0, b.figure.denominator or 0
    low, high = confint_proportions_2indep(x, n, y, m, compare="diff", method="newcomb")
    return bool(low <= 0 <= high)


def oracle(metric: Metric, a: Side, b: Side) -> str:
    """The rules once more, by hand: the first that holds."""
    n, m = a.figure.denominator or 0, b.figure.denominator or 0
    x, y = a.figure.numerator, b.figure.numerator
    counted, apart = metric.id == "received", a.code != b.code
    few = min(x or 0, y or 0) == 0 or (x or 0) + (y or 0) < 30 if counted else min(n, m) < 30
    rules = [
        ("metric", metric.id == "time_closed"),
        ("direction", metric.id == "not_handled" and apart),
        ("definitions", a.sha256 != b.sha256),
        ("releases", a.release != b.release),
        ("two_ways", apart and a.period != b.period),
        ("peers", a.kind != b.kind),
        ("counts", counted and apart and a.by == "unit"),
        ("running", "2026-Q4" in (a.period, b.period)),
        ("early", TOO_EARLY in (a.figure.note, b.figure.note)),
        ("unpublished", UNPUBLISHED in (a.figure.note, b.figure.note)),
        ("withheld", x is None or y is None),
        ("few", few),
    ]
    found = next((reason for reason, holds in rules if holds), "")
    return found or ("apart" if explained(metric, a, b) else "")


METRICS = st.sampled_from(["on_time_rate", "received", "time_closed", "not_handled"])
NOTES = st.sampled_from(["", "", "", "", FEW, PROTECTED, UNPUBLISHED, TOO_EARLY])
COUNTS = st.tuples(st.integers(0, 300), st.integers(0, 300)).map(lambda two: (min(two), max(two)))
SIDES = st.fixed_dictionaries(
    {
        "counts": COUNTS, "note": NOTES, "code": st.sampled_from("xxxy"),
        "period": st.sampled_from(["2026-Q2", "2026-Q3", "2026-Q3", "2026-Q4"]),
        "kind": st.sampled_from(["department"] * 4 + ["utility"]),
        "release": st.sampled_from(["r1"] * 5 + ["r2"]),
        "sha256": st.sampled_from(["s"] * 7 + ["t"]),
    }
)  # fmt: skip


def made(metric: Metric, told: dict[str, Any], by: str) -> Side:
    told = dict(told)
    counts, note, period = told.pop("counts"), told.pop("note"), told["period"]
    kept = {"figure": withheld(period, note)} if note else {}
    return side(counts, metric, by=by, **told, **kept)


@given(METRICS, st.sampled_from(["unit", "category"]), SIDES, SIDES)
def test_the_verdict_is_the_oracle_s(
    name: str, by: str, first: dict[str, Any], second: dict[str, Any]
) -> None:
    metric = registry.get(name)
    a, b = made(metric, first, by), made(metric, second, by)
    found: Verdict = judge(metric, a, b)
    assert found.reason == oracle(metric, a, b)
    assert judge(metric, b, a).reason == found.reason
    if found.supported:
        assert found.higher != judge(metric, b, a).higher
