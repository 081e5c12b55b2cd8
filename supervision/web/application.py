"""What the supervision plane adds to the application: its routes and its gate."""

from starlette.middleware import Middleware
from starlette.routing import Route

from components import sitemap
from supervision.web import abroad, account, bulletins, exports, gate, login, papers


def routes() -> list[Route]:
    """Login, account, and the pages and files behind them."""
    alone = [] if sitemap.served() else [Route("/", gate.home, methods=["GET"])]
    return [
        *login.routes(),
        *abroad.routes(),
        *account.routes(),
        *papers.routes(),
        *bulletins.routes(),
        *exports.routes(),
        *gate.page_routes(sitemap.restricted()),
        *alone,
    ]


def middleware() -> list[Middleware]:
    """The gate; a process without public pages is behind it altogether."""
    return [Middleware(gate.Gate, everything=not sitemap.served())]
