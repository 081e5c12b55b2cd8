"""Sunline: the ASGI application (`uvicorn app:app`) and the router of its pages, in one file.

Imported, it is the application; run by Streamlit for a visitor, it draws the frame and the page.
Where SITE is `public`, nothing of the supervision plane is even loaded.
"""

import streamlit as st

from components import late, sitemap

if __name__ == "__main__":
    if sitemap.restricted():
        from supervision import frame

        frame.run()
    else:
        from components import frame as public_frame

        public_frame.run()
else:
    import altair  # noqa: F401 - loaded before the first visitor comes, as is pydeck
    import pydeck  # noqa: F401
    from streamlit.runtime.pages_manager import PagesManager

    from web import charts
    from web.application import MIDDLEWARE, lifespan, routes
    from web.kit import routes as kits

    # A cold deep link must not bypass this file: see docs/decisions.md.
    PagesManager.uses_pages_directory = False
    all_routes, middleware = routes(sitemap.served()), list(MIDDLEWARE)
    if sitemap.served():
        all_routes += [*charts.routes(late.sheet), *kits.routes(late.sheets)]
    if sitemap.restricted():
        from supervision.web import application as supervision

        all_routes += supervision.routes()
        middleware += supervision.middleware()
    app = st.App(__file__, routes=all_routes, middleware=middleware, lifespan=lifespan)
