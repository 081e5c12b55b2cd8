"""Durations as counts: fixed bins on a log scale, so that months and units add up.

Six bins a doubling from one minute to two years: each edge is 12 % above the one before (10 to 13 %
in the first minutes), and a percentile read from the counts lies in the same bin as the true one.
Edges are whole seconds, so that every engine puts a duration into the same bin.
"""

from bisect import bisect_right
from collections.abc import Mapping
from math import ceil, floor
from typing import NamedTuple

PER_DOUBLING, DOUBLINGS = 6, 20
SHORTEST = 60  # seconds; 20 doublings of it are 728 days

# Bin i holds EDGES[i] <= seconds < EDGES[i + 1]; bin 0 is under a minute, the last has no end.
EDGES = (
    0,
    *(round(SHORTEST * 2 ** (step / PER_DOUBLING)) for step in range(PER_DOUBLING * DOUBLINGS + 1)),
)
LAST = len(EDGES) - 1


class Percentile(NamedTuple):
    """Seconds, and the edges of the bin that holds the percentile.

    In the last bin `seconds` and `high` are None: longer than 728 days, and how long is not told.
    """

    seconds: float | None
    low: int
    high: int | None


def bin_of(seconds: float) -> int:
    """The bin of a duration in seconds; a negative one is an error of the source."""
    if not seconds >= 0:
        raise ValueError(f"a duration of {seconds} seconds")
    return bisect_right(EDGES, seconds) - 1


def percentile(counts: Mapping[int, int], share: float) -> Percentile | None:
    """The duration that `share` of the counted cases do not pass; None if there are no cases.

    Cases are taken as spread evenly over their bin. The order statistic of rank ceil(share * n)
    lies in the same bin, so the error is below the width of the bin. Whole seconds: more digits
    would claim what the bins do not know, and might by chance be somebody's telephone number.
    """
    if not 0 < share <= 1 or any(k not in range(LAST + 1) or n < 0 for k, n in counts.items()):
        raise ValueError(f"share {share} or a bin that does not exist")
    total = sum(counts.values())
    if not total:
        return None
    rank, below = ceil(share * total - 1e-9), 0  # 0.9 * 10 must not come out above 9
    for index in sorted(counts):
        if below + counts[index] >= rank:
            break
        below += counts[index]
    if index == LAST:
        return Percentile(None, EDGES[LAST], None)
    low, high = EDGES[index], EDGES[index + 1]
    inside = min(1.0, max(0.0, (share * total - below) / counts[index]))
    return Percentile(float(floor(low + (high - low) * inside + 0.5)), low, high)
