"""The overview's figures: the few that matter, the official one beside ours, what was refused."""

import streamlit as st

from components import cached, cards, onward, readings, reasons, session, words
from components.charts import reasons as charts
from components.onward import Onward
from components.readings import Reading
from components.session import t
from data_access.published import NONE, Scope
from metrics import numerals
from metrics.measure import Figure
from metrics.model import Metric
from metrics.periods import ALL
from metrics.shares import leading

STAGES = ("time_accepting", "time_dispatching", "time_handling", "time_replying", "time_solving")
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


def trend(metric: Metric, by_month: list[Figure]) -> str:
    """The title of a chart over months: the newest one, and how it stands to the year before."""
    language, newest = session.language(), by_month[-1] if by_month else None
    if newest is None or newest.value is None:
        return words.name(language, metric)
    reading = readings.read(metric.id, Scope(grain="month", period=newest.key))
    said = {
        "name": words.name(language, metric), "value": _newest(metric, newest),
        "period": words.period(language, newest.key),
    }  # fmt: skip
    year_before = [change for change in reading.changes if change.since[4:] == newest.key[4:]]
    if not year_before:
        return t("page.overview.trend", **said)
    return t("page.overview.trend_since", moved=cards.moved(year_before[0]), **said)


def _newest(metric: Metric, figure: Figure) -> str:
    if metric.kind == "count":
        return t("card.cases", cases=numerals.count(figure.numerator))
    return words.value(session.language(), metric, figure)


def refused(scope: Scope) -> None:
    """How many cases could not be handled, and the reasons given most."""
    st.subheader(t("page.overview.refused"), anchor=False)
    left, right = st.columns([2, 3])
    with left:
        st.markdown(_refused(scope))
        onward.links([Onward("not_handled", "reasons", "page.overview.to_reasons")])
    found = reasons.nearest(reasons.CASES, "reason_code", scope)
    if found is None:
        return
    whole = cached.total(reasons.CASES, found)
    given = [one for one in cached.measure(reasons.CASES, found, by="reason_code") if one.numerator]
    top = sorted(given, key=lambda one: -(one.numerator or 0))[:TOP]
    with right:
        if not top:
            st.caption(t("page.not_handled.lead_none"))
            return
        period = words.period(session.language(), found.period)
        st.caption(t("page.overview.top_reasons", n=len(top), period=period))
        charts.bars([(_reason(one.key), one) for one in top], whole, len(leading(given)))


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


def _reason(code: str) -> str:
    if code == NONE:
        return t("page.not_handled.no_reason")
    names = {reason.code: reason.names for reason in session.city().reasons}
    return names[code][session.language()] if code in names else words.plain(code)
