"""Internal figures, as far as they are the viewer's: every unit for the city, else its own alone.

Of other units a department learns what its peers come to together, and of the whole city what the
city comes to: neither names a unit.
"""

from collections.abc import Collection
from statistics import median
from typing import NamedTuple

from sqlalchemy import ColumnElement, select

from data_access.cases import internal
from data_access.cases.internal import Internal
from data_access.published import ALL, DIMENSIONS, Scope, cells
from data_access.supervision.viewer import Refused, Role, Viewer, may_see_cases

FEWEST = 3  # peers: of fewer, one could take away its own and be left with another's
OTHERS = tuple(name for name in DIMENSIONS if name not in ("unit", "category"))


class Told(NamedTuple):
    """One internal cell. `value` and `p90` of a duration are seconds."""

    metric: str
    period: str
    unit: str
    category: str
    numerator: int
    denominator: int | None
    value: float | None
    p90: float | None


def current(viewer: Viewer) -> Internal | None:
    """What is known of the city's figures as a whole; None before the first count. Refused."""
    if not may_see_cases(viewer):
        raise Refused(f"{viewer.name} sees no figures of cases")
    return internal.current(viewer.city)


def theirs(viewer: Viewer, unit: str) -> bool:
    """Whether a unit's figures and cases are theirs; ALL stands for the whole city."""
    if viewer.has(Role.CITY):
        return True
    return viewer.has(Role.DEPARTMENT) and unit != "" and unit in viewer.units


def one(viewer: Viewer, found: Internal, metric: str, scope: Scope) -> Told | None:
    """One figure at any slice; None where no case lies in it, or it is not counted. Refused."""
    if not theirs(viewer, scope.unit):
        raise Refused(f"{viewer.name} sees no figures of {scope.unit}")
    held = [cells.c[name] == getattr(scope, name) for name in ("grain", "period", *DIMENSIONS)]
    told = _read(viewer, found, cells.c.metric == metric, *held)
    return told[0] if told else None


def of_unit(viewer: Viewer, found: Internal, unit: str) -> list[Told]:
    """Every cell of a unit by period, whole and by category. Refused."""
    if not theirs(viewer, unit):
        raise Refused(f"{viewer.name} sees no figures of {unit}")
    return _read(viewer, found, cells.c.unit == unit, *_whole(OTHERS))


def of_units(viewer: Viewer, found: Internal, periods: Collection[str]) -> list[Told]:
    """The cells of some periods of all units that are theirs, without their categories."""
    told = _read(viewer, found, *_units(periods))
    return [one for one in told if theirs(viewer, one.unit)]


def of_city(viewer: Viewer, found: Internal) -> list[Told]:
    """The whole city by month and longer periods. Refused."""
    if not may_see_cases(viewer):
        raise Refused(f"{viewer.name} sees no figures of cases")
    return _read(viewer, found, *_whole(DIMENSIONS), cells.c.grain != "day")


def of_peers(
    viewer: Viewer, found: Internal, units: Collection[str], period: str
) -> dict[str, Told]:
    """What some units come to together, by metric: counts added up, and the middle of their times.

    Metrics that fewer than FEWEST of them have are left out. Refused.
    """
    if not may_see_cases(viewer):
        raise Refused(f"{viewer.name} sees no figures of cases")
    by_metric: dict[str, list[Told]] = {}
    for one in _read(viewer, found, *_units([period]), cells.c.unit.in_(sorted(units))):
        by_metric.setdefault(one.metric, []).append(one)
    return {name: _together(some) for name, some in by_metric.items() if len(some) >= FEWEST}


def _units(periods: Collection[str]) -> list[ColumnElement[bool]]:
    others = [name for name in DIMENSIONS if name != "unit"]
    return [cells.c.unit != ALL, cells.c.period.in_(sorted(periods)), *_whole(others)]


def _whole(names: Collection[str]) -> list[ColumnElement[bool]]:
    return [cells.c[name] == ALL for name in names]


def _together(some: list[Told]) -> Told:
    shares = [one.denominator for one in some if one.denominator is not None]
    medians, mosts = (
        [seconds for one in some if (seconds := getattr(one, name)) is not None]
        for name in ("value", "p90")
    )
    return some[0]._replace(
        unit=ALL,
        numerator=sum(one.numerator for one in some),
        denominator=sum(shares) if shares else None,
        value=median(medians) if len(medians) >= FEWEST else None,
        p90=median(mosts) if len(mosts) >= FEWEST else None,
    )


def _read(viewer: Viewer, found: Internal, *conditions: ColumnElement[bool]) -> list[Told]:
    if found.city != viewer.city:
        raise Refused(f"{viewer.name} sees nothing of {found.city}")
    query = select(*(cells.c[name] for name in Told._fields)).where(*conditions)
    rows = internal.fetch(found, query.order_by(cells.c.period)).to_pylist()
    return [Told(**row) for row in rows]
