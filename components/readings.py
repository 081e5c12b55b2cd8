"""A metric read for one period: its figure, and how it has moved since earlier periods."""

from dataclasses import dataclass, replace

import streamlit as st

from components import cached, session, words
from components.session import t
from data_access.published import Scope
from metrics import answers, numerals, registry
from metrics.change import Change, Growth, changes, earlier, growths, settled
from metrics.measure import UNPUBLISHED, Figure, withheld
from metrics.model import Metric
from metrics.stats.satisfaction import Answers


@dataclass(frozen=True)
class Reading:
    """`changes` are those of a share or a count, and only where both periods are published.

    What is not `settled` will still change, so that it is not compared.
    """

    metric: Metric
    figure: Figure
    changes: tuple[Change | Growth, ...] = ()
    settled: bool = True


def read(name: str, scope: Scope) -> Reading:
    """A metric's city-wide figure of one period; a release without it says "not published"."""
    found = {figure.key: figure for figure in cached.measure(name, Scope(grain=scope.grain))}
    figure = found.get(scope.period) or withheld(scope.period, UNPUBLISHED)
    metric = registry.get(name)
    if not settled(name, scope.period, cached.release().as_of):
        return Reading(metric, figure, settled=False)
    return Reading(
        metric, figure, (growths if metric.kind == "count" else changes)(scope.period, found)
    )


def finding(page: str, period: str, reading: Reading, dated: bool = True) -> None:
    """What the page has found, in one sentence with its as-of date; or why it cannot say.

    The date is left out where the page tells it elsewhere.
    """
    language, figure = session.language(), reading.figure
    when = words.when(language, period)
    if figure.value is None:
        st.subheader(t(f"page.{page}.no_finding", when=when), anchor=False)
        st.info(words.note(language, figure, reading.metric))
    else:
        share = words.share(language, figure.value)
        st.subheader(t(f"page.{page}.finding", when=when, share=share), anchor=False)
    if dated:
        st.caption(t("site.as_of", day=numerals.day(cached.release().as_of)))


def so_far(name: str) -> Reading:
    """A metric's city-wide figure of all time, as of the release's date."""
    return read(name, Scope())


def said(scope: Scope) -> Answers | None:
    """What was said in the callbacks of one period; None if any of its counts is withheld."""
    return answers.answers({name: read(name, scope).figure for name in answers.METRICS})


def weighted(scope: Scope) -> Reading:
    """The weighted formula, which no release holds: it is made of what was said."""
    figures = {
        period: replace(answers.weighted(found), key=period)
        for period in (scope.period, *earlier(scope.period))
        if (found := said(replace(scope, period=period)))
    }
    figure = figures.get(scope.period) or withheld(scope.period, UNPUBLISHED)
    metric = registry.get("satisfied_weighted")
    return Reading(metric, figure, changes(scope.period, figures))
