"""The pages of the login: plain HTML that needs no script, in the manner of the look-up's."""

from html import escape
from urllib.parse import urlencode

from components import locales
from components.locales import text
from components.lookup_form import BUTTON, INPUT, LABEL
from data_access.supervision.sessions import IDLE, LONGEST
from supervision.web import onward
from web.lookup_page import STYLE

LINK_BUTTON = f"{BUTTON};display:inline-block;text-decoration:none"
QUIET = f"{BUTTON};background:transparent;color:inherit;border:1px solid currentColor"


def form(language: str, asked: str, provided: bool, password: bool, notice: str) -> str:
    """What there is to log in with, and above it what happened; it leads on to the page asked."""
    body = [
        f'<p class="error" role="alert">{_say(language, f"notice.{notice}")}</p>' if notice else "",
        f"<p>{_say(language, 'about')}</p>",
        _start(language, asked) if provided else "",
        _password(language, asked) if password else "",
        "" if provided or password or notice else f"<p>{_say(language, 'none')}</p>",
    ]  # fmt: skip
    other = next(name for name in locales.LANGUAGES if name != language)
    turn = (
        f'<a href="{escape(onward.login(asked, lang=other))}" lang="{locales.LANGUAGES[other]}">'
        f"{escape(text(other, 'login.this_language'))}</a>"
    )
    return page(language, text(language, "login.title"), "".join(body), turn)


def _start(language: str, asked: str) -> str:
    query = urlencode({"lang": language} | ({"next": asked} if asked else {}))
    href = escape(f"/login/start?{query}")
    return f'<p><a href="{href}" style="{LINK_BUTTON}">{_say(language, "provider")}</a></p>'


def _password(language: str, asked: str) -> str:
    return (
        f"<h2>{_say(language, 'local')}</h2><p>{_say(language, 'local_about')}</p>"
        f'<form method="post" action="/login?lang={language}" style="max-width:28rem">'
        f'<input type="hidden" name="next" value="{escape(asked)}">'
        + _field(language, "name", "text", "username")
        + _field(language, "password", "password", "current-password")
        + f'<button type="submit" style="{BUTTON}">{_say(language, "submit")}</button></form>'
    )


def _field(language: str, name: str, kind: str, known: str) -> str:
    return (
        f'<label style="{LABEL}" for="login-{name}">{_say(language, f"field.{name}")}</label>'
        f'<input style="{INPUT};margin-bottom:1rem" id="login-{name}" name="{name}" type="{kind}" '
        f'required maxlength="200" autocomplete="{known}" autocapitalize="none" '
        'spellcheck="false">'
    )


def page(language: str, heading: str, body: str, turn: str = "") -> str:
    """A whole page; `body` and `turn` are HTML."""
    site = escape(text(language, "login.site"))
    limits = text(
        language, "login.limits",
        minutes=int(IDLE.total_seconds() // 60), hours=int(LONGEST.total_seconds() // 3600),
    )  # fmt: skip
    return (
        f'<!doctype html><html lang="{locales.LANGUAGES[language]}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="robots" content="noindex"><title>{escape(heading)} · {site}</title>'
        f'<link rel="icon" href="/favicon.svg"><style>{STYLE}</style></head><body>'
        f'<header><a href="/?lang={language}">{escape(text(language, "site.home"))}</a>{turn}'
        f"</header><main><h1>{escape(heading)}</h1>{body}</main>"
        f"<footer>{escape(limits)}</footer></body></html>"
    )


def _say(language: str, key: str) -> str:
    return escape(text(language, f"login.{key}"))
