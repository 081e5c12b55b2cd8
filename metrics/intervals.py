"""Intervals for a share."""

from math import sqrt

Z95 = 1.959963984540054  # two-sided 95 %


def wilson(successes: float, trials: float, z: float = Z95) -> tuple[float, float]:
    """Wilson's score interval for successes / trials, as fractions between 0 and 1.

    E. B. Wilson, Journal of the American Statistical Association 22 (1927) 209-212. It stays
    inside 0..1 and is honest for small numbers and for shares near either end. An effective
    number of trials, which need not be whole, is allowed.
    """
    if not 0 <= successes <= trials or trials == 0:
        raise ValueError(f"{successes} of {trials} is not a share")
    share = successes / trials
    spread = z * sqrt(share * (1 - share) / trials + z**2 / (4 * trials**2))
    scale, centre = 1 + z**2 / trials, share + z**2 / (2 * trials)
    low = 0.0 if successes == 0 else (centre - spread) / scale  # exactly, not but for rounding
    high = 1.0 if successes == trials else (centre + spread) / scale
    return low, high
