"""Hexagons of a release made by hand: the demo city of the tests is too small to have any."""

from collections.abc import Mapping, Sequence

import h3

PERIOD = "2026-Q3"  # the newest quarter of the demo city
LOCATED = 830  # cases that have a point, in whatever cell


def around(rings: int) -> list[str]:
    """The cells around a point in Hanbin, so many rings of them."""
    return sorted(h3.grid_disk("87408cb61ffffff", rings))


def counted(cells: Sequence[str]) -> dict[str, int]:
    """10 cases in the first cell, 20 in the next, and so on."""
    return {cell: 10 * place for place, cell in enumerate(cells, start=1)}


def planted(counts: Mapping[str, int]) -> str:
    """The statement after which a release tells these cells and no others."""
    rows = ", ".join(f"('{PERIOD}', '{cell}', {n})" for cell, n in {**counts, "": LOCATED}.items())
    return f"DELETE FROM hexagons; INSERT INTO hexagons VALUES {rows}"  # noqa: S608 - the test's
