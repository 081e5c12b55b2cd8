"""The parts of the overview: what matters first, and what is said below it."""

import streamlit as st

from components import (
    cached,
    cards,
    near_me,
    notes,
    readings,
    summary,
    views,
    worsening,
)
from components.session import t
from components.views import Ask
from data_access.published import Scope
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
