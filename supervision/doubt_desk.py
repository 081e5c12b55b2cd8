"""The desk at which callers' doubts are read and answered, and those told by phone entered."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pandas as pd
import streamlit as st

import cities.divisions
from components import cards, session
from components.cards import Card
from components.session import t
from data_access.supervision import answering, raised
from data_access.supervision.audit import Did, record
from data_access.supervision.database import engine
from data_access.supervision.raised import Raised, Words
from data_access.supervision.reviews import BadReview
from data_access.supervision.viewer import Refused, Viewer
from metrics import numerals
from pipeline.doubtful import coarser, doubtful
from pipeline.redact import redact
from supervision import tables
from supervision.act import SAID
from supervision.questions import unit_name

WHICH = ("open", "answered")
MOST = 200  # doubts in the list at once
NUMBER = "number"  # of the case, in the address


def counted(viewer: Viewer) -> None:
    """How many doubts are open and answered, and the age of the oldest, as of today."""
    now = datetime.now(UTC)
    with engine().connect() as connection:
        found = raised.counts(viewer, connection, now)
    st.caption(t("doubts.as_of", day=tables.local(viewer, now, tables.DAYS)))
    told = {
        "open": numerals.count(found.open), "answered": numerals.count(found.answered),
        "oldest": t("doubts.days", n=found.oldest) if found.open else "–",
    }  # fmt: skip
    cards.draw([Card(t(f"doubts.{name}"), value) for name, value in told.items()])


def chosen(viewer: Viewer) -> str | None:
    """The doubts that are open or answered, and the case number of the one to be read."""
    which = st.segmented_control(
        t("doubts.which"), WHICH, default=session.asked("which", list(WHICH), WHICH[0]),
        format_func=lambda name: t(f"doubts.{name}"), key="doubts_which",
    )  # fmt: skip
    if which is None:
        return None
    with engine().begin() as connection:
        record(connection, viewer, Did.SAW, "doubts", which=which)
        found = raised.listed(viewer, connection, datetime.now(UTC), which == WHICH[1], MOST)
    if not found:
        st.info(t(f"doubts.none_{which}"))
        return None
    st.dataframe(
        pd.DataFrame([_row(viewer, one) for one in found]), hide_index=True,
        column_config={t("overdue.column.number"): tables.number_column()},
    )  # fmt: skip
    numbers = [one.number for one in found]
    asked = st.query_params.get(NUMBER, "")
    return st.selectbox(
        t("doubts.choose"), numbers, index=numbers.index(asked) if asked in numbers else 0,
        key=f"doubts_{which}",
    )  # fmt: skip


def _row(viewer: Viewer, one: Raised) -> dict[str, str]:
    return {
        t("doubts.age"): t("doubts.days", n=one.days),
        t("overdue.column.number"): tables.link(one.number),
        t("overdue.column.unit"): unit_name(viewer, one.unit) or "–",
        t("overdue.column.category"): tables.category(viewer, one.category),
        t("doubts.first"): tables.local(viewer, one.first, tables.DAYS),
        t("doubts.state"): t(f"doubts.state_{_state(one)}"),
    }


def _state(one: Raised) -> str:
    if not one.public:
        return "told" if one.answered_at else "private"
    return "again" if one.review == "approved" and not one.answered_at else one.review or "none"


def one(viewer: Viewer, number: str) -> None:
    """A doubt with what was said of it, the caller's rating, and the form to answer."""
    found, words, rating = raised.one(viewer, engine(), number, datetime.now(UTC))
    st.subheader(t("doubts.about", number=number), anchor=False)
    for said in words:
        _said(viewer, said)
    _rating(viewer, rating)
    st.markdown(f"[{t('doubts.case')}]({tables.link(number)})")
    with st.form(f"answer_{number}"):
        kind = "answer" if found.public else "alone"
        st.caption(t(f"doubts.{kind}_about"))
        text = st.text_area(t(f"doubts.{kind}"), max_chars=answering.LONGEST)
        if st.form_submit_button(t(f"doubts.do_{kind}"), type="primary"):
            deed = _answer if found.public else answering.alone
            _try(lambda: deed(viewer, engine(), number, text), f"doubts.done_{kind}")


def rated(viewer: Viewer, number: str) -> None:
    """The caller's rating, for the page of a case."""
    with engine().connect() as connection:
        _rating(viewer, raised.rating(viewer, connection, number))


def by_phone(viewer: Viewer) -> None:
    """Enter a doubt that a caller has told staff."""
    with st.expander(t("doubts.phone")), st.form("by_phone", border=False):
        st.caption(t("doubts.phone_about"))
        number = st.text_input(t("doubts.number"), max_chars=64)
        text = st.text_area(t("doubts.words"), max_chars=answering.LONGEST)
        if st.form_submit_button(t("doubts.enter")):
            _try(
                lambda: answering.by_phone(viewer, engine(), number.strip(), text),
                "doubts.done_phone",
            )


def _said(viewer: Viewer, said: Words) -> None:
    """Who said it, when and how; people's words are shown as text and nothing else."""
    with st.container(border=True):
        who = said.who or t("doubts.caller")
        how = t(f"doubts.via_{said.via}") if said.via else t(f"doubts.kind_{said.kind}")
        st.caption(t("doubts.said", who=who, how=how, at=tables.local(viewer, said.at)))
        st.text(said.text or t("doubts.hidden"), width="stretch")


def _rating(viewer: Viewer, rating: Mapping[str, Any] | None) -> None:
    if rating is None:
        return
    st.subheader(t("doubts.rating"), anchor=False)
    st.caption(t("doubts.rated_at", at=tables.local(viewer, rating["at"], tables.DAYS)))
    asked = ("contacted", "solved", "satisfied")
    codes = [f"{name}_{rating[name]}" for name in asked]
    codes += [f"reasons_{code}" for code in rating["reasons"]]
    said = t("doubts.between").join(t(f"page.my_case.rate.{code}") for code in codes)
    st.text(said, width="stretch")
    if rating["remark"]:
        st.text(t("doubts.remark", words=rating["remark"]), width="stretch")


def _answer(viewer: Viewer, base: Any, number: str, text: str) -> None:
    def clean(text: str, known: tuple[str, ...]) -> str:
        return coarser(redact(text, known), _towns(viewer.city))

    answering.answer(viewer, base, number, text, clean, doubtful)


@cache
def _towns(city: str) -> list[str]:
    return [town.names["zh"] for town in cities.divisions.towns(city)]


def _try(deed: Callable[[], object], said: str) -> None:
    """Do it and draw the page anew, or say in plain words why not."""
    try:
        deed()
    except BadReview as error:
        st.error(t(f"doubts.bad_{error}"))
    except Refused:
        st.error(t("doubts.not_yours"))
    else:
        st.session_state[SAID] = (t(said), "")
        st.rerun()
