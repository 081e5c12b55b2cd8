"""The frame with the restricted pages in it: whole for those they are for, an empty door else."""

from functools import partial

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from components import frame, session, sitemap
from components.frame import Restricted
from components.session import t
from data_access.supervision import moment
from data_access.supervision.database import engine
from data_access.supervision.viewer import Viewer
from supervision import access
from supervision import session as visit


def run() -> None:
    """Draw the frame, with what this visitor may open."""
    session.begin()
    viewer = visit.found()
    pages = {page.id: _page(page, viewer) for page in sitemap.restricted()}
    if not sitemap.served():  # Streamlit needs a page at /, though nobody is sent there
        pages[""] = st.Page(partial(_door, True), title=t("login.site"), default=True)
    frame.run(
        Restricted(
            pages=pages,
            menu=tuple(page.id for page in access.pages(viewer) if page.menu),
            account=_account(viewer),
            synthetic=viewer is not None and _synthetic(viewer),
        )
    )


def _page(page: sitemap.Page, viewer: Viewer | None) -> StreamlitPage:
    """The page itself, or a door in its place: its file is not even known to this visitor's run."""
    if access.may_open(viewer, page.id):
        return st.Page(page.file, title=t(f"page.{page.id}.title"), url_path=page.id)
    return st.Page(partial(_door, viewer is not None), title=t("login.needed"), url_path=page.id)


def _door(known: bool) -> None:
    """What stands where a page is not for this visitor."""
    st.title(t("login.needed"), anchor=False)
    st.info(t("login.not_yours" if known else "login.first"))
    if not known:
        st.html(f'<a href="/login?lang={session.language()}">{t("login.title")}</a>')


def _synthetic(viewer: Viewer) -> bool:
    """Whether the case database holds made-up cases, which it may before anything is published."""
    with engine().connect() as connection:
        return moment.synthetic(connection, viewer.city)


def _account(viewer: Viewer | None) -> tuple[str, str]:
    """Words and address of the link to one's account, or to the login."""
    if viewer is None:
        return t("login.title"), session.link("/login")
    return viewer.shown, session.link("/account")
