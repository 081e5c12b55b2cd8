"""Which cases are whose: the condition that every query of case data carries."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, select

from data_access.cases.frames import frame
from data_access.cases.kinds import CASES
from data_access.supervision.viewer import (
    Refused,
    Role,
    Viewer,
    may_see_cases,
    require,
    roles,
    sees,
    sees_case,
)
from tests.conftest import store

WHERE = {"1": "610902", "2": "chengguan", "3": ""}  # case → the unit that leads it


@pytest.fixture
def cases(engine: Engine) -> Engine:
    """Three cases of one city, and one of another with the same unit code."""
    at = datetime(2026, 3, 1, tzinfo=UTC)
    for city, led in (("ankang", WHERE), ("nyc", {"9": "610902"})):
        rows = {"number": list(led), "unit": list(led.values()), "received_at": [at] * len(led)}
        store(engine, city, frame(rows))
    return engine


def viewer(role: Role | None, *units: str, city: str = "ankang") -> Viewer:
    return Viewer("x", "x", city, frozenset({role} if role else ()), frozenset(units))


THEIRS = (
    (viewer(Role.CITY), "123"),
    (viewer(Role.CITY, city="nyc"), "9"),
    (viewer(Role.CITY, city="boston"), ""),
    (viewer(Role.DEPARTMENT, "610902"), "1"),
    (viewer(Role.DEPARTMENT, "610902", "chengguan"), "12"),
    (viewer(Role.DEPARTMENT), ""),
    (viewer(Role.DEPARTMENT, ""), ""),  # nobody answers for cases without a unit
    (viewer(Role.DEPARTMENT, "' OR 1=1 --"), ""),
    (viewer(Role.REVIEWER, "610902"), ""),
    (viewer(Role.EDITOR), ""),
    (viewer(Role.AUDITOR), ""),
    (viewer(None, "610902"), ""),
)


def test_everyone_sees_their_cases_and_no_others(cases: Engine) -> None:
    table = CASES.table
    with cases.connect() as connection:
        every = connection.execute(select(table.c.city, table.c.unit, table.c.number)).all()
        for who, theirs in THEIRS:
            rows = connection.execute(select(table.c.number).where(sees(who))).scalars()
            assert "".join(sorted(rows)) == theirs, who
            told = [row.number for row in every if sees_case(who, row.city, row.unit)]
            assert "".join(sorted(told)) == theirs, who
            assert may_see_cases(who) or not theirs


def test_a_role_is_asked_for_by_name() -> None:
    require(viewer(Role.AUDITOR), Role.AUDITOR, Role.EDITOR)
    with pytest.raises(Refused):
        require(viewer(Role.CITY), Role.AUDITOR)
    with pytest.raises(Refused):
        require(viewer(Role.CITY))
    assert roles(["auditor", "root"]) == {Role.AUDITOR}
