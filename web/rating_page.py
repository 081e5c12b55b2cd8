"""The form under a closed case: three questions, reasons, words for staff, and a doubt."""

from html import escape
from urllib.parse import urlencode

import cities
from components.lookup_form import BUTTON, HINT, LABEL
from components.parcel import say
from data_access.lookup.rating import LEVELS, LONGEST, REASONS, YES_NO

ACTION = "/lookup/rating"
QUESTIONS = {"contacted": YES_NO, "solved": YES_NO, "satisfied": LEVELS}
TEXTS = ("remark", "doubt")


def form(language: str, city: str, ticket: str, rating: bool) -> str:
    """The form; where the callback has ended the rating, with the doubt alone."""
    action = f"{ACTION}?{urlencode({'lang': language, 'city': city})}"
    asked = _rating(language, city) if rating else ""
    title, about = ("title", "about") if rating else ("doubt_title", "doubt_about")
    return (
        f'<section class="screen" id="rate"><h2>{_say(language, city, title)}</h2>'
        f"<p>{_say(language, city, about)}</p>"
        f'<form method="post" action="{escape(action)}" autocomplete="off">'
        f'<input type="hidden" name="ticket" value="{escape(ticket)}">{asked}'
        f"{_text(language, city, 'doubt', needed=not rating)}"
        f'<button type="submit" style="{BUTTON}">{_say(language, city, "submit")}</button>'
        "</form></section>"
    )


def _rating(language: str, city: str) -> str:
    asked = "".join(
        _choices(language, city, name, codes, "radio") for name, codes in QUESTIONS.items()
    )
    reasons = _choices(language, city, "reasons", REASONS, "checkbox")
    return f"{asked}{reasons}{_text(language, city, 'remark', needed=False)}"


def _choices(language: str, city: str, name: str, codes: tuple[str, ...], kind: str) -> str:
    needed = " required" if kind == "radio" else ""
    options = "".join(
        f'<label><input type="{kind}" name="{name}" value="{code}"{needed}> '
        f"{_say(language, city, f'{name}_{code}')}</label>"
        for code in codes
    )
    return f"<fieldset><legend>{_say(language, city, name)}</legend>{options}</fieldset>"


def _text(language: str, city: str, name: str, needed: bool) -> str:
    return (
        f'<label style="{LABEL}" for="rate-{name}">{_say(language, city, name)}</label>'
        f'<textarea id="rate-{name}" name="{name}" maxlength="{LONGEST}" autocomplete="off" '
        f'aria-describedby="rate-{name}-hint"{" required" if needed else ""}></textarea>'
        f'<p id="rate-{name}-hint" style="{HINT}">{_say(language, city, f"{name}_hint")}</p>'
    )


def _say(language: str, city: str, key: str) -> str:
    return escape(say(language, cities.profile(city), f"rate.{key}"))
