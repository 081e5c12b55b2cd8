"""The form for one's own case, alike on the plain page and inside Streamlit's. No Streamlit here.

It is sent by the browser itself, so neither number nor code enters a session, an address or a log.
"""

from html import escape
from urllib.parse import urlencode

from components.locales import text

ACTION = "/lookup"
FIELDS = {"number": 64, "code": 32}  # name → most characters
LABEL = "display:block;font-weight:600;margin:0 0 0.25rem"
INPUT = (
    "display:block;box-sizing:border-box;width:100%;padding:0.65rem 0.75rem;font:inherit;"
    "color:inherit;background:transparent;border:1px solid currentColor;border-radius:0.5rem"
)
HINT = "margin:0.25rem 0 1rem;font-size:0.9rem;opacity:0.85"
BUTTON = (
    "padding:0.7rem 2rem;font:inherit;font-weight:600;color:#fff;background:#b84e14;border:0;"
    "border-radius:0.5rem;cursor:pointer"
)


def html(language: str, city: str) -> str:
    """The form in a language, for a city's cases."""
    action = f"{ACTION}?{urlencode({'lang': language, 'city': city})}"
    return (
        f'<form method="post" action="{escape(action)}" autocomplete="off" style="max-width:28rem">'
        f"{''.join(_field(language, name, most) for name, most in FIELDS.items())}"
        f'<button type="submit" style="{BUTTON}">{_say(language, "submit")}</button></form>'
    )


def _field(language: str, name: str, most: int) -> str:
    return (
        f'<label style="{LABEL}" for="case-{name}">{_say(language, name)}</label>'
        f'<input style="{INPUT}" id="case-{name}" name="{name}" type="text" required '
        f'maxlength="{most}" autocomplete="off" autocapitalize="characters" spellcheck="false" '
        f'aria-describedby="case-{name}-hint">'
        f'<p id="case-{name}-hint" style="{HINT}">{_say(language, f"{name}_hint")}</p>'
    )


def _say(language: str, key: str) -> str:
    return escape(text(language, f"page.my_case.{key}"))
