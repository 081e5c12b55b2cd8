"""The overview's figures: the few that matter, the official one beside ours, what was refused."""

import streamlit as st

from components import cached, cards, filters, onward, readings, reasons, session, views, words
from components.charts import reasons as charts
from components.drawn import Drawn
from components.onward import Onward
from components.readings import Reading
from components.session import t
from components.views import Ask
from data_access.published import Scope
from metrics import numerals
from metrics.periods import ALL
from metrics.shares import leading

TOP = 3  # reasons that are named here; the page of its own has them all


def figures(scope: Scope) -> None:
    """The figures that matter, each with what it rests on and how it has moved."""
    names = [one.metric.id for one in cached.headlines() if one.period == ALL]
    cards.readings([readings.read(name, scope) for name in names], brief=True)
    if scope.period != ALL:
        st.caption("  \n".join((t("note.chance"), t("page.overview.growth_hint"))))


def official(scope: Scope) -> None:
    """What the official formula says beside ours, and why they differ."""
    st.subheader(t("page.overview.official"), anchor=False)
    theirs, ours = (readings.read(name, scope) for name in ("on_time_official", "on_time_rate"))
    told = [one.figure for one in (theirs, ours)]
    if any(figure.value is None for figure in told):
        st.markdown(t("page.overview.official_unknown"))
    else:
        said = {"when": words.when(session.language(), scope.period)}
        st.markdown(
            t("page.overview.official_told", theirs=_said(theirs), ours=_said(ours), **said)
        )
    st.markdown(t("page.overview.official_why"))
    onward.links([Onward("times", "", "page.overview.to_formulas")])


def _said(reading: Reading) -> str:
    """99.1% (8,575 / 8,656 件，95% 置信区间 98.9% 至 99.3%)."""
    language, figure = session.language(), reading.figure
    basis = t("overview.and").join(words.evidence(language, figure, reading.metric))
    return t("overview.basis", value=numerals.value(figure), basis=basis)


def refused(scope: Scope) -> None:
    """How many cases could not be handled, and the reasons given most."""
    st.subheader(t("page.overview.refused"), anchor=False)
    left, right = st.columns([2, 3])
    with left:
        st.markdown(_refused(scope))
        onward.links([Onward("not_handled", "reasons", "page.overview.to_reasons")])
    ask = Ask(scope)
    with right:
        st.caption(views.drawn("top_reasons", ask).title)
        views.show("top_reasons", ask)


@views.view("top_reasons", page="overview", period=filters.of_city("received"))
def _top_reasons(ask: Ask) -> Drawn:
    found = reasons.nearest(reasons.CASES, "reason_code", ask.scope)
    if found is None:
        return Drawn(None)
    given = [one for one in cached.measure(reasons.CASES, found, by="reason_code") if one.numerator]
    top = sorted(given, key=lambda one: -(one.numerator or 0))[:TOP]
    if not top:
        return Drawn(None, title=t("page.not_handled.lead_none"))
    period = words.period(session.language(), found.period)
    named = [(reasons.name(one.key), one) for one in top]
    chart = charts.bars(named, cached.total(reasons.CASES, found), len(leading(given)))
    return chart.under(t("page.overview.top_reasons", n=len(top), period=period))


def _refused(scope: Scope) -> str:
    """The count and the share of a period, or why there is none."""
    language, when = session.language(), words.when(session.language(), scope.period)
    cases, rate = (readings.read(name, scope) for name in (reasons.CASES, reasons.RATE))
    if cases.figure.numerator is None or rate.figure.value is None:
        note = words.note(language, rate.figure, rate.metric) or words.note(language, cases.figure)
        return t("page.overview.refused_unknown", when=when, why=note)
    return t(
        "page.overview.refused_told", when=when, cases=numerals.count(cases.figure.numerator),
        share=_said(rate),
    )  # fmt: skip
