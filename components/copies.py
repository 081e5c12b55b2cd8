"""A line that readers copy: an address or a citation, with a button that does it."""

from html import escape

from components.session import t


def line(text: str) -> str:
    """The line as HTML. web/assets/links.js does what the button says; without it one selects."""
    done = escape(t("site.copied"))
    return (
        f'<div class="copy"><code>{escape(text)}</code>'
        f'<button type="button" data-copied="{done}">{escape(t("site.copy"))}</button></div>'
    )
