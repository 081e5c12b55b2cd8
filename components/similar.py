"""Cases like the reader's: how those of one kind ended, and texts that people cleared of them."""

import pandas as pd
import streamlit as st

from components import blocks, cached, filters, session, tables, told_outcomes, words
from components.session import t
from data_access import similar
from data_access.outcomes import DAYS
from data_access.published import Release
from metrics import numerals
from metrics.measure import Figure
from metrics.shares import share


def section() -> None:
    """Let the reader choose a kind; its cases by outcome and by days, and some texts."""
    st.header(t("similar.title"), anchor="similar")
    st.markdown(t("similar.how"))
    category = filters.narrow("category")
    if category is not None:
        blocks.show(_told, category)


def _told(category: str) -> None:
    here = cached.release()
    ended = _counts(here, category, "outcome")
    if not ended:
        st.info(t("similar.none"))
        return
    st.markdown(t("similar.total", n=numerals.count(sum(ended.values()))))
    left, right = st.columns(2)
    with left:
        _table("outcome", ended)
    with right:
        days = _counts(here, category, "days")
        _table("days", {key: days[key] for key in sorted(days, key=_place)})
    st.caption(t("similar.basis"))
    told_outcomes.examples({"category": category}, told_outcomes.EXAMPLES)


@cached.kept(500)
def _counts(here: Release, category: str, by: str) -> dict[str, int]:
    return similar.counts(here, category, by)


def _place(days: str) -> int:
    return DAYS.index(days) if days in DAYS else len(DAYS)


def _table(by: str, counted: dict[str, int]) -> None:
    """Each value with its count, share and interval."""
    whole = Figure("", sum(counted.values()), None, None)
    parts = [share(Figure(code, number, None, None), whole) for code, number in counted.items()]
    rows = [
        {
            t(f"similar.{by}"): told_outcomes.became(by, part.key),
            t("table.cases"): numerals.count(counted[part.key]),
            t("page.not_handled.share"): words.note(session.language(), part)
            or numerals.value(part),
            t("units.column.interval"): tables.interval(part),
        }
        for part in parts
    ]
    st.table(pd.DataFrame(rows), hide_index=True, border="horizontal")
