"""Calendar periods: month in quarter in year in all time, as labels that sort."""

from datetime import date

ALL = "all"
GRAINS = ("month", "quarter", "year", ALL)


def label(year: int, month: int, grain: str) -> str:
    """The label of the period that holds a month: 2024-03, 2024-Q1, 2024 or all."""
    return {
        "month": f"{year:04d}-{month:02d}",
        "quarter": f"{year:04d}-Q{(month + 2) // 3}",
        "year": f"{year:04d}",
        ALL: ALL,
    }[grain]


def grain_of(period: str) -> str:
    """Month, quarter, year or all, as the form of a label says."""
    return (
        ALL
        if period == ALL
        else {4: "year", 7: "quarter" if "Q" in period else "month"}[len(period)]
    )


def first_day(period: str) -> date:
    """The day a period starts; all time has none and is an error."""
    if "Q" in period:
        return date(int(period[:4]), int(period[-1]) * 3 - 2, 1)
    return date.fromisoformat((period + "-01-01")[:10])


def after(period: str) -> date:
    """The first day after a period."""
    start = first_day(period)
    months = {4: 12, 7: 3 if "Q" in period else 1}[len(period)]
    year, month = divmod(start.month - 1 + months, 12)
    return date(start.year + year, month + 1, 1)


def closed(period: str, as_of: date) -> bool:
    """Whether a period had ended when the as-of day began. All time never ends."""
    return period != ALL and after(period) <= as_of


def months(first: tuple[int, int], last: tuple[int, int]) -> list[tuple[int, int]]:
    """Every (year, month) from first to last."""
    start, end = (year * 12 + month - 1 for year, month in (first, last))
    return [(number // 12, number % 12 + 1) for number in range(start, end + 1)]
