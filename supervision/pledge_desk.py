"""The desk of time-limited solutions: register, tell, move, close; approve what others wrote."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from functools import partial

import streamlit as st

import cities
from components import session
from components.session import t
from data_access.pledges import MOVES as TELLING
from data_access.pledges import PROGRESS, REDATE, REGISTER
from data_access.supervision import pledges
from data_access.supervision.database import engine
from data_access.supervision.doubts import LONGEST
from data_access.supervision.pledges import BadPledge, Outdated, Telling, Wanted
from data_access.supervision.promised import (
    APPROVE,
    APPROVED,
    REFUSE,
    WITHDRAW,
    Entry,
    Pledge,
)
from data_access.supervision.viewer import Refused, Viewer
from pipeline.doubtful import doubtful
from supervision import act
from supervision.questions import unit_name
from supervision.tables import category, local

WIDTH = 290
ANSWERED = "pledges_answered"  # the versions that a form sent now answers
seen = partial(doubtful, days=True)


def found(viewer: Viewer) -> list[Pledge]:
    """All pledges of the viewer's city, whatever was decided of them."""
    with engine().connect() as connection:
        every = pledges.listed(viewer, connection)
    st.session_state[ANSWERED] = act.seen("pledges_seen", {one.id: one.version for one in every})
    return every


def waiting(viewer: Viewer, every: Sequence[Pledge]) -> None:
    """What somebody handed in and nobody has decided on."""
    some = [(pledge, entry) for pledge in every for entry in pledge.waiting]
    st.subheader(t("pledge.waiting", n=len(some)), anchor="waiting")
    if not some:
        st.caption(t("pledge.nothing_waits"))
    for pledge, entry in some:
        with st.container(border=True):
            st.text(t("pledge.label", id=pledge.id, title=pledge.title_zh))
            _entry(viewer, pledge, entry)
            _decide(viewer, pledge, entry)


def one(viewer: Viewer, every: Sequence[Pledge]) -> None:
    """One pledge, whole, with what may be added to it."""
    if not every:
        return
    st.subheader(t("pledge.each", n=len(every)), anchor="each")
    by_id = {pledge.id: pledge for pledge in every}
    chosen = by_id[
        st.selectbox(
            t("pledge.choose"), list(reversed(by_id)), key="pledge",
            format_func=lambda key: t("pledge.label", id=key, title=by_id[key].title_zh),
        )
    ]  # fmt: skip
    with st.container(border=True):
        _about(viewer, chosen)
        for entry in chosen.entries:
            _entry(viewer, chosen, entry)
        for entry in chosen.entries:
            if entry.move in TELLING and chosen.state(entry) == APPROVED:
                with st.expander(t("pledge.withdraw_one", move=_move(entry), day=entry.day)):
                    _form(viewer, chosen, entry, WITHDRAW)
    _tell(viewer, chosen)


def _about(viewer: Viewer, pledge: Pledge) -> None:
    place = unit_name(viewer, pledge.area) if pledge.area else t("outcomes.whole_city")
    units = t("units.and").join(unit_name(viewer, code) for code in pledge.units)
    st.text(t("pledge.about", category=category(viewer, pledge.category), area=place, units=units))
    st.text(t("pledge.deadlines", first=pledge.first, now=pledge.deadline))


def _entry(viewer: Viewer, pledge: Pledge, entry: Entry) -> None:
    """One entry: who, when, what it says, and what was decided of it."""
    head = {"at": local(viewer, entry.at), "who": entry.shown, "move": _move(entry)}
    if entry.of is not None:
        st.caption(t("pledge.decided", of=entry.of, **head))
    else:
        state = t(f"pledge.state_{pledge.state(entry)}")
        st.text(t("pledge.entry", seq=entry.seq, day=entry.day, state=state, **head))
        if entry.move == REGISTER:
            st.text(t("pledges.why", text=pledge.why))
        if entry.deadline is not None:
            st.text(t("pledge.sets", day=entry.deadline))
    for text in filter(None, (entry.text, entry.words)):
        st.text(t("ledger.words", words=text))


def _move(entry: Entry) -> str:
    return t(f"pledge.move_{entry.move}")


def _decide(viewer: Viewer, pledge: Pledge, entry: Entry) -> None:
    """Approve, for those who may and did not write it; refuse, with a reason."""
    for text in pledges.texts(pledge, entry):
        for doubt in seen(text):
            st.warning(t(f"reviews.doubt_{doubt}"))
    if viewer.has(*pledges.DECIDERS) and entry.actor != viewer.name:
        if st.button(t("pledge.approve"), key=f"approve_{pledge.id}_{entry.seq}", type="primary"):
            _try(partial(_decided, viewer, pledge, entry, APPROVE), t("pledge.done_approve"))
    else:
        st.caption(t("pledge.needs_another"))
    with st.expander(t("pledge.refuse")):
        _form(viewer, pledge, entry, REFUSE)


def _form(viewer: Viewer, pledge: Pledge, entry: Entry, move: str) -> None:
    with st.form(f"{move}_{pledge.id}_{entry.seq}", border=False):
        words = st.text_input(t("reviews.why"), max_chars=200)
        if st.form_submit_button(t(f"pledge.{move}")):
            _try(partial(_decided, viewer, pledge, entry, move, words), t(f"pledge.done_{move}"))


def _decided(viewer: Viewer, pledge: Pledge, entry: Entry, move: str, words: str = "") -> None:
    pledges.decide(
        viewer, engine(), pledge.id, move, entry.seq, _version(pledge), seen, words
    )  # fmt: skip


def _version(pledge: Pledge) -> int:
    answered: dict[int, int] = st.session_state[ANSWERED]
    return answered[pledge.id]


def _tell(viewer: Viewer, pledge: Pledge) -> None:
    """The form that hands in progress, another deadline, or the end."""
    if not viewer.has(*pledges.WRITERS) or not pledge.public or pledge.closed:
        return
    key, today = f"tell_{pledge.id}", _today(viewer)
    move = st.selectbox(
        t("pledge.tell"), pledges.MOVES, key=key, width=WIDTH,
        format_func=lambda name: t(f"pledge.move_{name}"),
    )  # fmt: skip
    with st.form(f"{key}_form", border=True):
        text = st.text_area(t(f"pledge.text_{move}"), max_chars=LONGEST, key=f"{key}_{move}_text")
        deadline, day = None, today
        if move == REDATE:
            st.caption(t("pledge.redate_about"))
            deadline = _day("new_deadline", max(today, pledge.deadline), f"{key}_deadline")
        else:
            label = "day" if move == PROGRESS else "closed_on"
            day = _day(label, today, f"{key}_{move}_day", pledge.registered_on)
        if st.form_submit_button(t("pledge.hand_in"), type="primary"):
            telling = Telling(move, text, day, deadline)
            _try(
                lambda: pledges.tell(viewer, engine(), pledge.id, telling, _version(pledge), seen),
                t("pledge.done_tell"),
            )


def new(viewer: Viewer) -> None:
    """The form that registers a pledge; for those who may write."""
    if not viewer.has(*pledges.WRITERS):
        return
    city, language = cities.profile(viewer.city), session.language()
    areas = ["", *(unit.code for unit in city.units if unit.peer_group == "area")]
    with st.expander(t("pledge.new")), st.form("register", border=False):
        title_zh = st.text_input(t("pledge.title_zh"), max_chars=pledges.LONGEST_TITLE)
        title_en = st.text_input(t("pledge.title_en"), max_chars=pledges.LONGEST_TITLE)
        kind = st.selectbox(
            t("overdue.filter.category"), list(city.categories),
            format_func=lambda code: city.categories[code][language],
        )  # fmt: skip
        area = st.selectbox(
            t("overdue.filter.area"), areas,
            format_func=lambda c: unit_name(viewer, c) if c else t("outcomes.whole_city"),
        )  # fmt: skip
        units = st.multiselect(
            t("pledge.units"), [unit.code for unit in city.units],
            format_func=lambda code: unit_name(viewer, code), placeholder=t("pledge.some_units"),
        )  # fmt: skip
        why = st.text_area(t("pledge.why"), max_chars=LONGEST)
        registered = _day("registered_on", _today(viewer), "registered_on")
        deadline = _day("deadline", _today(viewer) + timedelta(days=90), "deadline")
        if st.form_submit_button(t("pledge.hand_in"), type="primary"):
            wanted = Wanted(title_zh.strip(), title_en.strip(), kind, area, tuple(units),
                            why.strip(), registered, deadline)  # fmt: skip
            _try(
                lambda: pledges.register(viewer, engine(), wanted, seen), t("pledge.done_register")
            )


def _today(viewer: Viewer) -> date:
    return datetime.now(cities.profile(viewer.city).zone).date()


def _day(label: str, proposed: date, key: str, first: date | None = None) -> date:
    return st.date_input(
        t(f"pledge.{label}"), proposed, key=key, format="YYYY-MM-DD", width=WIDTH, min_value=first
    )


def _try(deed: Callable[[], object], said: str) -> None:
    """Do it and draw the page anew, or say in plain words why not; what was typed stays."""
    try:
        deed()
    except Outdated as error:
        newest = error.now.entries[-1]
        st.error(t("pledge.outdated", who=newest.shown, move=_move(newest)))
    except BadPledge as error:
        st.error(t(f"pledge.bad_{error}"))
    except Refused:
        st.error(t("act.refused"))
    else:
        st.session_state[act.SAID] = (said, "")
        st.rerun()
