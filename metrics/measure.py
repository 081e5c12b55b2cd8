"""From counts to figures: value, interval and what must be said about it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from data_access.published import Cell
from metrics.intervals import wilson
from metrics.model import Metric
from metrics.stats.durations import percentile

TELLING = 10  # a median over fewer cases would tell of single ones
COMPARABLE = 30  # a rate over fewer cases is not compared with another
WHOLE_PERCENT_BELOW = 200  # and over fewer than this shows no decimals
SHARE = 6  # decimals of a share in files and answers for machines

# What must be said of a figure, or why there is none.
TOO_EARLY = "too early"  # no case has reached the moment it is judged at
FEW = "few"  # rests on too few cases
PROTECTED = "protected"  # withheld so that another cell cannot be worked out
UNPUBLISHED = "not published"


@dataclass(frozen=True)
class Figure:
    """One number as it may be shown. `value`, `low` and `high` are fractions for a ratio.

    Of a duration `value` is the median and `p90` the 90th percentile, in seconds.
    `note` is one of the constants above, or empty.
    """

    key: str
    numerator: int | None
    denominator: int | None
    value: float | None
    low: float | None = None
    high: float | None = None
    note: str = ""
    p90: float | None = None


def figure(metric: Metric, key: str, numerator: int, denominator: int | None) -> Figure:
    """Make a figure of a count, or of numerator and denominator."""
    if metric.kind == "count":
        return Figure(key, numerator, None, numerator)
    if not denominator:
        return Figure(key, numerator, denominator, None, note=TOO_EARLY)
    low, high = wilson(numerator, denominator)
    note = FEW if denominator < COMPARABLE else ""
    return Figure(key, numerator, denominator, numerator / denominator, low, high, note)


def per_10_000(figure: Figure, residents: int) -> Figure:
    """A count told for every 10,000 residents; they stand where a denominator stands."""
    value = None if figure.numerator is None else figure.numerator * 10_000 / residents
    return replace(figure, denominator=residents, value=value)


def duration(key: str, counts: Mapping[int, int]) -> Figure:
    """Median and 90th percentile of durations counted by bin; told of ten cases or more."""
    cases = sum(counts.values())
    if cases < TELLING:
        return Figure(key, cases, None, None, note=FEW if cases else TOO_EARLY)
    middle, most = (percentile(counts, share) for share in (0.5, 0.9))
    return Figure(key, cases, None, middle and middle.seconds, p90=most and most.seconds)


def composite(key: str, parts: Sequence[tuple[float, Figure]]) -> Figure:
    """A weighted sum of shares, told if each of them is; it has no interval of its own."""
    note = next((figure.note for _, figure in parts if figure.value is None), "")
    fewest = min((figure.denominator or 0 for _, figure in parts), default=0)
    if note:
        return Figure(key, None, fewest, None, note=note)
    value = sum(weight * (figure.value or 0.0) for weight, figure in parts)
    return Figure(key, None, fewest, value, note=FEW if fewest < COMPARABLE else "")


def withheld(key: str, reason: str) -> Figure:
    """A figure that is not there, and why."""
    return Figure(key, None, None, None, note=reason)


def figures(metric: Metric, cells: Iterable[Cell]) -> list[Figure]:
    """Figures of published cells."""
    return [_published(metric, cell) for cell in cells]


def _published(metric: Metric, cell: Cell) -> Figure:
    if cell.numerator is None:
        return withheld(cell.key, cell.withheld or UNPUBLISHED)
    if metric.kind == "duration":
        return Figure(cell.key, cell.numerator, None, cell.value, p90=cell.p90)
    return figure(metric, cell.key, cell.numerator, cell.denominator)
