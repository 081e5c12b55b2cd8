"""Satisfaction: who was asked, who answered, and what three formulas make of the same answers."""

import streamlit as st

from components import (
    cached,
    cards,
    charts,
    chosen,
    filters,
    frame,
    notes,
    readings,
    tables,
    words,
)
from components.session import t
from metrics import answers, numerals, registry
from metrics.stats.satisfaction import satisfaction

FORMULAS, SAID = ("satisfied", "not_dissatisfied"), ("contacted", "solved")
satisfied = registry.get("satisfied")

frame.heading("satisfaction")
scope = filters.city_period("callbacks_asked")
if scope is None:
    st.info(t("period.nothing"))
else:
    strict, official = (readings.read(name, scope) for name in FORMULAS)
    readings.finding("satisfaction", scope.period, strict)
    chosen.shares(satisfied.id, scope)
    found = readings.said(scope)
    if found is None:
        st.info(t("page.satisfaction.no_funnel"))
        cards.readings([strict, official])
    else:
        st.subheader(t("page.satisfaction.funnel"), anchor=False)
        st.markdown(t("page.satisfaction.funnel_hint"))
        charts.funnel(found)
        notes.how(registry.get("callbacks_answered"))

        st.subheader(t("page.satisfaction.formulas"), anchor=False)
        st.markdown(t("page.satisfaction.told", **words.answers(found)))
        formulas, silent = [strict, readings.weighted(scope), official], answers.silent(found)
        cards.readings(formulas, why=True)
        charts.formulas(formulas, silent)
        low, high = numerals.bounds(silent)
        st.markdown(t("page.satisfaction.silent", low=low, high=high))
        if satisfaction(found).note:
            st.warning(t("page.satisfaction.few_answered"))
    st.caption(t("note.chance"))

    st.subheader(t("page.satisfaction.said"), anchor=False)
    cards.readings([readings.read(name, scope) for name in SAID])

    st.subheader(t("page.satisfaction.months"), anchor=False)
    by_month = cached.monthly(satisfied.id)
    charts.trend(satisfied, by_month)
    tables.months(satisfied, by_month)
    notes.how(satisfied)
