"""The season of a count: how each month of the year compares with the year it lies in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from metrics.intervals import wilson
from metrics.measure import Figure
from metrics.periods import after, first_day

MONTHS = range(1, 13)
FEWEST = 2  # whole years, or a month that was high once would pass for a season


@dataclass(frozen=True)
class Season:
    """By month, 1 to 12: cases a day over those of the whole year, the mean of `years`.

    `busy` are the months that had more than their days' share in every one of these years, each
    time by more than chance.
    """

    years: tuple[str, ...]
    index: tuple[float, ...]
    busy: tuple[int, ...]

    @property
    def peak(self) -> int | None:
        """Of the busy months the one with the most."""
        return max(self.busy, key=lambda month: self.index[month - 1], default=None)


def season(months: Sequence[Figure]) -> Season | None:
    """The season of a count by month; None unless FEWEST calendar years are published whole."""
    counts = {figure.key: figure.numerator for figure in months if figure.numerator is not None}
    years = tuple(year for year in sorted({key[:4] for key in counts}) if _whole(counts, year))
    if len(years) < FEWEST:
        return None
    index = tuple(
        sum(_index(counts, year, month) for year in years) / len(years) for month in MONTHS
    )
    busy = tuple(m for m in MONTHS if all(_above(counts, year, m) for year in years))
    return Season(years, index, busy)


def by_year(months: Sequence[Figure]) -> dict[str, list[Figure]]:
    """The figures by calendar year, oldest first."""
    found: dict[str, list[Figure]] = {}
    for figure in sorted(months, key=lambda one: one.key):
        found.setdefault(figure.key[:4], []).append(figure)
    return found


def _whole(counts: Mapping[str, int], year: str) -> bool:
    return all(f"{year}-{month:02}" in counts for month in MONTHS) and _total(counts, year) > 0


def _total(counts: Mapping[str, int], year: str) -> int:
    return sum(counts[f"{year}-{month:02}"] for month in MONTHS)


def _days(period: str) -> int:
    return (after(period) - first_day(period)).days


def _index(counts: Mapping[str, int], year: str, month: int) -> float:
    key = f"{year}-{month:02}"
    return counts[key] / _total(counts, year) * _days(year) / _days(key)


def _above(counts: Mapping[str, int], year: str, month: int) -> bool:
    """Whether a month had more of its year than its days, by more than chance."""
    key = f"{year}-{month:02}"
    low, _ = wilson(counts[key], _total(counts, year))
    return low > _days(key) / _days(year)
