"""Forms that begin an action or move one on. Who may do what is decided in data access."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import streamlit as st

import cities
from cities.clock import end_of
from cities.supervision import Basis, rules
from components import session
from components.session import t
from data_access.supervision import actions
from data_access.supervision.actions import BadMove, Outdated
from data_access.supervision.database import engine
from data_access.supervision.ledger import Action
from data_access.supervision.moves import BEGIN, MOVES, Move, open_to
from data_access.supervision.viewer import Refused, Viewer
from supervision.tables import action_name, local

SAID = "said"  # what the last form has to tell once the page is drawn anew


def tell() -> None:
    """What the last form did; what was typed there has been entered and is cleared."""
    said, words = st.session_state.pop(SAID, ("", ""))
    if said:
        st.success(said)
    if words:
        st.session_state.pop(words, None)


def seen(name: str, now: Mapping[int, int]) -> dict[int, int]:
    """The versions that the page showed when it was last drawn: what a form sent now answers.

    Sending a form runs the page anew, which by then may have read more than the sender did.
    """
    before: Mapping[int, int] = st.session_state.get(name, {})
    st.session_state[name] = dict(now)
    return {key: before.get(key, version) for key, version in now.items()}


def may_begin(viewer: Viewer) -> bool:
    """Whether the viewer's city has actions, and the viewer may begin them."""
    return rules(viewer.city) is not None and viewer.has(*MOVES[BEGIN].roles)


def begin(viewer: Viewer, numbers: Sequence[str], kind: str = "") -> None:
    """Begin an action about some cases; for those who may."""
    told = rules(viewer.city)
    if told is None or not may_begin(viewer):
        return
    kinds = list(told.steps)
    key = f"begin_{kind}"
    st.session_state.setdefault(key, kind or kinds[0])
    step = told.steps[
        st.selectbox(
            t("act.kind"), kinds, key=key, width=290,
            format_func=lambda name: action_name(viewer, name),
        )
    ]  # fmt: skip
    language = session.language()
    st.caption(step.about[language])
    st.caption(t("act.basis", text=basis(step.basis, language)))
    if step.lawyer_check:
        st.caption(t("act.lawyer"))
    with st.form("begin", border=False):
        words = st.text_area(t("act.words"), max_chars=actions.LONGEST, key="begin_words")
        due = _day(viewer, actions.reply_by(viewer, step.kind), f"begin_due_{step.kind}")
        label = t("act.begin", n=len(numbers), kind=step.name[language])
        if st.form_submit_button(label, disabled=not numbers, type="primary") and numbers:
            _try(
                lambda: actions.begin(viewer, engine(), numbers, step.kind, words, due),
                t("act.begun", n=len(numbers), kind=step.name[language]),
                "begin_words",
                viewer,
            )


def move(viewer: Viewer, action: Action) -> None:
    """Move an action on, by one of the moves that are open to the viewer."""
    moves = {found.name: found for found in open_to(viewer, action.state)}
    if not moves:
        return
    key = f"move_{action.id}"
    version = seen(f"{key}_seen", {action.id: action.version})[action.id]
    name = st.selectbox(
        t("act.move"), list(moves), key=key, width=290,
        format_func=lambda name: t(f"move.{name}"),
    )  # fmt: skip
    with st.form(f"{key}_form", border=False, clear_on_submit=False):
        words = st.text_area(t(f"act.words_{name}"), max_chars=actions.LONGEST, key=f"{key}_words")
        due = _due(viewer, action, moves[name], key)
        if st.form_submit_button(t(f"move.{name}")):
            _try(
                lambda: actions.add(viewer, engine(), action.id, name, words, version, due),
                t("act.moved", move=t(f"move.{name}")), f"{key}_words", viewer,
            )  # fmt: skip


def _due(viewer: Viewer, action: Action, chosen: Move, key: str) -> datetime | None:
    if not chosen.due:
        return None
    return _day(viewer, actions.reply_by(viewer, action.kind), f"{key}_due")


def _day(viewer: Viewer, proposed: datetime, key: str) -> datetime:
    """The day by which a reply is wanted: its end, in the city's zone."""
    zone = cities.profile(viewer.city).zone
    day = st.date_input(
        t("act.due"), proposed.astimezone(zone).date(), key=key, format="YYYY-MM-DD", width=290,
        min_value=datetime.now(zone).date(),
    )  # fmt: skip
    return end_of(day, zone)


def basis(rules_of: Sequence[Basis], language: str) -> str:
    between = "；" if language == "zh" else "; "
    return between.join(
        t("act.reference" if rule.reference else "act.rule", text=rule.words[language])
        for rule in rules_of
    )


def _try(deed: Callable[[], object], said: str, words: str, viewer: Viewer) -> None:
    """Do it and draw the page anew, or say in plain words why not; what was typed stays."""
    try:
        deed()
    except Outdated as error:
        newest = error.now.last
        when = local(viewer, newest.at)
        st.error(t("act.outdated", who=newest.shown, move=t(f"move.{newest.move}"), at=when))
    except BadMove:
        st.error(t("act.bad"))
    except Refused:
        st.error(t("act.refused"))
    else:
        st.session_state[SAID] = said, words
        st.rerun()
