"""Filters: each widget mirrors the URL, its options read from the release."""

import streamlit as st

from components import cached, session, words
from components.session import t
from data_access.published import Scope


def period(metric: str, by: str) -> Scope | None:
    """Let the reader choose a closed period; None where no period is published yet."""
    published = cached.periods(metric, by)
    if not published:
        return None
    st.session_state["period"] = session.asked("period", list(published), next(iter(published)))
    chosen = st.selectbox(
        t("period.label"), list(published), key="period", on_change=_to_url, args=("period",),
        format_func=lambda label: words.period(session.language(), label), width=240,
    )  # fmt: skip
    return Scope(grain=published[chosen], period=chosen)


def _to_url(name: str) -> None:
    """A choice goes into the URL, from which the next rerun reads it back."""
    st.query_params[name] = st.session_state[name]
