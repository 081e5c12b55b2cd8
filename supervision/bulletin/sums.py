"""What has to add up before a bulletin is printed. Whatever does not is named, with both sides.

Parts that are withheld are unknown, so then the others may only not exceed the whole.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from data_access import published
from data_access.published import Scope
from metrics.measure import Figure
from metrics.periods import after, first_day
from supervision.bulletin.figures import Figures
from supervision.bulletin.shown import OF_UNITS, RATES


@dataclass(frozen=True)
class Wrong:
    """A sum that does not hold; `name` is the end of a text's key, `said` what it takes."""

    name: str
    said: dict[str, object]


class DoesNotAddUp(ValueError):
    """Figures that contradict each other: nothing is printed of them."""

    def __init__(self, wrong: Sequence[Wrong]) -> None:
        super().__init__("; ".join(f"{one.name} {one.said}" for one in wrong))
        self.wrong = tuple(wrong)


def check(found: Figures) -> None:
    """Raises DoesNotAddUp with everything that is wrong.

    Of impossible rates no figure can be made at all, so they are looked for first and alone.
    """
    for looks in ((_rates,), CHECKS):
        if wrong := [one for look in looks for one in look(found)]:
            raise DoesNotAddUp(wrong)


def orders(found: Figures) -> int | None:
    """How many work orders were formed: what the official rate on time is counted among."""
    return found.one("on_time_official").denominator


def _spot(found: Figures) -> Iterator[Wrong]:
    """当场解答 + 工单 = 受理."""
    received, spot, formed = found.one("received").numerator, found.one(SPOT), orders(found)
    if received is None or spot.numerator is None or formed is None:
        return
    if spot.numerator + formed != received or spot.denominator != received:
        said = {"spot": spot.numerator, "orders": formed, "received": received}
        yield Wrong("spot", {**said, "among": spot.denominator})


def _rates(found: Figures) -> Iterator[Wrong]:
    """Of a part and what it is part of: both are there, and the part is no more."""
    quarter = Scope(grain="quarter", period=found.quarter)
    asked = [(name, Scope(grain="month"), "period") for name in RATES]
    asked += [(name, quarter, "unit") for name in OF_UNITS if found.quarter]
    for name, scope, by in asked:
        for cell in published.read(found.release, name, scope, by):
            part, whole = cell.numerator, cell.denominator
            if part is not None and (whole is None or not 0 <= part <= whole):
                said = {"metric": name, "within": cell.key, "part": part, "whole": whole}
                yield Wrong("rate", said)


def _parts(found: Figures) -> Iterator[Wrong]:
    """Counties, categories and their kinds make up what was received."""
    received = found.one("received").numerator
    for dimension in ("area", "category"):
        yield from _whole(dimension, "", found.parts(dimension), received)
    for category in found.parts("category"):
        kinds = found.parts("category2", category=category.key)
        yield from _whole("category2", category.key, kinds, category.numerator)


def _callbacks(found: Figures) -> Iterator[Wrong]:
    """What was said adds up to how many answered."""
    try:
        found.answers()
    except ValueError as error:
        yield Wrong("callbacks", {"error": error})


def _quarter(found: Figures) -> Iterator[Wrong]:
    """The three months make up the quarter that units are told for, and the units do."""
    if not found.quarter:
        return
    whole = found.total(found.quarter).numerator
    day, months = first_day(found.quarter), []
    while day < after(found.quarter):
        month = f"{day:%Y-%m}"
        months.append(found.series("received").get(month) or Figure(month, None, None, None))
        day = (day + timedelta(days=31)).replace(day=1)
    yield from _whole("months", found.quarter, months, whole)
    yield from _whole("unit", found.quarter, found.parts("unit", found.quarter), whole)


def _whole(
    dimension: str, within: str, parts: Sequence[Figure], whole: int | None
) -> Iterator[Wrong]:
    told = [part.numerator for part in parts if part.numerator is not None]
    if whole is None or not parts:
        return
    known = sum(told)
    if known > whole or (len(told) == len(parts) and known != whole):
        yield Wrong(
            "parts", {"dimension": dimension, "within": within, "parts": known, "whole": whole}
        )


SPOT = "answered_on_the_spot"
CHECKS: tuple[Callable[[Figures], Iterator[Wrong]], ...] = (
    _spot, _parts, _callbacks, _quarter,
)  # fmt: skip
