"""The parts of the page of satisfaction: who was asked, and what the answers come to."""

import streamlit as st

from components import (
    cached,
    callbacks,
    cards,
    notes,
    readings,
    surveys,
    tables,
    views,
    words,
)
from components.session import t
from components.views import Ask
from data_access.published import Scope
from metrics import numerals, registry
from metrics.stats.satisfaction import satisfaction

SAID = ("contacted", "solved")
satisfied = registry.get("satisfied")


def finding(scope: Scope) -> None:
    """What the page has found."""
    readings.finding("satisfaction", scope.period, callbacks.formulas(scope)[0])


def told(scope: Scope) -> None:
    """Who answered, three formulas, and what else was asked."""
    formulas, silent = callbacks.formulas(scope), callbacks.silent(scope)
    found = readings.said(scope)
    if found is None or silent is None:
        st.info(t("page.satisfaction.no_funnel"))
        cards.readings([formulas[0], formulas[-1]])
    else:
        views.titled("callbacks", Ask(scope))
        st.markdown(t("page.satisfaction.funnel_hint"))
        notes.how(registry.get("callbacks_answered"))

        st.subheader(t("page.satisfaction.formulas"), anchor=False)
        st.markdown(t("page.satisfaction.told", **words.answers(found)))
        cards.readings(formulas, why=True)
        views.show("formulas", Ask(scope))
        low, high = numerals.bounds(silent)
        st.markdown(t("page.satisfaction.silent", low=low, high=high))
        if satisfaction(found).note:
            st.warning(t("page.satisfaction.few_answered"))
    st.caption(t("note.chance"))

    surveys.beside(scope)

    st.subheader(t("page.satisfaction.said"), anchor=False)
    cards.readings([readings.read(name, scope) for name in SAID])

    views.titled("satisfied_months")
    tables.months(satisfied, cached.monthly(satisfied.id))
    notes.how(satisfied)
