"""Back to the page that was asked for before the login: a page of ours, never another site."""

from urllib.parse import parse_qsl, urlencode, urlsplit

from components import sitemap

LONGEST = 1500


def safe(asked: str) -> str:
    """The address if it is one of our pages, with its query; else ""."""
    ours = asked.startswith("/") and not asked.startswith("//")
    if not ours or len(asked) > LONGEST or not asked.isprintable():
        return ""
    try:
        parts = urlsplit(asked)
    except ValueError:
        return ""
    known = {page.path for page in (*sitemap.served(), *sitemap.restricted())}
    if parts.scheme or parts.netloc or parts.path not in known:
        return ""
    query = urlencode(parse_qsl(parts.query))
    return f"{parts.path}?{query}" if query else parts.path


def login(asked: str, **more: str) -> str:
    """The address of the login that leads on to a page."""
    parameters = {name: value for name, value in ({"next": safe(asked)} | more).items() if value}
    return f"/login?{urlencode(parameters)}" if parameters else "/login"
