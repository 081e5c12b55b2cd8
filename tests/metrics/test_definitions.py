"""Every metric's worked example, and every slip of the pen that the example must catch."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pytest

import cities
from data_access.cases.case_facts import schema_of
from metrics import registry
from metrics.expression import BadExpression, tokens
from metrics.measure import Figure, composite, figure
from metrics.model import Metric, Term, load
from pipeline.engines.duckdb import Counter

EVERY = registry.everything().values()
METRICS = pytest.mark.parametrize(
    "metric", [m for m in EVERY if m.kind != "composite"], ids=lambda m: m.id
)
COMPOSITES = pytest.mark.parametrize(
    "metric", [m for m in EVERY if m.kind == "composite"], ids=lambda m: m.id
)
SLIPS = {
    "<=": ("<", ">", ">=", "="),
    ">=": (">", "<", "<=", "="),
    "<": ("<=",),
    ">": (">=",),
    "=": ("<>",),
    "AND": ("OR",),
    "OR": ("AND",),
    "NOT": ("",),
}


def example_facts(metric: Metric) -> pa.Table:
    """The example's cases as facts; a month and a day of 0 stand for the one period there is."""
    facts = metric.facts
    times = facts.moments
    rows = []
    for given in metric.example.given:
        row: dict[str, object] = dict.fromkeys(times) | dict.fromkeys(facts.labels, "")
        row |= dict.fromkeys(facts.flags, False) | dict.fromkeys(facts.spans)
        told = {"as_of": metric.example.as_of, "reported_at": metric.example.as_of} | given
        row |= {
            name: datetime.fromisoformat(value) if name in times else value
            for name, value in told.items()
            if name in facts.columns
        }
        periods = [f"{name}_{grain}" for name in facts.datable for grain in ("month", "day")]
        rows.append(row | dict.fromkeys(periods, 0))
    schema = [*schema_of(facts, facts.columns), *((name, pa.int64()) for name in periods)]
    return pa.Table.from_pylist(rows, schema=pa.schema(schema))


def counted(metric: Metric) -> tuple[int, int | None]:
    with Counter(example_facts(metric)) as counter:
        rows = counter.count(metric).to_pylist()
    numerator = sum(row["numerator"] for row in rows)
    denominator = sum(row["denominator"] for row in rows)
    return numerator, denominator if metric.kind == "ratio" else None


def slips(metric: Metric) -> Iterator[Metric]:
    """The metric as someone might have mistyped it, one slip at a time."""
    for side in ("numerator", "denominator"):
        text = getattr(metric, side)
        words = tokens(text, metric.facts.columns) if text else []
        for place, word in enumerate(words):
            for wrong in SLIPS.get(word, ()):
                slip = " ".join([*words[:place], wrong, *words[place + 1 :]])
                yield (
                    replace(metric, numerator=slip)
                    if side == "numerator"
                    else replace(metric, denominator=slip)
                )


@METRICS
def test_worked_example_comes_out(metric: Metric) -> None:
    assert counted(metric) == (metric.example.numerator, metric.example.denominator)


@METRICS
def test_worked_example_catches_every_slip(metric: Metric) -> None:
    found = list(slips(metric))
    assert found, "nothing to mistype: the definition compares nothing"
    for slip in found:
        assert counted(slip) != counted(metric), f"{slip.numerator} / {slip.denominator}"


def summed(metric: Metric, terms: tuple[Term, ...]) -> float | None:
    """The composite of an example's rows."""
    parts = []
    for term in terms:
        part = registry.get(term.metric)
        if part.kind == "composite":
            parts.append((term.weight, Figure("", None, 30, summed(metric, part.terms))))
        else:
            counts = counted(replace(part, example=metric.example))
            parts.append((term.weight, figure(part, "", counts[0], counts[1])))
    return composite("", parts).value


@COMPOSITES
def test_a_composite_s_example_comes_out_and_every_weight_matters(metric: Metric) -> None:
    city = cities.profile("ankang").score.items()
    terms = metric.terms or tuple(Term(name, weight) for name, weight in city)
    assert summed(metric, terms) == pytest.approx(metric.example.value)
    for place, term in enumerate(terms):
        slip = replace(term, weight=term.weight + 0.1)
        others = (*terms[:place], slip, *terms[place + 1 :])
        assert summed(metric, others) != pytest.approx(metric.example.value)


def test_on_time_rate_counts_open_overdue_cases_as_failures() -> None:
    metric = registry.get("on_time_rate")
    only_overdue = [{"due_at": "2026-05-03T16:00:00Z"}]
    example = replace(metric.example, given=only_overdue)
    assert counted(replace(metric, example=example)) == (0, 1)


def definition(old: str = "", new: str = "") -> str:
    """The on-time definition with one text replaced."""
    text = (registry.FOLDER / "on_time_rate.toml").read_text("utf-8")
    assert old in text
    return text.replace(old, new, 1)


@pytest.mark.parametrize(
    ("change", "error", "says"),
    [
        (("direction ", "directoin "), TypeError, "directoin"),
        (('dated_by    = "due_at"\n', ""), TypeError, "dated_by"),
        (("clause =", "claws ="), TypeError, "claws"),
        (('"Sunline review"', '"Sunline metrics"'), ValueError, "one person"),
        (('"closed_at <= due_at"', '"now() <= due_at"'), BadExpression, "now"),
        (('"closed_at <= due_at"', '"closed_at <= due_at + 1"'), BadExpression, "cannot read"),
        (('"closed_at <= due_at"', '"caller_phone = due_at"'), BadExpression, "caller_phone"),
        (('"ratio"', '"count"'), ValueError, "denominator"),
        (('["unit", "area", "town", "category", "category2"]', '["caller"]'), ValueError, "slices"),
    ],
)
def test_a_bad_definition_is_refused(
    tmp_path: Path, change: tuple[str, str], error: type[Exception], says: str
) -> None:
    path = tmp_path / "on_time_rate.toml"
    path.write_text(definition(*change), "utf-8")
    with pytest.raises(error, match=re.escape(says)):
        load(path)


def test_an_unknown_metric_names_the_known_ones() -> None:
    with pytest.raises(LookupError, match="on_time_rate"):
        registry.get("on_time")
