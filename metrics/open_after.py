"""The share still open so many days after receipt, each over the cases that are old enough.

A case is followed from its receipt until it is closed or until the as-of moment. Among cases
received at least N days ago none is cut off before day N, so there the Kaplan-Meier estimate at N
is the plain share of cases open at N: each factor 1 - d/n has all that are still open in n, and
their product is (open at N) / (all). A test holds it against metrics.stats.survival.
"""

from datetime import date, timedelta

from metrics.periods import ALL, after
from metrics.stats.survival import OPEN_AT

METRICS = {days: f"open_after_{days}_days" for days in OPEN_AT}


def followed(period: str, as_of: date, days: int) -> bool:
    """Whether every case received in a period was seen until it was so many days old.

    Where not, the share rests on the older ones of the period; of all time it always does.
    """
    return period != ALL and after(period) + timedelta(days=days) <= as_of


def cut_short(period: str, as_of: date) -> tuple[int, ...]:
    """The days that not all cases received in a period have come to yet."""
    return tuple(days for days in OPEN_AT if not followed(period, as_of, days))
