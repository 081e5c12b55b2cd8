"""Time-limited solutions, as a release tells them: each pledge, and what was told of it."""

from datetime import date
from typing import NamedTuple

from sqlalchemy import BigInteger, Column, MetaData, String, Table, select

from data_access.published import Release, rows

RUNNING, OVERDUE, KEPT, MISSED = STATES = ("running", "overdue", "kept", "missed")
REGISTER, PROGRESS, REDATE, SOLVED, UNSOLVED = MOVES = (
    "register", "progress", "redate", "solved", "unsolved",
)  # fmt: skip
BETWEEN = ";"  # codes of units in one text
METADATA = MetaData()
pledges = Table(
    "pledges",
    METADATA,
    Column("pledge", BigInteger, nullable=False),
    *(
        Column(name, String, nullable=False)  # days as 2026-11-01, "" where there is none
        for name in (
            "title_zh", "title_en", "category", "area", "units", "why", "registered_on",
            "first_deadline", "deadline", "closed_on", "state",
        )
    ),
)  # fmt: skip
pledge_log = Table(
    "pledge_log",
    METADATA,
    Column("pledge", BigInteger, nullable=False),
    Column("entry", BigInteger, nullable=False),
    Column("day", String, nullable=False),
    Column("move", String, nullable=False),  # of MOVES
    Column("deadline", String, nullable=False),  # the one it sets
    Column("text", String, nullable=False),  # "": withdrawn, or what it registers stands above
)


class Told(NamedTuple):
    """One thing that was told of a pledge."""

    day: date
    move: str
    deadline: date | None
    text: str


class Pledge(NamedTuple):
    """A pledge and its log, oldest first."""

    pledge: int
    title_zh: str
    title_en: str
    category: str
    area: str  # "": the whole city
    units: tuple[str, ...]
    why: str
    registered_on: date
    first_deadline: date
    deadline: date
    closed_on: date | None
    state: str
    log: tuple[Told, ...]

    @property
    def solved(self) -> bool:
        """Whether it was closed as solved, in time or not."""
        return any(told.move == SOLVED for told in self.log)


def read(release: Release) -> list[Pledge]:
    """Every pledge, by its number; none where the release has no such table."""
    found = rows(release, select(pledges).order_by(pledges.c.pledge))
    log = rows(release, select(pledge_log).order_by(*pledge_log.c["pledge", "entry"]))
    told: dict[int, list[Told]] = {}
    for row in log:
        day, moved = date.fromisoformat(row["day"]), _day(row["deadline"])
        told.setdefault(row["pledge"], []).append(Told(day, row["move"], moved, row["text"]))
    return [_pledge(row, told.get(row["pledge"], [])) for row in found]


def _pledge(row: dict[str, str], log: list[Told]) -> Pledge:
    days = {
        name: _day(row[name])
        for name in ("registered_on", "first_deadline", "deadline", "closed_on")
    }
    values: dict[str, object] = {**row, **days}
    units = tuple(row["units"].split(BETWEEN))
    return Pledge(**values | {"units": units, "log": tuple(log)})  # type: ignore[arg-type]


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
