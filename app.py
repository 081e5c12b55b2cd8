"""Sunline: the ASGI application (`uvicorn app:app`) and the router of its pages, in one file.

Imported, it is the application; run by Streamlit for a visitor, it draws the frame and the page.
"""

import streamlit as st

if __name__ == "__main__":
    from components import frame

    frame.run()
else:
    from streamlit.runtime.pages_manager import PagesManager

    from components import charts  # noqa: F401 - loaded before the first visitor comes
    from components.sitemap import served
    from web.application import MIDDLEWARE, lifespan, routes

    # A cold deep link must not bypass this file: see docs/decisions.md.
    PagesManager.uses_pages_directory = False
    app = st.App(__file__, routes=routes(served()), middleware=MIDDLEWARE, lifespan=lifespan)
