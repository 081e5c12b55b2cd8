"""Made-up time-limited solutions for the demo city, entered by two made-up people."""

import tomllib
from datetime import date, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Engine

from cities import ROOT, City
from data_access.supervision import pledges, promised
from data_access.supervision.pledges import Telling, Wanted
from data_access.supervision.promised import APPROVE
from pipeline.demo import people
from pipeline.doubtful import doubtful

seen = partial(doubtful, days=True)


def pledge(engine: Engine, city: City, last: date) -> int:
    """Enter those of the city's demo_pledges.toml and return how many; none if there are any.

    Days are counted from `last`. Each goes through the same two hands as a real one.
    """
    path = ROOT / city.id / "demo_pledges.toml"
    with engine.connect() as connection:
        if not path.exists() or promised.read(connection, city.id):
            return 0
    told = tomllib.loads(path.read_text("utf-8"))["pledge"]
    for one in told:
        _enter(engine, city, one, last)
    return len(told)


def _enter(engine: Engine, city: City, one: dict[str, Any], last: date) -> None:
    writer = people.writer(city.id)
    begun = last + timedelta(days=one["registered"])
    wanted = Wanted(
        **{name: one[name] for name in ("title_zh", "title_en", "category", "area", "why")},
        units=tuple(one["units"]), registered_on=begun,
        deadline=last + timedelta(days=one["deadline"]),
    )  # fmt: skip
    number = pledges.register(writer, engine, wanted, seen, begun)
    _approve(engine, city, number, 1, begun)
    for place, entry in enumerate(one["told"], 1):
        day = last + timedelta(days=entry["day"])
        moved = last + timedelta(days=entry["deadline"]) if "deadline" in entry else None
        telling = Telling(entry["move"], entry["text"], day, moved)
        pledges.tell(writer, engine, number, telling, 2 * place, seen, day)
        _approve(engine, city, number, 2 * place + 1, day)


def _approve(engine: Engine, city: City, pledge: int, of: int, day: date) -> None:
    pledges.decide(people.reader(city.id), engine, pledge, APPROVE, of, of, seen, today=day)
