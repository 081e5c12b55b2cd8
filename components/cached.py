"""Published figures, cached by question and release: a new release is never a stale hit."""

import streamlit as st

from components import session
from data_access import published
from data_access.published import Cell, Release, Scope
from metrics import registry
from metrics.headline import Headline
from metrics.headline import headlines as read_headlines
from metrics.measure import Figure, figures
from metrics.periods import closed


class NoRelease(RuntimeError):
    """A page ran although nothing is published; the frame prevents it."""


def release() -> Release:
    """The release this rerun reads."""
    found = session.release()
    if found is None:
        raise NoRelease(session.city().id)
    return found


@st.cache_data(show_spinner=False, max_entries=5_000)
def _cells(
    city: str, release_id: str, _release: Release, metric: str, scope: Scope, by: str
) -> list[Cell]:
    return published.read(_release, metric, scope, by)


def measure(metric: str, scope: Scope, by: str = "period") -> list[Figure]:
    """A metric's published figures at `scope`, one per value of `by`."""
    here = release()
    return figures(registry.get(metric), _cells(here.city, here.id, here, metric, scope, by))


def total(metric: str, scope: Scope) -> Figure | None:
    """A metric's one published figure at `scope`."""
    return next((found for found in measure(metric, scope) if found.key == scope.period), None)


def monthly(metric: str) -> list[Figure]:
    """A metric's city-wide figures of the closed months, oldest first."""
    as_of = release().as_of
    return [figure for figure in measure(metric, Scope(grain="month")) if closed(figure.key, as_of)]


@st.cache_data(show_spinner=False, max_entries=100)
def _headlines(city: str, release_id: str, _release: Release) -> list[Headline]:
    return read_headlines(_release)


def headlines() -> list[Headline]:
    """The figures the overview opens with."""
    here = release()
    return _headlines(here.city, here.id, here)


@st.cache_data(show_spinner=False, max_entries=100)
def _periods(city: str, release_id: str, _release: Release, metric: str, by: str) -> dict[str, str]:
    return {period: grain for grain, period in published.periods(_release, metric, by)}


def periods(metric: str, by: str) -> dict[str, str]:
    """The closed periods for which a metric is published by a dimension: period → grain."""
    here = release()
    return _periods(here.city, here.id, here, metric, by)
