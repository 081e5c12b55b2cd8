"""Coordinates of Chinese map services, made WGS-84.

GCJ-02 shifts every point by some hundred metres, BD-09 shifts GCJ-02 once more; neither is
published officially. The formulas are those that all open implementations share. Undoing the
shift by iteration is exact to a millimetre. CGCS2000 differs from WGS-84 by centimetres.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Degrees = NDArray[np.float64]
Shift = Callable[[Degrees, Degrees], tuple[Degrees, Degrees]]
AXIS, FLATTENING = 6378245.0, 0.00669342162296594323  # of the Krasovsky ellipsoid
BD_TURN = np.pi * 3000.0 / 180.0
ROUNDS = 4
SYSTEMS = ("WGS-84", "CGCS2000", "GCJ-02", "BD-09")


def to_wgs84(system: str, latitude: Degrees, longitude: Degrees) -> tuple[Degrees, Degrees]:
    """Degrees of one of SYSTEMS as WGS-84."""
    if system == "BD-09":
        latitude, longitude = _undo(_bd09, latitude, longitude)
    if system in ("BD-09", "GCJ-02"):
        latitude, longitude = _undo(_gcj02, latitude, longitude)
    return latitude, longitude


def _undo(shift: Shift, latitude: Degrees, longitude: Degrees) -> tuple[Degrees, Degrees]:
    """The point that a shift moves here."""
    lat, lon = latitude, longitude
    for _ in range(ROUNDS):
        shifted = shift(lat, lon)
        lat, lon = lat + latitude - shifted[0], lon + longitude - shifted[1]
    return lat, lon


def _bd09(latitude: Degrees, longitude: Degrees) -> tuple[Degrees, Degrees]:
    """GCJ-02 as BD-09."""
    radius = np.hypot(longitude, latitude) + 0.00002 * np.sin(latitude * BD_TURN)
    angle = np.arctan2(latitude, longitude) + 0.000003 * np.cos(longitude * BD_TURN)
    return radius * np.sin(angle) + 0.006, radius * np.cos(angle) + 0.0065


def _gcj02(latitude: Degrees, longitude: Degrees) -> tuple[Degrees, Degrees]:
    """WGS-84 as GCJ-02."""
    x, y = longitude - 105.0, latitude - 35.0
    both = (20 * np.sin(6 * x * np.pi) + 20 * np.sin(2 * x * np.pi)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x)) + both
    north += _waves(y, ((20, 1), (40, 1 / 3), (160, 1 / 12), (320, 1 / 30)))
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x)) + both
    east += _waves(x, ((20, 1), (40, 1 / 3), (150, 1 / 12), (300, 1 / 30)))
    turn = np.radians(latitude)
    bent = 1 - FLATTENING * np.sin(turn) ** 2
    north_radius = AXIS * (1 - FLATTENING) / (bent * np.sqrt(bent))
    east_radius = AXIS / np.sqrt(bent) * np.cos(turn)
    return latitude + np.degrees(north / north_radius), longitude + np.degrees(east / east_radius)


def _waves(along: Degrees, waves: tuple[tuple[float, float], ...]) -> Degrees:
    total: Degrees = sum(
        (height * np.sin(along * often * np.pi) for height, often in waves), np.zeros_like(along)
    )
    return total * 2 / 3
