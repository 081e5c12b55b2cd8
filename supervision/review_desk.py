"""The desk at which texts for the public are read, mended, handed in, approved or refused."""

import difflib
import html
from collections.abc import Callable

import streamlit as st

from components import session
from components.session import t
from data_access.supervision import picks, reviews
from data_access.supervision.approved import APPROVED, SUBMITTED
from data_access.supervision.database import engine
from data_access.supervision.reviews import MOVES, BadReview, Outdated, Text
from data_access.supervision.viewer import Refused, Role, Viewer
from metrics import numerals
from pipeline.doubtful import doubtful
from supervision.act import SAID
from supervision.tables import local

STATES = (SUBMITTED, reviews.DRAFTED, reviews.REFUSED, APPROVED, reviews.WITHDRAWN)
MOST = 20  # texts in the list at once
TAKEN = "background:rgba(200,60,60,.22);text-decoration:line-through"
PUT = "background:rgba(60,130,200,.25)"


def queue(viewer: Viewer) -> int | None:
    """The texts in one state, the riskiest first; the id of the one that was chosen.

    A link may name one text; then there is nothing to choose but the way back to all.
    """
    named = st.query_params.get("review", "")
    if named.isdecimal():
        st.button(t("reviews.back"), on_click=session.drop, args=("review",))
        return int(named)
    state = st.segmented_control(
        t("reviews.state"), STATES, default=session.asked("state", list(STATES), STATES[0]),
        format_func=lambda name: t(f"reviews.state_{name}"), key="reviews_state",
    )  # fmt: skip
    if state is None:
        return None
    with engine().connect() as connection:
        found, total = reviews.queue(viewer, connection, state, MOST)
    st.caption(t("reviews.waiting", n=numerals.count(total), shown=len(found)))
    if not found:
        st.info(t("reviews.nothing"))
        return None
    texts = {one.id: one for one in found}
    return st.selectbox(
        t("reviews.choose"), list(texts), format_func=lambda key: _label(texts[key]),
        key=f"reviews_{state}",
    )  # fmt: skip


def _label(one: Text) -> str:
    """Each its own, by the number: Streamlit tells options apart by what they are called."""
    begun = one.text[:40] + ("…" if len(one.text) > 40 else "")
    return t(
        "reviews.label",
        number=one.number,
        risk=one.risk,
        kind=t(f"reviews.kind_{one.kind}"),
        text=begun,
    )


def one(viewer: Viewer, review: int) -> None:
    """A text beside the reply that it was drafted from, and what the viewer may do with it."""
    found, original = reviews.one(viewer, engine(), review)
    st.caption(
        t(
            "reviews.last", number=found.number, who=found.shown, at=local(viewer, found.at),
            state=t(f"reviews.state_{found.state}"),
        )
    )  # fmt: skip
    st.markdown(f"[{t('reviews.link')}](/reviews?review={found.id})")
    if found.words:
        st.text(t("reviews.because", words=found.words))
    left, right = st.columns(2)
    with left:
        st.subheader(t("reviews.original"), anchor=False)
        st.html(_marked(original, found.text, "delete", TAKEN))
    with right:
        st.subheader(t("reviews.public"), anchor=False)
        st.html(_marked(found.text, original, "insert", PUT))
    for doubt in doubtful(found.text):
        st.warning(t(f"reviews.doubt_{doubt}"))
    _moves(viewer, found)
    _pick(viewer, found)


def _marked(text: str, other: str, kind: str, style: str) -> str:
    """A text with what the other lacks marked; it is escaped, so nothing in it is markup."""
    old, new = (text, other) if kind == "delete" else (other, text)
    parts = []
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for tag, start, end, begin, stop in matcher.get_opcodes():
        piece = html.escape(old[start:end] if kind == "delete" else new[begin:stop])
        changed = tag != "equal" and piece
        parts.append(f'<mark style="color:inherit;{style}">{piece}</mark>' if changed else piece)
    return f'<p style="line-height:1.9;white-space:pre-wrap">{"".join(parts)}</p>'


def _moves(viewer: Viewer, found: Text) -> None:
    """One form for each move that the state and the viewer's roles allow."""
    open_to = [
        name for name, move in MOVES.items()
        if found.state in move.states and viewer.has(*move.roles)
    ]  # fmt: skip
    for name in open_to:
        with st.form(f"{name}_{found.id}"):
            text, words = found.text, ""
            if MOVES[name].text:
                text = st.text_area(t("reviews.edit"), found.text, max_chars=2_000)
            if MOVES[name].words:
                words = st.text_input(t("reviews.why"), max_chars=200)
            if st.form_submit_button(
                t(f"reviews.{name}"), type="primary" if name != "refuse" else "secondary",
                shortcut="Ctrl+Enter" if name == open_to[0] else None,
            ):  # fmt: skip
                _try(
                    lambda name=name, text=text, words=words: reviews.move(  # type: ignore[misc]
                        viewer, engine(), found.id, name, found.version, doubtful, text, words
                    ),
                    t(f"reviews.done_{name}"),
                )


def _pick(viewer: Viewer, found: Text) -> None:
    """Let an editor call an approved text a typical case, or no longer."""
    if found.state != APPROVED or not viewer.has(Role.EDITOR):
        return
    with engine().connect() as connection:
        chosen = not picks.picked(connection, found.id)
    said = "pick" if chosen else "unpick"
    if st.button(t(f"reviews.{said}")):
        _try(lambda: picks.pick(viewer, engine(), found.id, chosen), t(f"reviews.done_{said}"))


def _try(deed: Callable[[], None], said: str) -> None:
    """Do it and draw the page anew, or say in plain words why not."""
    try:
        deed()
    except Outdated:
        st.error(t("reviews.outdated"))
    except BadReview as error:
        st.error(t(f"reviews.bad_{error}"))
    except Refused:
        st.error(t("act.refused"))
    else:
        st.session_state[SAID] = (said, "")
        st.rerun()
