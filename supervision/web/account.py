"""/account and /logout: who one is here, what one may do, where one is logged in."""

from html import escape

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

import cities
from cities import City
from components.locales import text
from components.lookup_form import BUTTON
from data_access.supervision import sessions
from data_access.supervision.database import engine
from data_access.supervision.sessions import Open
from data_access.supervision.viewer import Role, Viewer
from supervision import access
from supervision.web import cookies, login_page, onward
from supervision.web.login import form_page, html, language, typed


def routes() -> list[Route]:
    """The account's page, and the way out."""
    return [
        Route("/account", account, methods=["GET"]),
        Route("/logout", logout, methods=["POST"]),
    ]


def account(request: Request) -> Response:
    """Name, roles, pages and open sessions of whoever asks."""
    viewer, spoken = cookies.viewer(request), language(request)
    if viewer is None:
        return RedirectResponse(onward.login("", lang=request.query_params.get("lang", "")), 303)
    with engine().connect() as connection:
        opened = sessions.opened(connection, viewer.name)
    key = cookies.form_key(cookies.token(request))
    body = _facts(spoken, viewer) + _pages(spoken, viewer) + _sessions(spoken, viewer, opened)
    return html(login_page.page(spoken, viewer.shown, body + _ways_out(spoken, key)))


def _facts(spoken: str, viewer: Viewer) -> str:
    city = cities.profile(viewer.city)
    rows = [(_say(spoken, "city"), escape(city.names[spoken]))]
    for role in sorted(viewer.roles):
        rows.append((_say(spoken, "role"), escape(text(spoken, f"role.{role}"))))
    if viewer.has(Role.DEPARTMENT):
        rows.append((_say(spoken, "units"), escape(_units(spoken, viewer, city))))
    told = "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in rows)
    return f"<dl>{told}</dl>"


def _units(spoken: str, viewer: Viewer, city: City) -> str:
    names = [unit.names[spoken] for unit in city.units if unit.code in viewer.units]
    return text(spoken, "account.and").join(names)


def _pages(spoken: str, viewer: Viewer) -> str:
    links = "".join(
        f'<li><a href="{page.path}?lang={spoken}">'
        f"{escape(text(spoken, f'page.{page.id}.title'))}</a></li>"
        for page in access.pages(viewer)
        if page.menu
    )
    return f"<h2>{_say(spoken, 'pages')}</h2><ul>{links}</ul>" if links else ""


def _sessions(spoken: str, viewer: Viewer, opened: list[Open]) -> str:
    zone = cities.profile(viewer.city).zone
    lines = (
        text(
            spoken, "account.since", at=f"{one.began_at.astimezone(zone):%m-%d %H:%M}",
            seen=f"{one.seen_at.astimezone(zone):%H:%M}",
        )
        for one in opened
    )  # fmt: skip
    listed = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f"<h2>{_say(spoken, 'sessions')}</h2><ul>{listed}</ul>"


def _ways_out(spoken: str, key: str) -> str:
    def way(everywhere: str, style: str) -> str:
        return (
            f'<form method="post" action="/logout?lang={spoken}" '
            'style="display:inline-block;margin:0 1rem 1rem 0">'
            f'<input type="hidden" name="key" value="{key}">'
            f'<input type="hidden" name="everywhere" value="{everywhere}">'
            f'<button type="submit" style="{style}">'
            f"{_say(spoken, 'out_everywhere' if everywhere else 'out')}</button></form>"
        )

    return f"<p>{way('', BUTTON)}{way('yes', login_page.QUIET)}</p>"


async def logout(request: Request) -> Response:
    """End this session, or all of one's own. Only a form of this very session can ask for it."""
    fields = await typed(request)
    if not cookies.fits(request, fields.get("key", "")):
        return await run_in_threadpool(form_page, request, "", "foreign", 403)
    await run_in_threadpool(_end, request, bool(fields.get("everywhere")))
    response = RedirectResponse(f"/login?out=1&lang={language(request)}", 303)
    cookies.drop(response, cookies.SESSION)
    return response


def _end(request: Request, everywhere: bool) -> None:
    viewer = cookies.viewer(request)
    with engine().begin() as connection:
        if everywhere and viewer is not None:
            sessions.end_all(connection, viewer.name, viewer)
        sessions.end(connection, cookies.token(request))


def _say(spoken: str, key: str) -> str:
    return escape(text(spoken, f"account.{key}"))
