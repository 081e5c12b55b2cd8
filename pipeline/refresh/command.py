"""The command `refresh`, for a timer or by hand."""

import sys
from argparse import Namespace

import cities
from data_access.cases.engine import opened
from pipeline.refresh import lock
from pipeline.refresh import refresh as run

REFUSED, BUSY = 1, 75  # exit statuses; 75 is sysexits' "try again later"


def refresh(given: Namespace) -> int:
    """Refresh a city; 0 if all was done, 1 if something was refused, 75 if another one is at it."""
    try:
        with lock.held(given.city), opened() as engine:
            city = cities.profile(given.city)
            done = run(engine, city, given.as_of, given.publish, given.full)
    except lock.Busy as error:
        sys.stderr.write(f"{error}\n")
        return BUSY
    return REFUSED if done.failed else 0
