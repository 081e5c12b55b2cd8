"""Which page is for whom. Data access asks again at every call; this only spares dead ends."""

from components import sitemap
from components.sitemap import Page
from data_access.supervision.viewer import Role, Viewer

SUPERVISORS = frozenset({Role.CITY, Role.DEPARTMENT})
READERS: dict[str, frozenset[Role]] = {
    "overdue": SUPERVISORS,
    "case": SUPERVISORS,
    "doubts": SUPERVISORS,
    "alerts": SUPERVISORS,
    "accountability": SUPERVISORS,
    "behind": SUPERVISORS,
    "bulletin": frozenset({Role.CITY, Role.EDITOR}),
    "reviews": frozenset({Role.REVIEWER, Role.EDITOR}),
    "pledge_register": frozenset({Role.CITY, Role.EDITOR, Role.REVIEWER}),
    "audit": frozenset({Role.AUDITOR}),
}


def may_open(viewer: Viewer | None, page: str) -> bool:
    """Whether a page is for this viewer. A page that is not listed is for nobody."""
    return viewer is not None and viewer.has(*READERS.get(page, frozenset()))


def pages(viewer: Viewer | None) -> tuple[Page, ...]:
    """The restricted pages of this process that are for this viewer, in the order of the menu."""
    return tuple(page for page in sitemap.restricted() if may_open(viewer, page.id))
