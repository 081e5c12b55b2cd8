"""The search of published answers to doubts, and how many doubts there are and wait."""

import streamlit as st

from components import cached, cards, notes, readings, told_outcomes
from components.cards import Card
from components.session import t
from components.told_outcomes import AT_ONCE
from components.told_outcomes import Asked as Asked
from components.told_outcomes import turn as turn
from data_access import questions
from data_access.published import Release
from data_access.questions import FACETS, NUMBERS, Answer, Doubts
from data_access.tens import ROUND
from metrics import numerals

METRICS = ("doubts_unanswered", "doubts_open", "doubts_raised")


def asked() -> Asked:
    """Let the reader ask for answers; all of it is in the URL."""
    return told_outcomes.ask(FACETS, _counts)


def found(asked: Asked) -> tuple[list[Answer], int]:
    """A page of what was found, and how many there are in all."""
    return _search(cached.release(), asked)


@cached.kept(2_000)
def _search(here: Release, asked: Asked) -> tuple[list[Answer], int]:
    skip = (asked.page - 1) * AT_ONCE
    return questions.search(here, asked.words, dict(asked.facets), AT_ONCE, skip)


def _counts(said: str, facets: tuple[tuple[str, str], ...], by: str) -> list[tuple[str, int]]:
    return _counted(cached.release(), said, facets, by)


@cached.kept(2_000)
def _counted(
    here: Release, said: str, facets: tuple[tuple[str, str], ...], by: str
) -> list[tuple[str, int]]:
    return questions.counts(here, said, dict(facets), by)


def card(one: Answer) -> None:
    """One answer under its keys. It came from people, so it is shown as text and nothing else."""
    with st.container(border=True):
        st.caption(told_outcomes.keys(one))
        st.text(one.text)


def counted() -> None:
    """How many doubts there are and how many had no answer in time, by the metrics.

    Where so few are known that these tell nothing, in tens, as of the day of the release.
    """
    found = [readings.so_far(name) for name in METRICS]
    here = questions.counted(cached.release())
    if found[-1].figure.value is not None:
        st.subheader(t("questions.counts"), anchor=False)
        cards.readings(found)
        st.caption(t("questions.told"))
        st.caption(t("site.as_of", day=numerals.day(cached.release().as_of)))
        notes.how(found[0].metric)
    elif here is not None:
        st.subheader(t("questions.counts"), anchor=False)
        _in_tens(here)


def _in_tens(here: Doubts) -> None:
    few, told = t("questions.few", n=ROUND), []
    for name in NUMBERS:
        number = getattr(here, name)
        said = few if number is None else t("questions.least", n=numerals.count(number))
        told.append(Card(t(f"questions.{name}", n=here.within), said))
    cards.draw(told)
    st.caption(t("questions.as_of", day=here.day))
