"""Early-warning signals of closed quarters, as the release tells them."""

from collections.abc import Sequence

import streamlit as st

from components import cached, filters, session, tables, words
from components.session import t
from data_access import warnings
from data_access.published import ALL, Release
from data_access.warnings import Signals
from metrics import numerals


@cached.kept(50)
def _read(here: Release) -> list[Signals]:
    return warnings.read(here)


def signals() -> None:
    """A row a quarter: how many there were, of what and where."""
    told = _read(cached.release())
    quarters = sorted({one.period for one in told}, reverse=True)
    st.subheader(_finding(told, quarters), anchor="signals")
    st.markdown(t("page.topics.signals_hint"))
    if not quarters:
        st.info(t("page.topics.signals_unpublished"))
        return
    tables.linked([_row(told, period) for period in quarters], t("page.topics.signals"))
    hidden = sum(one.withheld is not None for one in told if one.period == quarters[0])
    if hidden:
        st.caption(t("page.topics.signals_withheld", n=hidden))
    with st.expander(t("page.topics.signals_how")):
        st.markdown(t("page.topics.signals_text"))


def _finding(told: Sequence[Signals], quarters: Sequence[str]) -> str:
    if not quarters:
        return t("page.topics.signals")
    when = words.when(session.language(), quarters[0])
    number = _whole(told, quarters[0])
    return t(f"page.topics.signals_{'some' if number else 'none'}", when=when, n=number)


def _whole(told: Sequence[Signals], period: str) -> int:
    return next((one.signals or 0 for one in told if (*one[:3],) == (period, ALL, ALL)), 0)


def _row(told: Sequence[Signals], period: str) -> dict[str, str | tables.Link]:
    mine = [one for one in told if one.period == period and one.signals]
    return {
        t("period.label"): words.period(session.language(), period),
        t("page.topics.signals"): numerals.count(_whole(told, period)),
        t("page.topics.kind"): _listed("category", mine),
        t("page.topics.area"): _listed("area", mine),
    }


def _listed(by: str, mine: Sequence[Signals]) -> str:
    """Names with the number behind it, where it is more than one."""
    named = [(getattr(one, by), one.signals or 0) for one in mine if getattr(one, by) != ALL]
    told = [
        filters.called(by, key) + (f" × {number}" if number > 1 else "")
        for key, number in sorted(named, key=lambda one: -one[1])
    ]
    return ("、" if session.language() == "zh" else ", ").join(told) or "–"
