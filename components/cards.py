"""Headline cards: a figure, what it rests on, and the words where there is none."""

import streamlit as st

from components import cached, session, words
from components.session import t
from metrics import numerals
from metrics.headline import Headline
from metrics.periods import ALL


def row(headlines: list[Headline]) -> None:
    """One card per headline, side by side on a desk and below each other on a phone."""
    for place, headline in zip(st.columns(len(headlines)), headlines, strict=True):
        with place:
            _card(headline)


def _card(headline: Headline) -> None:
    language = session.language()
    with st.container(border=True, height="stretch"):
        st.metric(words.card_label(language, headline), numerals.value(headline.figure))
        lines = words.evidence(language, headline.figure) or [_extent(headline)]
        st.caption("  \n".join(lines))


def _extent(headline: Headline) -> str:
    if headline.period == ALL:
        return t("site.as_of", day=numerals.day(cached.release().as_of))
    return t("card.whole")
