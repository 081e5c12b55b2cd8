"""A unit among its peers, and what the public was told of it."""

from dataclasses import replace

import streamlit as st

import cities
from components import cached, charts, peers, session, tables, unit_story, views, words
from components.peers import Standing
from components.session import t
from components.tables import Row
from data_access import published
from data_access.published import Scope
from data_access.supervision import figures
from metrics import comparison, registry
from metrics.model import Metric
from supervision.account import rows
from supervision.account.counted import TOLD, Asked, shown
from supervision.account.unit_view import Unit, line

FEWEST = 2  # units that can be compared
PUBLISHED = ("received", "on_time_rate", "satisfied", "solved", "time_closed")


def place(unit: Unit) -> None:
    """Where it stands among its peers: by all figures for the city, else by the published ones."""
    metric, scope = registry.get("on_time_rate"), _published(unit)
    if unit.chosen.opens_city:
        st.subheader(t("account.place"), anchor=False)
        _funnel(unit, metric)
    elif scope is not None:
        unit_story.place(metric, unit.code, scope)
        when = words.period(session.language(), scope.period)
        st.caption(t("account.place_published", period=when))


def _funnel(unit: Unit, metric: Metric) -> None:
    chosen, city = unit.chosen, cities.profile(unit.chosen.viewer.city)
    told = figures.of_units(chosen.viewer, chosen.found, {chosen.scope.period})
    cells = [replace(shown(metric, one), key=one.unit) for one in told if one.metric == metric.id]
    both = comparison.place(comparison.compare(metric, cells, city), unit.code)
    if both is None or len(both[0].units) < FEWEST:
        st.info(t("account.place_few"))
        return
    group = peers.named(both[0].group)
    standings = [Standing(group, both[0], one, one.figure) for one in both[0].units]
    views.display(charts.peer_funnel(metric, standings, this=unit.code))
    st.caption(t("unit.funnel_hint"))


def _published(unit: Unit) -> Scope | None:
    """The period that is shown, if it was published, else the newest one that was."""
    release = published.current(unit.chosen.viewer.city)
    if release is None or release != session.release():
        return None
    offered = cached.periods("on_time_rate", "unit")
    period = unit.chosen.scope.period
    period = period if period in offered else next(iter(offered), "")
    return Scope(offered[period], period) if period else None


def told(unit: Unit) -> None:
    """What the public was told of the unit, and the cases behind it as the records are now."""
    st.subheader(t("account.published"), anchor=False)
    scope = _published(unit)
    if scope is None:
        st.info(t("account.unpublished"))
        return
    when = words.period(session.language(), scope.period)
    st.caption(t("account.published_about", period=when, release=cached.release().id))
    listed: list[Row] = []
    for metric in map(registry.get, PUBLISHED):
        figure = unit_story.reading(metric.id, unit.code, scope).figure
        wanted = Asked(metric, replace(scope, unit=unit.code), TOLD)
        listed.append(line(metric, figure, rows.counts(wanted, figure)))
    tables.linked(listed, t("account.published"))
