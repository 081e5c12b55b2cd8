"""The command `lookup`: fill the look-up store, take ratings out of it, issue codes anew."""

from argparse import Namespace
from datetime import datetime
from pathlib import Path

from rich.console import Console

import cities
from data_access.cases.engine import opened
from data_access.settings import outbox
from pipeline import lookup as steps

out = Console(highlight=False)


def lookup(given: Namespace) -> int:
    """Fill, collect, or give some cases new codes; print where new codes are."""
    codes = given.codes or _unused(given.city)
    if given.action == "reissue":
        if not given.numbers:
            raise ValueError("lookup reissue: name the cases by their numbers")
        steps.reissue(cities.profile(given.city), given.numbers, codes)
        return _say_where(codes)
    if given.numbers:
        raise ValueError(f"lookup {given.action} takes no case numbers")
    return _collect(given) if given.action == "collect" else _fill(given, codes)


def _collect(given: Namespace) -> int:
    with opened() as engine:
        taken = steps.collect(engine, cities.profile(given.city))
    out.print(f"look-up: {taken.ratings} ratings taken in, {taken.doubts} doubts among them")
    return 0


def _fill(given: Namespace, codes: Path) -> int:
    city = cities.profile(given.city)
    as_of = cities.midnight(given.as_of, city) if given.as_of else datetime.now(city.zone)
    with opened() as engine:
        filled = steps.fill(engine, city, as_of, codes)
    out.print(
        f"look-up as of {as_of:%Y-%m-%d %H:%M}: {filled.renewed} renewed, "
        f"{filled.issued} new with a code, {filled.removed} removed",
        soft_wrap=True,
    )
    return _say_where(codes) if filled.issued else 0


def _say_where(codes: Path) -> int:
    out.print(f"codes to send: {codes}; delete the file once they are sent", soft_wrap=True)
    return 0


def _unused(city: str) -> Path:
    """A name that no earlier list has."""
    return outbox() / f"lookup-{city}-{datetime.now().astimezone():%Y%m%d-%H%M%S-%f}.csv"
