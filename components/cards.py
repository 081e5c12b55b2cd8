"""Cards: a figure, what it rests on, how it has moved, and the words where there is none."""

from collections.abc import Sequence

import streamlit as st

from components import cached, session, words
from components.readings import Reading
from components.session import t
from metrics import numerals
from metrics.headline import Headline
from metrics.model import Metric
from metrics.periods import ALL


def row(headlines: list[Headline]) -> None:
    """One card per headline, side by side on a desk and below each other on a phone."""
    places = st.columns(len(headlines), border=True)
    for place, headline in zip(places, headlines, strict=True):
        with place:
            _card(headline)


def readings(found: Sequence[Reading], why: bool = False, brief: bool = False) -> None:
    """One card per reading: value, basis, what has changed, what is counted and perhaps why.

    A brief one leaves out what is counted.
    """
    language = session.language()
    for place, reading in zip(st.columns(len(found), border=True), found, strict=True):
        with place:
            metric, figure = reading.metric, reading.figure
            st.metric(words.name(language, metric), words.value(language, metric, figure))
            lines = words.evidence(language, figure, metric)
            lines += [words.moved(language, change) for change in reading.changes]
            lines += [] if reading.settled else [t("page.times.unsettled")]
            st.caption("  \n".join(lines))
            if not brief:
                st.caption("  \n".join(_about(metric, why)))


def _about(metric: Metric, why: bool) -> list[str]:
    wording = metric.wording[session.language()]
    lines = [wording.numerator]
    if metric.kind == "ratio":
        counted, among = wording.numerator, wording.denominator
        lines = [t("note.counted", text=counted), t("note.among", text=among)]
    return [*lines, *([t("note.why", text=wording.why)] if why else [])]


def _card(headline: Headline) -> None:
    language = session.language()
    st.metric(words.card_label(language, headline), numerals.value(headline.figure))
    lines = words.evidence(language, headline.figure, headline.metric) or [_extent(headline)]
    st.caption("  \n".join(lines))


def _extent(headline: Headline) -> str:
    if headline.period == ALL:
        return t("site.as_of", day=numerals.day(cached.release().as_of))
    return t("card.whole")
