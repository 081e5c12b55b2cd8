"""When a new release is due: once a calendar month has ended, and never in between.

A slice that was published again every ten minutes would date single cases by subtraction, and so
would daily totals of what is rare. Late data change nothing that is published: closed months stay
as they are booked (pipeline.books) until somebody publishes a correction.
"""

from datetime import date

from cities import City
from data_access.cases import internal, workings
from data_access.published import current
from metrics.periods import closed, label
from pipeline import books, journal
from pipeline.internal import counting

FIRST = "the first release"


def due(city: str, as_of: date) -> tuple[bool, str]:
    """Whether a release is due as of a day, and why it is or is not."""
    in_force = current(city)
    if in_force is None:
        return True, FIRST
    acts = [entry.what for entry in journal.read(city) if entry.what != "prune"]
    if acts and acts[-1] == "rollback":
        return False, "an older release was put in force by hand; the next one is made by hand too"
    month = label(in_force.as_of.year, in_force.as_of.month, "month")
    if closed(month, as_of):
        return True, f"{month} has ended since {in_force.id}"
    return False, f"no period has ended since {in_force.id}"


def late(city: City, as_of: date) -> int:
    """By how many cases today's counts of booked months differ: the most of any one metric."""
    opened = books.opened(city.id, as_of)
    with workings.opened(internal.workings(city.id)) as kept:
        for metric in counting.metrics().values():
            if opened.until and metric.span is None:
                opened.settle(metric, (), kept.months(metric.id).to_pandas())
    return max(opened.late.values(), default=0)
