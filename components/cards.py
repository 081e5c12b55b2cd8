"""Cards: a figure, what it rests on, how it has moved, and the words where there is none."""

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

import streamlit as st

from components import cached, session, words
from components.readings import Reading
from components.session import t
from metrics import numerals
from metrics.headline import Headline
from metrics.model import Metric
from metrics.periods import ALL

SHORT = 12  # characters: what is longer is no number but words, and set as such


class Card(NamedTuple):
    """What is shown under a name: the value, and lines on what it rests on."""

    name: str
    value: str
    lines: Sequence[str] = ()
    about: Sequence[str] = ()  # what is counted, set apart from the lines above


def draw(cards: Sequence[Card]) -> None:
    """Cards side by side on a desk and below each other on a phone; all are one element."""
    st.html(f'<dl class="cards">{"".join(map(_html, cards))}</dl>')


def _html(card: Card) -> str:
    form = "value" if len(card.value) <= SHORT else "words"
    parts = [f'<dt>{escape(card.name)}</dt><dd class="{form}">{escape(card.value)}</dd>']
    for lines in (card.lines, card.about):
        if lines:
            parts.append(f'<dd class="about">{"<br>".join(map(words.bold, lines))}</dd>')
    return f"<div>{''.join(parts)}</div>"


def row(headlines: Sequence[Headline]) -> None:
    """One card per headline."""
    draw([_headline(one) for one in headlines])


def readings(found: Sequence[Reading], why: bool = False, brief: bool = False) -> None:
    """One card per reading: value, basis, what has changed, what is counted and perhaps why.

    A brief one leaves out what is counted.
    """
    draw([_reading(one, () if brief else _about(one.metric, why)) for one in found])


def _reading(reading: Reading, about: Sequence[str]) -> Card:
    language, metric, figure = session.language(), reading.metric, reading.figure
    lines = words.evidence(language, figure, metric)
    lines += [words.moved(language, change) for change in reading.changes]
    lines += [] if reading.settled else [t("page.times.unsettled")]
    value = words.value(language, metric, figure)
    return Card(words.name(language, metric), value, lines, about)


def _about(metric: Metric, why: bool) -> list[str]:
    wording = metric.wording[session.language()]
    lines = [wording.numerator]
    if metric.kind == "ratio":
        counted, among = wording.numerator, wording.denominator
        lines = [t("note.counted", text=counted), t("note.among", text=among)]
    return [*lines, *([t("note.why", text=wording.why)] if why else [])]


def _headline(headline: Headline) -> Card:
    language = session.language()
    lines = words.evidence(language, headline.figure, headline.metric) or [_extent(headline)]
    return Card(words.card_label(language, headline), numerals.value(headline.figure), lines)


def _extent(headline: Headline) -> str:
    if headline.period == ALL:
        return t("site.as_of", day=numerals.day(cached.release().as_of))
    return t("card.whole")
