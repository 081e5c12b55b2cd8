"""What share of a published total each of its published parts is, and which part leads."""

from collections.abc import Sequence

from metrics.intervals import wilson
from metrics.measure import COMPARABLE, FEW, TOO_EARLY, UNPUBLISHED, Figure, withheld


def share(part: Figure, whole: Figure | None) -> Figure:
    """A count as a share of a total, with Wilson's interval.

    Withheld where either count is, and where the total is below COMPARABLE.
    """
    if part.numerator is None:
        return withheld(part.key, part.note or UNPUBLISHED)
    if whole is None or whole.numerator is None:
        return withheld(part.key, whole.note if whole else UNPUBLISHED)
    if whole.numerator < COMPARABLE:
        return withheld(part.key, FEW)
    low, high = wilson(part.numerator, whole.numerator)
    value = part.numerator / whole.numerator
    return Figure(part.key, part.numerator, whole.numerator, value, low, high)


def share_of(key: str, part: int, whole: int) -> Figure:
    """So many of so many with Wilson's interval, however few; TOO_EARLY where there is none."""
    if not whole:
        return Figure(key, part, whole, None, note=TOO_EARLY)
    return Figure(key, part, whole, part / whole, *wilson(part, whole))


def leading(parts: Sequence[Figure]) -> list[Figure]:
    """The greatest published count, then those that chance alone could have made as great.

    Of two counts a > b of one total, a is binomial with a half given a + b: they are told apart
    where Wilson's 95 % interval of a / (a + b) lies above a half.
    """
    told = [(part.numerator, part) for part in parts if part.numerator]
    ranked = sorted(told, key=lambda pair: -pair[0])
    return [part for count, part in ranked if not _apart(ranked[0][0], count)]


def unseen(parts: Sequence[Figure], whole: Figure | None) -> int | None:
    """How many of the total are in parts whose counts are withheld; None where it is withheld.

    A withheld part may be as great as that, so what leads can only be told if it is greater.
    """
    if whole is None or whole.numerator is None:
        return None
    return whole.numerator - sum(part.numerator or 0 for part in parts)


def _apart(greater: int, smaller: int) -> bool:
    return wilson(greater, greater + smaller)[0] > 0.5
