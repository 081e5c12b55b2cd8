"""The site map: every page, once. The router, the HTML shell and the tests read it."""

import os
from dataclasses import dataclass

from data_access.published import published_cities


@dataclass(frozen=True)
class Page:
    """One page; its words are `page.<id>.title` and `page.<id>.about` in the locale files."""

    id: str
    audience: str = "public"
    default: bool = False

    @property
    def file(self) -> str:
        return f"pages/{self.audience}/{self.id}.py"

    @property
    def path(self) -> str:
        return "/" if self.default else f"/{self.id}"


PAGES = (
    Page("overview", default=True),
    Page("units"),
    Page("methods"),
)


def served() -> tuple[Page, ...]:
    """The pages that this process serves, by SITE: all (default), public or supervision."""
    site = os.environ.get("SITE", "all")
    if site not in ("all", "public", "supervision"):
        raise ValueError(f"SITE={site}: use all, public or supervision")
    return tuple(page for page in PAGES if site in ("all", page.audience))


def home_city() -> str:
    """The city this site is for: SUNLINE_CITY, else Ankang, else whichever has a release."""
    published = published_cities()
    first = "ankang" if "ankang" in published or not published else published[0]
    return os.environ.get("SUNLINE_CITY") or first
