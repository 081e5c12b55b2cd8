"""The site map: every page, once. The router, the HTML shell and the tests read it."""

import os
from collections.abc import Sequence
from dataclasses import dataclass

from data_access.published import published_cities


@dataclass(frozen=True)
class Page:
    """One page; its words are `page.<id>.title` and `page.<id>.about` in the locale files.

    A page that is not in the `menu` is reached from another one.
    """

    id: str
    audience: str = "public"
    default: bool = False
    menu: bool = True

    @property
    def file(self) -> str:
        return f"pages/{self.audience}/{self.id}.py"

    @property
    def path(self) -> str:
        return "/" if self.default else f"/{self.id}"


PAGES = (
    Page("overview", default=True),
    Page("units"),
    Page("unit", menu=False),
    Page("times"),
    Page("satisfaction"),
    Page("not_handled"),
    Page("outcomes"),
    Page("questions"),
    Page("pledges"),
    Page("map"),
    Page("topics"),
    Page("hotline"),
    Page("my_case"),
    Page("data_quality"),
    Page("methods"),
    Page("open_data"),
)


# For those who are logged in; who may open which is told in supervision/access.py.
SUPERVISION = (
    Page("overdue", audience="supervision"),
    Page("case", audience="supervision", menu=False),
    Page("doubts", audience="supervision"),
    Page("alerts", audience="supervision"),
    Page("accountability", audience="supervision"),
    Page("behind", audience="supervision", menu=False),
    Page("bulletin", audience="supervision"),
    Page("reviews", audience="supervision"),
    Page("pledge_register", audience="supervision"),
    Page("audit", audience="supervision"),
)

# Feeds by name, and those that each area and unit has.
FEEDS = ("releases", "corrections", "warnings")
FEEDS_OF = ("area", "unit")


def served() -> tuple[Page, ...]:
    """The public pages that this process serves, by SITE: all (default), public or supervision."""
    return PAGES if _site() in ("all", "public") else ()


def restricted() -> tuple[Page, ...]:
    """The pages behind the login that this process serves, by SITE."""
    return SUPERVISION if _site() in ("all", "supervision") else ()


def path(page: str) -> str:
    """The path of any page by its id; of the front page that supervision has alone, /."""
    return next((known.path for known in (*PAGES, *SUPERVISION) if known.id == page), "/")


def _site() -> str:
    site = os.environ.get("SITE", "all")
    if site not in ("all", "public", "supervision"):
        raise ValueError(f"SITE={site}: use all, public or supervision")
    return site


def home_city(published: Sequence[str] | None = None) -> str:
    """The city this site is for: SUNLINE_CITY, else Ankang, else whichever has a release."""
    published = published_cities() if published is None else published
    first = "ankang" if "ankang" in published or not published else published[0]
    return os.environ.get("SUNLINE_CITY") or first
