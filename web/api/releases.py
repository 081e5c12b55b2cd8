"""Which release a question is about."""

from typing import NamedTuple

import cities
from components.sitemap import home_city
from data_access import shelf
from data_access.published import Release, current, published_cities
from data_access.shelf import Shelved
from web.api.problems import Problem

LATEST = "latest"


class Asked(NamedTuple):
    """A release with its files, and whether its figures are still there."""

    shelved: Shelved
    named: bool  # by its id, so that the answer never changes
    shelf: str = ""  # what else the answer depends on: all releases that are there

    @property
    def release(self) -> Release:
        return self.shelved.release

    @property
    def state(self) -> str:
        """Equal states give equal answers to a question."""
        return f"{self.release.city} {self.release.id} {self.shelf}"


def city(given: str) -> str:
    """A city with a release and a profile, by default that of the site. Problem."""
    there = [name for name in published_cities() if name in cities.known()]
    if not there:
        raise Problem("nothing_published")
    if given and given not in there:
        raise Problem("no_such_city", {"cities": there}, city=given)
    return given or (home if (home := home_city()) in there else there[0])


def find(given_city: str, name: str) -> Asked:
    """A release by its id, or the one in force. Problem."""
    place = city(given_city)
    if name == LATEST:
        found = current(place)
        if found is None:
            raise Problem("nothing_published")
        return Asked(shelf.open_shelf(found.folder), named=False)
    shelved = shelf.find(place, name)
    if shelved is None:
        there = [one.release.id for one in shelf.versions(place)]
        raise Problem("no_such_release", {"releases": there}, release=name)
    return Asked(shelved, named=True)


def everything(given_city: str) -> tuple[Asked, list[Shelved]]:
    """The release in force beside all that are there, newest first. Problem."""
    asked = find(given_city, LATEST)
    there = shelf.versions(asked.release.city)
    told = " ".join(f"{one.release.id}{'-' * shelf.removed(one)}" for one in there)
    return asked._replace(shelf=told), there


def whole(given_city: str, name: str) -> Asked:
    """The same with its figures. Problem where retention took them away."""
    asked = find(given_city, name)
    if shelf.removed(asked.shelved):
        raise Problem("removed", release=asked.release.id)
    return asked
