"""The search of published outcomes: what the reader asks for, and each text under its keys."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil

import streamlit as st

from components import cached, filters, reasons, session, tables, words
from components.session import t
from data_access import outcomes
from data_access.outcomes import FACETS, WITHHELD, Outcome
from data_access.published import ALL, NONE, Release
from data_access.questions import Answer
from metrics import numerals

AT_ONCE, EXAMPLES, TYPICAL = 10, 2, 5
LONGEST = 40  # characters of a question
# How many texts have each value of a facet, of those with some words and facets.
Counts = Callable[[str, tuple[tuple[str, str], ...], str], list[tuple[str, int]]]


@dataclass(frozen=True)
class Asked:
    """Words, choices and the page of results, from 1."""

    words: str
    facets: tuple[tuple[str, str], ...]
    page: int

    @property
    def narrowed(self) -> bool:
        return bool(self.words or self.facets)


def asked() -> Asked:
    """Let the reader ask for outcomes; all of it is in the URL."""
    return ask(FACETS, _counts)


def ask(names: Sequence[str], counts: Counts) -> Asked:
    """Let the reader ask by words and some facets, each choice with how many texts it has."""
    said = st.query_params.get("q", "")[:LONGEST]
    st.session_state["q"] = said
    st.text_input(
        t("outcomes.search"), key="q", max_chars=LONGEST, on_change=_to_url,
        placeholder=t("outcomes.example"),
    )  # fmt: skip
    facets: dict[str, str] = {}
    with st.container(horizontal=True):
        for name in names:
            if (chosen := _facet(name, said, facets, counts)) != ALL:
                facets[name] = chosen
    number = st.query_params.get("page", "1")
    page = int(number) if number.isdecimal() and 0 < int(number) < 10_000 else 1
    return Asked(said, tuple(facets.items()), page)


def _to_url() -> None:
    st.query_params["q"] = st.session_state["q"]
    st.query_params.pop("page", None)


def _facet(name: str, said: str, facets: dict[str, str], counts: Counts) -> str:
    counted = dict(counts(said, tuple(facets.items()), name))
    return filters.choose(
        name, [ALL, *counted],
        lambda code: _option(name, code, counted.get(code)),
    )  # fmt: skip


def _option(name: str, code: str, number: int | None) -> str:
    if code == ALL or number is None:
        return t("outcomes.any")
    return t("outcomes.option", name=_called(name, code), n=numerals.count(number))


def found(asked: Asked) -> tuple[list[Outcome], int]:
    """A page of what was found, and how many there are in all."""
    return _search(cached.release(), asked)


@cached.kept(2_000)
def _search(here: Release, asked: Asked) -> tuple[list[Outcome], int]:
    skip = (asked.page - 1) * AT_ONCE
    return outcomes.search(here, asked.words, dict(asked.facets), AT_ONCE, skip)


def _counts(said: str, facets: tuple[tuple[str, str], ...], by: str) -> list[tuple[str, int]]:
    return _counted(cached.release(), said, facets, by)


@cached.kept(2_000)
def _counted(
    here: Release, said: str, facets: tuple[tuple[str, str], ...], by: str
) -> list[tuple[str, int]]:
    return outcomes.counts(here, said, dict(facets), by)


def keys(one: Outcome | Answer) -> str:
    """When, where and what a text is about, as far as it is told."""
    told = (("area", one.area), ("category", one.category), ("unit", one.unit))
    said = [_called(name, value) for name, value in told if value != WITHHELD]
    return " · ".join([words.period(session.language(), one.when), *said])


def card(one: Outcome) -> None:
    """One text under its keys. It came from people, so it is shown as text and nothing else."""
    with st.container(border=True):
        st.caption(keys(one))
        st.text(one.text)
        said = [became("outcome", one.outcome), became("days", one.days)]
        st.caption(" · ".join([*said, became("satisfaction", one.satisfaction)]))


def became(by: str, code: str) -> str:
    """An outcome or a class of days in words."""
    return words.became(session.language(), by, code)


def typical() -> None:
    """The newest of those that editors put before the others, if there is one."""
    if some := _typical(cached.release()):
        st.subheader(t("outcomes.typical"), anchor="typical")
        for one in some:
            card(one)
        st.subheader(t("outcomes.others"), anchor=False)


@cached.kept(8)
def _typical(here: Release) -> list[Outcome]:
    return outcomes.search(here, "", {"typical": outcomes.YES}, TYPICAL)[0]


def explained(reason_code: str) -> None:
    """What single callers were told for a reason, as far as it was cleared."""
    examples({"kind": "explanation", "reason_code": reason_code}, EXAMPLES)


def examples(facets: Mapping[str, str], most: int) -> None:
    """Some cleared texts of a kind, and the way to all of them; nothing where there is none."""
    found_here, total = found(Asked("", tuple(facets.items()), 1))
    for one in found_here[:most]:
        card(one)
    if total:
        said, where = t("outcomes.all", n=numerals.count(total)), session.to("outcomes", **facets)
        st.html(f'<a style="{tables.LINK}" href="{escape(where)}">{escape(said)}</a>')


def _called(name: str, code: str) -> str:
    if code == WITHHELD:
        return t("outcomes.whole_city")
    if name == "outcome":
        return became(name, code)
    if name == "kind":
        return t(f"outcomes.kind_{code}")
    if name == "reason_code":
        return reasons.name(code or NONE)
    return filters.called(name, code)


def turn(asked: Asked, total: int) -> None:
    """Links to the pages of results."""
    last = ceil(total / AT_ONCE)
    if last > 1:
        with st.container(horizontal=True):
            for page, label in ((asked.page - 1, "before"), (asked.page + 1, "after")):
                if 1 <= page <= last:
                    st.button(t(f"outcomes.{label}"), on_click=_turn, args=(page,))
            st.caption(t("outcomes.page", page=asked.page, last=last))


def _turn(page: int) -> None:
    st.query_params["page"] = str(page)
