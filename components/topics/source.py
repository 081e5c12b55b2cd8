"""What became of each kind of case: as far as the data tell, and what they do not tell."""

from dataclasses import replace

import streamlit as st

from components import cached, cards, filters, onward, readings, reasons, session, tables, words
from components.onward import Onward
from components.session import t
from components.tables import Link, Row
from components.topics import counts
from data_access.published import Scope
from metrics import numerals, registry
from metrics.measure import Figure

TOLD = ("solved", "not_handled", "time_closed")
AGAIN = ("repeats", "reopened")


def source(scope: Scope, category: str | None) -> None:
    """By category: said to be solved, could not be handled, time; and how often it came again."""
    st.subheader(t("page.topics.source"), anchor="source")
    st.markdown(t("page.topics.source_hint"))
    at = reasons.nearest("solved", "category", scope)
    if at is None:
        st.info(t("page.not_handled.unpublished"))
    else:
        if at.period != scope.period:
            period = words.period(session.language(), at.period)
            st.caption(t("page.not_handled.other_period", period=period))
        listed = [category] if category else filters.members("category")
        tables.linked([_row(key, at) for key in listed], t("page.topics.source"))
    st.markdown(t("page.topics.again"))
    cards.readings([readings.read(name, scope) for name in AGAIN], brief=True)
    onward.links([Onward("not_handled", "by_category", "page.topics.to_not_handled")])


def _row(key: str, scope: Scope) -> Row:
    name = filters.called("category", key)
    view = filters.shown() | {"category": key}
    volume = cached.total(counts.VOLUME, replace(scope, category=key))
    row: dict[str, str | Link] = {
        t("page.topics.kind"): Link(name, session.to("not_handled", **view)),
        t("table.cases"): numerals.count(volume.numerator if volume else None),
    }
    for metric in map(registry.get, TOLD):
        figure = cached.total(metric.id, replace(scope, category=key))
        row[words.name(session.language(), metric)] = _told(metric.id, figure)
    return row


def _told(name: str, figure: Figure | None) -> str:
    """A share with what it rests on, a median, or why there is none."""
    language, metric = session.language(), registry.get(name)
    if figure is None:
        return t("note.not_published")
    if figure.numerator is None:
        return words.note(language, figure, metric)
    if metric.kind == "duration":
        return words.percentiles(language, figure)[0]
    low, high = numerals.bounds(figure)
    return t(
        "page.topics.share_of", value=numerals.value(figure), low=low, high=high,
        numerator=numerals.count(figure.numerator), denominator=numerals.count(figure.denominator),
    )  # fmt: skip
