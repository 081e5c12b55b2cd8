"""Figures as text, alike in every language."""

from datetime import date

from metrics.measure import WHOLE_PERCENT_BELOW, Figure


def count(number: int | float | None) -> str:
    """12,345; a dash where there is no number."""
    return "–" if number is None else f"{number:,.0f}"


def percent(share: float | None, cases: int | None) -> str:
    """A share of so many cases: whole percent for few, one decimal for many.

    Rounding never turns a share short of 100 % into 100 %, nor one above 0 into 0.
    """
    if share is None or cases is None:
        return "–"
    digits = 0 if cases < WHOLE_PERCENT_BELOW else 1
    smallest = 10**-digits
    value = round(share * 100, digits)
    if share < 1:
        value = min(value, 100 - smallest)
    if share > 0:
        value = max(value, smallest)
    return f"{value:.{digits}f}%"


def value(figure: Figure) -> str:
    """The figure itself: a percentage for a ratio, else a count."""
    if figure.denominator is None:
        return count(figure.value)
    return percent(figure.value, figure.denominator)


def bounds(figure: Figure) -> tuple[str, str]:
    """Both ends of the interval."""
    return percent(figure.low, figure.denominator), percent(figure.high, figure.denominator)


def span(seconds: float) -> str:
    """A duration in the unit that suits it: 40 s, 12 min, 5.3 h, 4.1 d."""
    for unit, length, most in (("s", 1, 60), ("min", 60, 3600), ("h", 3600, 172_800)):
        if seconds < most:
            return f"{seconds / length:.{0 if unit != 'h' else 1}f} {unit}"
    return f"{seconds / 86_400:.1f} d"


def day(moment: date) -> str:
    """2026-11-01, which both languages read the same."""
    return moment.isoformat()
