"""The parts of the page of what could not be handled: how much, why, where, what then."""

import streamlit as st

from components import (
    cards,
    long_open,
    readings,
    reasons,
    refused,
    told_outcomes,
)
from components.session import t
from data_access.published import Scope

DELAYED = ("extended", "moved_late")
PLACES = {"area": refused.by_area, "category": refused.by_category, "unit": refused.by_unit}


def share(scope: Scope) -> None:
    """How much could not be handled."""
    rate, cases = (readings.read(name, scope) for name in ("not_handled", "not_handled_cases"))
    readings.finding("not_handled", scope.period, rate)
    cards.readings([rate, cases], why=True)
    st.caption(t("note.chance"))


def where(scope: Scope) -> None:
    """Why, when and where."""
    st.markdown(t("page.not_handled.jump"))
    reasons.overview(scope)
    st.subheader(t("page.not_handled.over_time"), anchor=False)
    refused.over_time(scope)
    for name, draw in PLACES.items():
        st.subheader(t(f"page.not_handled.by_{name}"), anchor=f"by_{name}")
        draw(scope)


def explained(scope: Scope | None) -> None:
    """Each reason, with what to do next."""
    st.header(t("page.not_handled.explained"), anchor="explained")
    if reasons.listed("not_handled"):
        st.markdown(t("page.not_handled.explained_hint"))
        reasons.explanations(scope, told_outcomes.explained)
    else:
        st.info(t("page.not_handled.no_catalogue"))


def longer(scope: Scope) -> None:
    """What took longer or changed hands, and why it may."""
    st.header(t("page.not_handled.longer"), anchor="longer")
    st.markdown(t("page.not_handled.longer_hint"))
    cards.readings([*(readings.read(name, scope) for name in DELAYED), readings.so_far("age_open")])
    long_open.section()
    reasons.folded("extension")
    st.subheader(t("page.not_handled.handed_back"), anchor=False)
    st.markdown(t("page.not_handled.handed_back_hint"))
    reasons.folded("return")
