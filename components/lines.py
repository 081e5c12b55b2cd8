"""Numbers to call: one tap each, for emergencies and for the hotline itself."""

from html import escape

import streamlit as st

from components import session
from components.session import t

# National numbers. A profile tells no country, so they go by its time zone; elsewhere none is
# shown, because a wrong number costs more than a missing one.
EMERGENCY = {
    "Asia/Shanghai": {"110": "lines.police", "119": "lines.fire", "120": "lines.ambulance"}
}
ROW = "display:flex;flex-wrap:wrap;gap:0.75rem;list-style:none;padding:0;margin:0"
BUTTON = (
    "display:inline-block;padding:0.65rem 1.1rem;border:1px solid currentColor;"
    "border-radius:0.5rem;color:inherit;text-decoration:none"
)


def calls() -> None:
    """Links that call the emergency services, where they are known, and the city's hotline."""
    city = session.city()
    emergency = EMERGENCY.get(city.timezone, {})
    numbers = emergency | {city.hotline: "lines.hotline"}
    st.markdown(t("lines.danger" if emergency else "lines.tap"))
    links = "".join(_link(number, t(key)) for number, key in numbers.items())
    st.html(f'<ul style="{ROW}" aria-label="{escape(t("lines.call"))}">{links}</ul>')


def _link(number: str, name: str) -> str:
    href, label = escape(f"tel:{number}"), escape(f"{name} {number}")
    return f'<li style="margin:0"><a style="{BUTTON}" href="{href}">{label}</a></li>'
