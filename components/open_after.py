"""The share still open after so many days: finding, columns, counts, and what is cut short."""

import streamlit as st

from components import cached, charts, filters, notes, readings, session, tables, views, words
from components.drawn import Drawn
from components.readings import Reading
from components.session import t
from components.views import Ask
from data_access.published import Scope
from metrics import numerals, open_after

TELLING = 15  # days: the longest deadline of the reference table


def section(scope: Scope) -> None:
    """All of it for one period, or why nothing can be said."""
    found = _read(scope)
    st.subheader(_finding(scope.period, found[TELLING]), anchor="open_after")
    st.markdown(t("page.times.open_hint"))
    if short := open_after.cut_short(scope.period, cached.release().as_of):
        key = "open_so_far" if scope.period == "all" else "open_short"
        st.caption(t(f"page.times.{key}", days=t("times.or").join(map(str, short))))
    views.show("still_open", Ask(scope))
    tables.linked([_row(days, one) for days, one in found.items()], t("page.times.open_table"))
    notes.how(found[TELLING].metric)


@views.view("still_open", page="times", period=filters.of_city("received"))
def _drawn(ask: Ask) -> Drawn:
    found = _read(ask.scope)
    return charts.still_open(found).under(
        _finding(ask.scope.period, found[TELLING]), t("page.times.open_hint")
    )


def _read(scope: Scope) -> dict[int, Reading]:
    """By the number of days."""
    return {days: readings.read(name, scope) for days, name in open_after.METRICS.items()}


def _finding(period: str, reading: Reading) -> str:
    language, figure = session.language(), reading.figure
    when = words.when(language, period)
    if figure.value is None:
        return t("page.times.open_no_finding", when=when, days=TELLING)
    share = words.share(language, figure.value)
    return t("page.times.open_finding", when=when, share=share, days=TELLING)


def _row(days: int, reading: Reading) -> dict[str, str | tables.Link]:
    figure = reading.figure
    said = words.note(session.language(), figure, reading.metric)
    return {
        t("page.times.days"): t("page.times.after", days=days),
        t("page.times.share_open"): said or numerals.value(figure),
        t("page.times.interval"): tables.interval(figure),
        t("page.times.open_counts"): tables.parts(figure),
    }
