"""Names beside places on a map: above, below where that is taken, or none at all."""

from collections.abc import Iterable, Iterator
from math import cos, radians
from typing import NamedTuple

Point = tuple[float, float]  # longitude and latitude in degrees
Ring = list[Point]  # from a corner round to the same corner
LATIN = 0.6  # of a Chinese character: the width of a bold Latin letter
LETTERS, LINE = 13, 17  # pixels: how large a name is written, and how high its line is
AWAY = 13  # pixels from a place to the middle of its name


class Name(NamedTuple):
    """What is written, at which place, and how many pixels below it; above, if that is negative."""

    text: str
    lon: float
    lat: float
    below: int


class Box(NamedTuple):
    """What a name covers, in pixels."""

    left: float
    right: float
    top: float
    bottom: float

    def meets(self, other: "Box") -> bool:
        """Whether both cover some of the same."""
        beside = self.left < other.right and other.left < self.right
        return beside and self.top < other.bottom and other.top < self.bottom


def ems(text: str) -> float:
    """How wide a text is, in Chinese characters."""
    return sum(LATIN if letter.isascii() else 1.0 for letter in text)


def placed(named: Iterable[tuple[str, Point]], scale: float) -> Iterator[Name]:
    """The names that find room, the first ones first. `scale`: pixels of a degree of longitude."""
    taken: list[Box] = []
    for text, (lon, lat) in named:
        half = ems(text) * LETTERS / 2
        x, y = lon * scale, -lat * scale / cos(radians(lat))
        for below in (-AWAY, AWAY):
            box = Box(x - half, x + half, y + below - LINE / 2, y + below + LINE / 2)
            if not any(box.meets(other) for other in taken):
                taken.append(box)
                yield Name(text, lon, lat, below)
                break
