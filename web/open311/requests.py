"""A row of the case-level open data as a GeoReport v2 service request, no finer than the row.

GeoReport wants a moment, a place and a text. The moment is the first one of the row's period, the
place the name of its area or town, the text says so; there are no coordinates and no words of
callers. Who closed what when is not told: only whether it was closed, where the row says that.
"""

from datetime import datetime, time
from typing import Any

import cities
from cities import City, codes
from components import words
from components.locales import text
from data_access.open_cases import Case
from data_access.outcomes import WITHHELD
from data_access.published import NONE, Release
from metrics.periods import first_day

PLACES = ("area", "town")
HIDDEN = ("", NONE, WITHHELD)


def request(language: str, release: Release, row: Case) -> dict[str, Any]:
    """One service request."""
    city = cities.profile(release.city)
    place = _place(language, city, row.where)
    return {
        "service_request_id": row.row,
        "status": None if row.closed is None else "closed" if row.closed else "open",
        "status_notes": _notes(language, row),
        "service_name": words.called(language, city, "category", row.category),
        "service_code": row.category,
        "description": _description(language, release, row, place),
        "agency_responsible": _unit(language, city, row.unit),
        "service_notice": None,
        "requested_datetime": begun(city, row.when).isoformat(),
        "updated_datetime": None,
        "expected_datetime": None,
        "address": place,
        "address_id": row.where,
        "zipcode": None,
        "lat": None,
        "long": None,
        "media_url": None,
        "extended_attributes": _extended(release, row),
    }


def begun(city: City, period: str) -> datetime:
    """The first moment of a period."""
    return datetime.combine(first_day(period), time(), tzinfo=city.zone)


def _place(language: str, city: City, code: str) -> str:
    known = codes.names(city.id)
    found = next((known[name][code] for name in PLACES if code in known[name]), None)
    return found[language] if found else code


def _unit(language: str, city: City, code: str) -> str | None:
    return None if code in HIDDEN else words.unit_name(language, city, code)


def _notes(language: str, row: Case) -> str:
    parts = ("outcome", "days", "satisfaction")
    return text(language, "open_data.and").join(
        words.became(language, name, getattr(row, name)) for name in parts
    )


def _description(language: str, release: Release, row: Case, place: str) -> str:
    told = text(
        language, "open_case.told", period=words.period(language, row.when), place=place
    )  # fmt: skip
    label = f"{text(language, 'site.synthetic_short')}{text(language, 'open_data.and')}"
    return label * release.synthetic + told


def _extended(release: Release, row: Case) -> dict[str, Any]:
    """The row as it stands, and where it stands."""
    return {
        "release": release.id,
        "as_of": str(release.as_of),
        "simulated": release.synthetic,
        "period": row.when,
        "service_subtype": row.category2,
        **{name: getattr(row, name) for name in ("outcome", "reason_code", "days", "satisfaction")},
    }
