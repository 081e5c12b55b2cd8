"""What was chosen on another page, told on this one: a share of that area, unit or category."""

from dataclasses import replace

import streamlit as st

from components import cached, filters, reasons, session, words
from components.session import t
from data_access.published import Scope
from metrics import numerals, registry
from metrics.measure import UNPUBLISHED, withheld

BY = ("area", "unit", "category")


def shares(metric: str, scope: Scope) -> None:
    """One line for each area, unit and category in the URL for which the metric is published.

    Of the period asked for, or one around it; beside the city; each with a way to drop it.
    """
    for name in BY:
        code = session.carried().get(name, "")
        found = reasons.nearest(metric, name, scope) if code in filters.members(name) else None
        if found is None:
            continue
        filters.took(name, code)
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.markdown(_told(metric, name, code, found), width="stretch")
            filters.dropping(name, code)


def _told(metric: str, name: str, code: str, scope: Scope) -> str:
    language, about = session.language(), registry.get(metric)
    figure = cached.total(metric, replace(scope, **{name: code})) or withheld(code, UNPUBLISHED)
    city = cached.total(metric, scope) or withheld(code, UNPUBLISHED)
    said = {
        "name": filters.called(name, code), "period": words.period(language, scope.period),
        "metric": words.name(language, about), "city": numerals.value(city),
    }  # fmt: skip
    if figure.value is None:
        return t("chosen.untold", why=words.note(language, figure, about), **said)
    low, high = numerals.bounds(figure)
    counts = words.counts(language, figure, about)
    return t("chosen.told", value=numerals.value(figure), counts=counts, low=low, high=high, **said)
