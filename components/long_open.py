"""Cases that wait for long: at which step, why, until when, and how often that was moved."""

import pandas as pd
import streamlit as st

from components import cached, filters, reasons, session, words
from components.session import t
from data_access import long_open
from data_access.long_open import MERGED, PASSED, UNTOLD, Group
from data_access.published import Release
from metrics import numerals


def section() -> None:
    """The groups as a table, or that there is none large enough to be told."""
    here = cached.release()
    groups = _read(cached.release())
    st.subheader(t("long_open.title"), anchor="long_open")
    if not groups:
        st.info(t("long_open.none"))
        return
    st.caption(t("long_open.hint", day=numerals.day(here.as_of)))
    st.table(pd.DataFrame([_row(one) for one in groups]), hide_index=True, border="horizontal")


@cached.kept(8)
def _read(here: Release) -> list[Group]:
    return long_open.read(here)


def _row(one: Group) -> dict[str, str]:
    return {
        t(f"long_open.{name}"): t("long_open.merged") if code == MERGED else _called(name, code)
        for name, code in one._asdict().items()
        if name != "at_least"
    } | {t("long_open.at_least"): t("long_open.cases", n=numerals.count(one.at_least))}


def _called(name: str, code: str) -> str:
    if name == "category":
        return filters.called(name, code)
    if name == "step":
        return t(f"long_open.step_{code}")
    if name == "reason_code":
        return reasons.name(code) if code else t("long_open.never")
    if name == "moved":
        return t("long_open.times", n=code)
    named = {PASSED: "long_open.passed", UNTOLD: "long_open.no_deadline"}
    return t(named[code]) if code in named else words.period(session.language(), code)
