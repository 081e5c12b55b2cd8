"""How long cases of each kind take: within what time most of them were closed."""

from collections.abc import Sequence
from dataclasses import replace
from math import inf

import streamlit as st

from components import (
    blocks,
    cached,
    charts,
    filters,
    onward,
    reasons,
    session,
    tables,
    views,
    words,
)
from components.drawn import Drawn
from components.onward import Onward
from components.session import t
from components.tables import Link
from components.views import Ask
from data_access.published import NONE, Scope
from metrics import numerals, registry
from metrics.measure import Figure

CLOSED = "time_closed"
TWO_ENDS = 2


def section(scope: Scope) -> None:
    """Chart and table of all kinds, the slowest first; above them the one chosen."""
    st.subheader(t("page.times.kinds"), anchor="kinds")
    blocks.show(_told, scope, filters.narrow("category"))


def _told(scope: Scope, code: str | None) -> None:
    found = reasons.nearest(CLOSED, "category", scope)
    if found is None:
        st.info(t("page.not_handled.unpublished"))
        return
    if found.period != scope.period:
        st.caption(t("page.not_handled.other_period", period=_period(found)))
    if code is not None:
        st.markdown(usual(code, found))
    figures = _ordered(cached.measure(CLOSED, found, by="category"))
    st.markdown(_ends(figures) + t("page.times.kinds_hint"))
    views.show("kinds", Ask(scope))
    with st.expander(t("page.times.kinds_table")):
        tables.linked([_row(figure) for figure in figures], t("page.times.kinds"))
    st.markdown(t("page.times.kinds_why"))
    onward.links([Onward("not_handled", "longer", "page.times.kinds_longer")])


@views.view("kinds", page="times", period=filters.of_city("received"))
def _drawn(ask: Ask) -> Drawn:
    found = reasons.nearest(CLOSED, "category", ask.scope)
    if found is None:
        return Drawn(None, why=t("page.not_handled.unpublished"))
    figures, metric = _ordered(cached.measure(CLOSED, found, by="category")), registry.get(CLOSED)
    named = [(filters.called("category", one.key), metric, one) for one in figures]
    said = _ends(figures).rstrip(" 。.") or t("page.times.kinds")
    title = t("chart.of_period", title=said, period=_period(found))
    chart = charts.spans(named, "page.times.kinds_alt", log=False)
    return chart.under(title, t("page.times.kinds_hint"))


def usual(code: str, scope: Scope) -> str:
    """Within what time cases of a kind were closed in a period, or why it is not told."""
    language, metric = session.language(), registry.get(CLOSED)
    name = filters.called("category", code)
    figure = cached.total(CLOSED, replace(scope, category=code))
    if figure is None or figure.numerator is None:
        why = words.note(language, figure, metric) if figure else t("note.not_published")
        return t("page.times.kind_unknown", name=name, period=_period(scope), why=why)
    median, most = words.percentiles(language, figure)
    return t(
        "page.times.kind", name=name, period=_period(scope), median=median, most=most,
        cases=numerals.count(figure.numerator),
    )  # fmt: skip


def _period(scope: Scope) -> str:
    return words.period(session.language(), scope.period)


def _ordered(figures: Sequence[Figure]) -> list[Figure]:
    """The slowest first, beyond what is measured before them all; what is withheld last."""

    def place(figure: Figure) -> tuple[bool, float]:
        return figure.numerator is None, -(figure.p90 or inf)

    return sorted((figure for figure in figures if figure.key != NONE), key=place)


def _ends(figures: Sequence[Figure]) -> str:
    """The kinds of which most are closed latest and soonest, of figures in that order."""
    told = [(filters.called("category", one.key), one.p90) for one in figures]
    known = [(name, p90) for name, p90 in told if p90 is not None]
    if len(known) < TWO_ENDS or known[0][1] == known[-1][1]:
        return ""
    language, (late, longest), (soon, least) = session.language(), known[0], known[-1]
    ends = {"longest": words.span(language, longest), "least": words.span(language, least)}
    return t("page.times.kinds_ends", soon=soon, late=late, **ends)


def _row(figure: Figure) -> dict[str, str | Link]:
    language, metric = session.language(), registry.get(CLOSED)
    name = filters.called("category", figure.key)
    median, most = words.note(language, figure, metric), "–"
    if figure.numerator is not None:
        median, most = words.percentiles(language, figure)
    return {
        t("table.name"): Link(name, session.to("times", category=figure.key)),
        t("table.median"): median,
        t("table.p90"): most,
        t("table.cases"): numerals.count(figure.numerator),
    }
