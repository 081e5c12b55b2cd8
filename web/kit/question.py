"""What a story kit is asked for: city, release, closed period, language, perhaps one place."""

from dataclasses import dataclass

from starlette.requests import Request

from data_access import shelf
from data_access.published import ALL, Release
from data_access.settings import MANIFEST
from data_access.shelf import WHOLE, Shelved
from metrics import story
from metrics.periods import closed
from metrics.sides import Cut
from web.api import releases
from web.api.parameters import LANGUAGE, OVER, PLACE, RELEASE, SIDES, Parameter, read
from web.api.problems import Problem
from web.origin import origin

PERIOD = Parameter("period", OVER, longest=7, required=True, example="2026-Q3")
PLACES = tuple(
    Parameter(name, SIDES[0].pattern, longest=SIDES[0].longest) for name in ("area", "unit")
)
PARAMETERS = (PLACE, RELEASE, PERIOD, LANGUAGE, *PLACES)


@dataclass(frozen=True)
class Question:
    """A kit that there is. `named` tells whether the release was asked for by its id.

    `corrected` is the release that withdraws this one, if any does: a kit says so.
    """

    shelved: Shelved
    named: bool
    place: Cut
    language: str
    site: str
    corrected: Shelved | None = None

    @property
    def release(self) -> Release:
        return self.shelved.release

    @property
    def sha256(self) -> str:
        """The checksum that all of the release hangs on."""
        return self.shelved.files[MANIFEST]

    @property
    def label(self) -> str:
        """What marks simulated data, in the words of the release; empty if they are real."""
        return shelf.label(self.shelved)

    @property
    def state(self) -> str:
        """Equal states give equal kits."""
        corrected = self.corrected.release.id if self.corrected else ""
        return repr((self.sha256, self.place, self.language, self.site, corrected))

    @property
    def address(self) -> str:
        """Where the release is served, for good."""
        return f"{self.site}/open-data/{self.release.city}-{WHOLE}/{self.release.id}/"

    @property
    def name(self) -> str:
        """What the kit is called, without an ending: ASCII but for a place's code."""
        place = [] if self.place.code == ALL else [self.place.by, self.place.code]
        parts = (self.release.city, *place, self.place.period, self.release.id, self.language)
        return "-".join(parts)

    @property
    def query(self) -> dict[str, str]:
        """The same for the charts, as a page is asked."""
        told = {
            "city": self.release.city, "lang": self.language, "period": self.place.period,
        }  # fmt: skip
        return told if self.place.code == ALL else told | {self.place.by: self.place.code}


def asked(request: Request) -> Question:
    """The question of an address. Problem where it has no answer."""
    values = read(PARAMETERS, request.query_params, request.path_params)
    found = releases.whole(values["city"], values["release"])
    places = [(name, values[name]) for name in ("area", "unit") if name in values]
    if len(places) > 1:
        raise Problem("one_place")
    by, code = places[0] if places else (story.CITY, ALL)
    place = Cut(by, code, values["period"])
    if not closed(place.period, found.release.as_of):
        raise Problem(
            "not_over", period=place.period, release=found.release.id, day=found.release.as_of
        )
    there = story.periods(found.release, place)
    if place.period not in there:
        raise Problem("no_such_kit", {"periods": there}, period=place.period)
    withdrawn = (
        one for one in shelf.versions(found.release.city)
        if one.release.corrects and one.release.corrects.id == found.release.id
    )  # fmt: skip
    return Question(
        found.shelved, found.named, place, values["lang"], origin(request), next(withdrawn, None)
    )
