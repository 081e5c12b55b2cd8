"""A third-party survey beside the hotline's callbacks of the same period, where a city has one."""

import streamlit as st

from cities.surveys import Survey
from components import readings, session, tables, words
from components.session import t
from data_access.published import Scope
from metrics import answers as said
from metrics import numerals, registry, surveys
from metrics.change import Change
from metrics.measure import Figure
from metrics.periods import grain_of
from metrics.stats.satisfaction import Answers


def beside(scope: Scope) -> None:
    """The survey of this period, or else the latest one, with the callbacks of its own period."""
    found = session.city().surveys
    if not found:
        return
    survey = next((one for one in found if one.period == scope.period), found[0])
    when = words.period(session.language(), survey.period)
    st.subheader(t("survey.title", period=when), anchor=False)
    if survey.period != scope.period:
        st.caption(t("survey.other_period", period=when))
    st.markdown(t("survey.by", **_by(survey)))
    own = readings.said(Scope(grain=grain_of(survey.period), period=survey.period))
    other = surveys.answers(survey)
    if own is None:
        st.info(t("page.satisfaction.no_funnel"))
    elif change := surveys.apart(other, own):
        st.markdown(_said(change, other, own))
    told = {"survey.own": own, "survey.other": other} if own else {"survey.other": other}
    columns = {t(key): _column(answers) for key, answers in told.items()}
    names = next(iter(columns.values()))
    tables.linked(
        [
            {t("table.name"): name} | {by: column[name] for by, column in columns.items()}
            for name in names
        ],
        t("survey.other"),
    )
    st.caption(t("survey.why"))


def _by(survey: Survey) -> dict[str, str]:
    language = session.language()
    source = t("survey.made_up") if survey.made_up else survey.source
    return {
        "pollster": survey.pollster[language], "method": survey.method[language], "source": source,
    }  # fmt: skip


def _said(change: Change, other: Answers, own: Answers) -> str:
    way = "same" if change.within_chance else "higher" if change.difference > 0 else "lower"
    theirs, ours = (numerals.value(surveys.shares(one)["satisfied"]) for one in (other, own))
    low, high = (f"{end * 100:+.1f}" for end in (change.low, change.high))
    points = f"{abs(change.difference) * 100:.1f}"
    return t(f"survey.{way}", theirs=theirs, ours=ours, points=points, low=low, high=high)


def _column(found: Answers) -> dict[str, str]:
    """What one of the two was told, by what it is."""
    low, high = numerals.bounds(said.silent(found))
    share = numerals.percent(found.answered / found.asked, found.asked)
    return {
        t("page.satisfaction.asked"): numerals.count(found.asked),
        t("page.satisfaction.answered"): t(
            "chart.step", count=numerals.count(found.answered), share=share
        ),
        **{
            words.name(session.language(), registry.get(name)): _ranged(figure)
            for name, figure in surveys.shares(found).items()
        },
        t("survey.silent"): t("survey.between", low=low, high=high),
    }


def _ranged(figure: Figure) -> str:
    return t("units.ranged", value=numerals.value(figure), range=tables.interval(figure))
