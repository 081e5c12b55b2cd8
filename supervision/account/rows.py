"""Figures in tables: value with interval, and counts of which each number leads to its cases."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from urllib.parse import urlencode

from components import session, unit_tables, words
from components.session import t
from components.tables import Link, Part
from data_access.published import Scope
from data_access.supervision.behind import COUNTED, REST
from metrics import numerals
from metrics.measure import Figure
from metrics.model import Metric
from supervision.account.counted import Asked, query


def link(wanted: Asked, part: str, number: int) -> Link:
    """A number that leads to the cases it counts."""
    asked = {"lang": session.language()} | query(wanted, part)
    return Link(numerals.count(number), f"/behind?{urlencode(asked)}")


def value(metric: Metric, figure: Figure) -> str:
    """A share with its interval, a count, or median and 90th percentile; else why there is none.

    Few cases are said once, above the tables: what is hidden from the public is shown here.
    """
    language = session.language()
    if metric.kind == "duration" and figure.value is not None:
        median, most = words.percentiles(language, figure)
        return t("account.times", median=median, most=most)
    if figure.value is None:
        return words.note(language, figure, metric) or "–"
    return unit_tables.ranged(figure) if figure.low is not None else numerals.value(figure)


def counts(wanted: Asked, figure: Figure, opens: bool = True) -> list[Part]:
    """The numerator and the rest of a share as they add up to it; the cases of anything else."""
    n, d = figure.numerator, figure.denominator
    if n is None:
        return ["–"]
    parts = [(COUNTED, n)] if d is None else [(COUNTED, n), (REST, d - n)]
    numbers: Iterator[Part] = (
        link(wanted, part, number) if opens else numerals.count(number) for part, number in parts
    )
    if d is None:
        return [next(numbers)]
    return [next(numbers), " + ", next(numbers), " = ", numerals.count(d)]


def figure(wanted: Asked, found: Figure, opens: bool = True) -> list[Part]:
    """Value and counts in one cell; a count is its own value."""
    if wanted.metric.kind == "count":
        return counts(wanted, found, opens)
    return [f"{value(wanted.metric, found)} · ", *counts(wanted, found, opens)]


def at(metric: Metric, scope: Scope, **slices: str) -> Asked:
    """The internal figure of a metric at a slice of the scope."""
    return Asked(metric, replace(scope, **slices))


def names(metrics: Sequence[Metric]) -> list[str]:
    """What metrics are called."""
    return [words.name(session.language(), metric) for metric in metrics]
