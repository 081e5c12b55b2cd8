"""How fresh the figures are, and a notice once a newer release should have come out."""

import streamlit as st

from components import cached, session
from components.session import t
from metrics import freshness, numerals


def line() -> None:
    """As of which day, how long ago, and which release; above it, if need be, that it is stale."""
    release, now = cached.release(), session.today()
    age = freshness.age(release, now)
    if freshness.stale(release, now):
        st.warning(t("page.overview.stale", day=numerals.day(release.as_of), age=age))
    published = numerals.day(release.published_at.astimezone(session.city().zone).date())
    st.caption(
        t(
            "page.overview.fresh", day=numerals.day(release.as_of), age=age,
            published=published, release=release.id,
        )
    )  # fmt: skip
