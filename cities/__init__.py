"""What differs between cities: a folder of data each, read into one frozen profile."""

import csv
import tomllib
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cache, cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

from cities import reasons, surveys
from cities.reasons import Reason
from cities.surveys import Survey

ROOT = Path(__file__).parent
MODES = ("merged", "desk", "parallel")  # how a line is joined to the hotline


class UnknownCity(LookupError):
    """No profile of that name; the message lists the ones there are."""


@dataclass(frozen=True)
class Unit:
    """A handling unit (承办单位) as the city profile lists it."""

    code: str
    names: dict[str, str]
    peer_group: str


@dataclass(frozen=True)
class Line:
    """Another hotline that was joined to this one (归并).

    `mode` is merged (整体并入), desk (设分中心: seats of its own) or parallel (双号并行: both
    numbers ring). `unit` is the code of the unit it belonged to. Unless `real`, it is made up.
    """

    code: str
    names: dict[str, str]
    mode: str
    unit: str
    real: bool

    def __post_init__(self) -> None:
        if self.mode not in MODES:
            raise ValueError(f"line {self.code}: mode {self.mode!r}: {', '.join(MODES)}")


@dataclass(frozen=True)
class Limit:
    """How long a case may take: so many working days, or so many hours. Exactly one of the two."""

    working_days: int | None = None
    hours: int | None = None

    def __post_init__(self) -> None:
        given = [number for number in (self.working_days, self.hours) if number is not None]
        if len(given) != 1 or given[0] < 1:
            raise ValueError(f"{self}: give working_days or hours, at least 1")


@dataclass(frozen=True)
class Deadlines:
    """A city's table of limits by nature of the case, and the rule that it comes from.

    A `reference` is another place's rule that stands in until the city's own is known.
    """

    source: str
    reference: bool
    limits: dict[str, Limit]


@dataclass(frozen=True)
class City:
    """One city: names by language, time zone, hotline number, peer groups and units.

    `bounds` are degrees: west, south, east, north. `retired_codes` maps the code (or
    name) of a division to the code that replaced it.
    """

    id: str
    names: dict[str, str]
    timezone: str
    hotline: str
    peer_groups: dict[str, dict[str, str]]
    units: tuple[Unit, ...]
    bounds: tuple[float, float, float, float] | None = None
    retired_codes: dict[str, str] = field(default_factory=dict)
    score: dict[str, float] = field(default_factory=dict)  # metric → weight in the overall score
    fewest_compared: int = 30  # cases that a unit needs for a rank among its peers
    residents: dict[str, int] = field(default_factory=dict)  # by area
    lines: tuple[Line, ...] = ()
    reasons: tuple[Reason, ...] = ()
    surveys: tuple[Survey, ...] = ()
    categories: dict[str, dict[str, str]] = field(default_factory=dict)  # names by category
    channels: dict[str, dict[str, str]] = field(default_factory=dict)  # names by the hotline's word
    map_review_number: str = ""  # 审图号; without one no border is drawn in public
    licence: str = "CC-BY-4.0"  # of its open data, by SPDX identifier

    # (category,) or (category, category2): those with anything sensitive in them, and above these
    # those with nothing else.
    sensitive: frozenset[tuple[str, ...]] = frozenset()
    # (category, category2, category3) about a place or a thing: what may be told of single cases.
    place_or_thing: frozenset[tuple[str, ...]] = frozenset()

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @cached_property
    def unit_names(self) -> dict[str, dict[str, str]]:
        """Names by language of each unit, by its code."""
        return {unit.code: unit.names for unit in self.units}


def known() -> list[str]:
    """Every city with a profile, by folder name."""
    return sorted(path.parent.name for path in ROOT.glob("*/city.toml"))


def midnight(day: date, city: City) -> datetime:
    """The moment an as-of date stands for: local midnight at which that day begins."""
    return datetime.combine(day, time(), tzinfo=city.zone)


@cache
def profile(city: str) -> City:
    """Read a city's profile; UnknownCity names the alternatives."""
    if city not in known():
        raise UnknownCity(f"no city {city!r}: cities/ has {', '.join(known())}")
    settings = tomllib.loads((ROOT / city / "city.toml").read_text("utf-8"))
    if "bounds" in settings:
        settings["bounds"] = tuple(settings["bounds"])
    settings["residents"] = _residents(ROOT / city / "population.csv")
    settings["lines"] = _lines(ROOT / city / "lines.csv")
    settings["reasons"] = reasons.read(ROOT / city / "reasons.toml")
    settings["surveys"] = surveys.read(ROOT / city / "surveys.toml")
    settings["categories"] = _categories(ROOT / city / "categories.csv")
    settings["sensitive"] = _sensitive(ROOT / city / "categories.csv")
    settings["place_or_thing"] = _place_or_thing(ROOT / city / "categories.csv")
    return City(id=city, units=_units(ROOT / city / "units.csv"), **settings)


@cache
def deadlines(city: str) -> Deadlines:
    """The limits of a city; FileNotFoundError where its cases bring their own deadlines."""
    table = tomllib.loads((ROOT / city / "deadlines.toml").read_text("utf-8"))
    limits = {nature: Limit(**limit) for nature, limit in table.pop("limits").items()}
    return Deadlines(limits=limits, **table)


def _residents(path: Path) -> dict[str, int]:
    """Residents by the code of the area; none where a city has no such file."""
    if not path.exists():
        return {}
    with path.open(encoding="utf-8", newline="") as lines:
        return {row["code"]: int(row["population_2020"]) for row in csv.DictReader(lines)}


def _lines(path: Path) -> tuple[Line, ...]:
    """The lines in the order of the file; none where a city has no such file."""
    if not path.exists():
        return ()
    with path.open(encoding="utf-8", newline="") as lines:
        return tuple(
            Line(
                row["code"], {"zh": row["zh"], "en": row["en"]},
                row["mode"], row["unit"], row["real"] == "1",
            )
            for row in csv.DictReader(lines)
        )  # fmt: skip


def _categories(path: Path) -> dict[str, dict[str, str]]:
    """Names of the first-level categories, in the order of the file; cells know the Chinese one."""
    if not path.exists():
        return {}
    with path.open(encoding="utf-8", newline="") as lines:
        return {
            row["level1"]: {"zh": row["level1"], "en": row["level1_en"]}
            for row in csv.DictReader(lines)
        }


def _sensitive(path: Path) -> frozenset[tuple[str, ...]]:
    """Fail closed: one sensitive kind of case makes all of its second-level category so."""
    if not path.exists():
        return frozenset()
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    second = {(row["level1"], row["level2"]) for row in rows}
    marked = {(row["level1"], row["level2"]) for row in rows if row["sensitive"] == "1"}
    first = {category for category, _ in second} - {category for category, _ in second - marked}
    return frozenset(marked | {(category,) for category in first})


def _place_or_thing(path: Path) -> frozenset[tuple[str, ...]]:
    if not path.exists():
        return frozenset()
    with path.open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["place_or_thing"] == "1"]
    return frozenset((row["level1"], row["level2"], row["level3"]) for row in rows)


def _units(path: Path) -> tuple[Unit, ...]:
    with path.open(encoding="utf-8", newline="") as lines:
        return tuple(
            Unit(row["code"], {"zh": row["zh"], "en": row["en"]}, row["peer_group"])
            for row in csv.DictReader(lines)
        )
