"""Who is looking at this run of a page: asked of the database each time, never remembered.

The cookie is the one that the browser sent when it opened this tab's socket. After a logout it
opens nothing any more, so an open tab loses access at its next rerun. No header says who one is.
"""

import streamlit as st

from data_access.supervision import sessions
from data_access.supervision.database import engine
from data_access.supervision.viewer import Refused, Viewer
from supervision import access
from supervision.web import cookies, place


def found() -> Viewer | None:
    """Who looks, if anybody who is logged in."""
    held: object = st.context.cookies.get(place.cookie(cookies.SESSION))
    # Streamlit's test harness has something else than a text there.
    return sessions.viewer(engine(), held) if isinstance(held, str) else None


def viewer(page: str) -> Viewer:
    """Who looks at this page: the first line of every restricted one. Refused if it is not theirs.

    Call it again in every fragment: those run without the page around them.
    """
    looking = found()
    if looking is None or not access.may_open(looking, page):
        raise Refused(f"{page} is not for {looking.name if looking else 'anybody'}")
    return looking
