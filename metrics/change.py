"""How a figure has moved since an earlier period, and whether chance alone could have moved it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from math import hypot

from metrics.intervals import wilson
from metrics.measure import Figure
from metrics.open_after import METRICS as OPEN_AFTER
from metrics.open_after import followed
from metrics.periods import ALL, after, first_day, grain_of, label

# What goes on changing after its period (decision 28): its younger cases are yet to be extended,
# returned, reopened or closed. Until the youngest is so many days old it is not compared.
GOING_ON = frozenset(
    (
        "extended", "moved_late", "returned", "transferred", "recategorised", "reopened",
        "signed_in_time", "on_time_official", *OPEN_AFTER.values(),
    )
)  # fmt: skip
SETTLED_AFTER = 30


@dataclass(frozen=True)
class Change:
    """`difference` is now minus then, as a fraction; `low` and `high` are its 95 % interval."""

    since: str
    difference: float
    low: float
    high: float

    @property
    def within_chance(self) -> bool:
        """Whether the interval holds zero, so that the shares cannot be told apart."""
        return self.low <= 0 <= self.high


@dataclass(frozen=True)
class Growth:
    """`ratio` is the count a day now over that then; `low` and `high` are its 95 % interval.

    Of counts told per resident it is that of each resident.
    """

    since: str
    ratio: float
    low: float
    high: float

    @property
    def within_chance(self) -> bool:
        """Whether the interval holds one, so that the counts cannot be told apart."""
        return self.low <= 1 <= self.high


def settled(metric: str, period: str, as_of: date) -> bool:
    """Whether a figure of a period may be compared with earlier ones, or will still change much."""
    if metric not in GOING_ON or period == ALL:
        return True
    return followed(period, as_of, SETTLED_AFTER)


def earlier(period: str) -> tuple[str, ...]:
    """The period before and the same one a year before, each once; all time has neither."""
    if period == ALL:
        return ()
    last = first_day(period) - timedelta(days=1)
    year_before = f"{int(period[:4]) - 1:04d}{period[4:]}"
    return tuple(dict.fromkeys((label(last.year, last.month, grain_of(period)), year_before)))


def changes(period: str, figures: Mapping[str, Figure]) -> tuple[Change, ...]:
    """What has changed since earlier periods, for those with a published share."""
    now = figures.get(period)
    found = (between(now, figures.get(since)) for since in earlier(period))
    return tuple(change for change in found if change is not None)


def between(now: Figure | None, then: Figure | None) -> Change | None:
    """The difference of two shares of different cases; None unless both are published.

    The interval is Newcombe's, made of both Wilson intervals: R. G. Newcombe, Statistics in
    Medicine 17 (1998) 873-890, method 10. It takes cases as independent of each other; where they
    come in clusters chance moves a share further than it says.
    """
    if now is None or then is None:
        return None
    p, low, high = now.value, now.low, now.high
    q, least, most = then.value, then.low, then.high
    if p is None or low is None or high is None or q is None or least is None or most is None:
        return None
    difference = p - q
    return Change(
        then.key,
        difference,
        difference - hypot(p - low, most - q),
        difference + hypot(high - p, q - least),
    )


def growths(period: str, figures: Mapping[str, Figure]) -> tuple[Growth, ...]:
    """How a count has grown since earlier periods, for those with a published count above 0."""
    now = figures.get(period)
    found = (grown(now, figures.get(since)) for since in earlier(period))
    return tuple(growth for growth in found if growth is not None)


def grown(now: Figure | None, then: Figure | None) -> Growth | None:
    """The ratio of two counts a day (and a resident); None unless both are published and not 0.

    Of two Poisson counts with a together a + b, a is binomial, so Wilson's interval of a / (a + b)
    gives that of the ratio (J. Przyborowski and H. Wilenski, Biometrika 31 (1940) 313-323). Where
    cases come in clusters, as after a storm, chance moves a count further than it says.
    """
    if now is None or then is None or not now.numerator or not then.numerator:
        return None
    exposed = _exposure(then) / _exposure(now)
    low, high = wilson(now.numerator, now.numerator + then.numerator)
    return Growth(
        then.key,
        now.numerator / then.numerator * exposed,
        low / (1 - low) * exposed,
        high / (1 - high) * exposed,
    )


def _exposure(figure: Figure) -> int:
    """The days that a count was made in, for each resident where residents are its denominator."""
    days = (after(figure.key) - first_day(figure.key)).days
    return days * (figure.denominator or 1)
