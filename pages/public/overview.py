"""Overview: how the hotline does, what has changed, and where to look further."""

import streamlit as st

from components import (
    blocks,
    cached,
    cards,
    filters,
    frame,
    freshness,
    near_me,
    notes,
    readings,
    summary,
    views,
    worsening,
)
from components.filters import Scope
from components.session import t
from components.views import Ask
from metrics import registry
from metrics.periods import ALL

received, on_time = registry.get("received"), registry.get("on_time_rate")


def above(scope: Scope) -> None:
    """The figures that matter."""
    readings.finding("overview", scope.period, readings.read(on_time.id, scope), dated=False)
    summary.figures(scope)


def below(scope: Scope) -> None:
    """The official formula beside ours, what has changed, and where to look further."""
    summary.official(scope)

    left, right = st.columns(2)
    with left:
        views.titled("on_time_rate_months")
        notes.how(on_time)
    with right:
        views.titled("received_months")
        notes.how(received)

    views.titled("stages", Ask(scope))
    st.caption(t("page.overview.stages_hint"))

    worsening.section(scope)
    summary.refused(scope)
    if scope.period != ALL:
        st.subheader(t("page.overview.so_far"), anchor=False)
        cards.row([one for one in cached.headlines() if one.period == ALL])
    near_me.questions()


frame.heading("overview")
blocks.show(freshness.line)
scope = filters.city_period(received.id)
if scope is None:
    st.info(t("period.nothing"))
else:
    blocks.show(above, scope)
    near_me.section(scope)
    blocks.show(below, scope)
