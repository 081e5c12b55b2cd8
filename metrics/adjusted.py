"""Case-mix adjusted shares, from what a release tells: a unit's count and what was expected of it.

Which categories a unit handles is not published, so whoever publishes works out the expected count
(pipeline.adjusted) and readers turn it back into a share here.
"""

from dataclasses import replace

from metrics.measure import Figure, withheld
from metrics.stats.casemix import poisson

ALONE = "alone"  # most of its cases are of kinds that no peer handles
FEWEST = 5  # expected of the rarer outcome: rounding then moves the share far less than chance


def rarer(expected: float, cases: int, target: float) -> float:
    """How many of the rarer outcome were expected: that is what is standardised."""
    return expected if target <= 0.5 else cases - expected


def share(figure: Figure, expected: int, target: float) -> Figure:
    """The share a unit would have had with the mix of cases of its peers, whose share is `target`.

    O / E times the common rate of the rarer outcome, turned back where that is the bad one, with
    the exact Poisson interval of O (metrics.stats.casemix). Numerator and denominator stay the
    observed ones. ValueError where the figure has no counts or nothing was expected.
    """
    if figure.numerator is None or not figure.denominator:
        raise ValueError(f"{figure.key} has no counts")
    rate, count = target, figure.numerator
    if mirrored := target > 0.5:
        rate, count = 1 - target, figure.denominator - figure.numerator
    base = rarer(expected, figure.denominator, target)
    if base <= 0:
        raise ValueError(f"{figure.key}: nothing was expected")
    value, low, high = (rate * min(n / base, 1 / rate) for n in (count, *poisson(count)))
    if mirrored:
        value, low, high = 1 - value, 1 - high, 1 - low
    return replace(figure, value=value, low=low, high=high)


def told(figure: Figure, expected: int | None, reason: str | None, target: float) -> Figure:
    """The adjusted share, or why there is none."""
    if expected is None or figure.numerator is None:
        return withheld(figure.key, reason or figure.note)
    return share(figure, expected, target)
