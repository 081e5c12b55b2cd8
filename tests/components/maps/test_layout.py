"""Tiles: each place once, none on top of another, west stays west."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from cities import City
from cities.divisions import Town, towns
from components.maps.layout import WIDE, Tile, of_areas, of_towns


def town(area: str, col: int, row: int) -> Town:
    return Town(f"{area}{col}-{row}", {"zh": "镇", "en": "Town"}, area, col, row)


anywhere = st.builds(town, st.sampled_from("abcdefgh"), st.integers(0, 40), st.integers(0, 40))


def apart(tiles: list[Tile]) -> bool:
    return all(
        one.row != other.row or abs(one.col - other.col) >= 1
        for one, other in combinations(tiles, 2)
    )


@given(st.lists(anywhere, min_size=1, max_size=40))
def test_areas_never_lie_on_one_another(found: list[Town]) -> None:
    codes = sorted({town.area for town in found})
    tiles = of_areas(found, codes)
    assert sorted(tile.code for tile in tiles) == codes
    assert apart(tiles)
    assert min(tile.col for tile in tiles) >= 0
    assert {tile.row for tile in tiles} == set(range(max(tile.row for tile in tiles) + 1))


def test_ankang_as_one_knows_it(ankang: City) -> None:
    tiles = of_areas(towns(ankang.id), list(ankang.residents))
    names = {unit.code: unit.names["en"] for unit in ankang.units}
    rows = {(tile.row, tile.col): names[tile.code] for tile in tiles}
    assert rows == {
        (0, 0): "Ningshan",
        (1, 0): "Shiquan", (1, 1): "Hanyin", (1, 2): "Hanbin", (1, 3): "Xunyang", (1, 4): "Baihe",
        (2, 0.5): "Ziyang", (2, 1.5): "Langao", (2, 2.5): "Pingli", (2, 3.5): "Zhenping",
    }  # fmt: skip


def test_without_places_the_areas_stand_in_plain_rows() -> None:
    codes = [f"a{place}" for place in range(WIDE + 1)]
    tiles = of_areas((), codes)
    assert [tile.code for tile in tiles] == codes
    assert tiles[WIDE] == Tile(codes[WIDE], 0, 1)
    assert apart(tiles)
    assert of_areas((), []) == []


def test_areas_in_the_same_place_stand_side_by_side() -> None:
    tiles = of_areas((town("a", 3, 3), town("b", 3, 3)), ["a", "b"])
    assert tiles == [Tile("a", 0, 0), Tile("b", 1, 0)]


def test_the_towns_of_an_area_start_in_the_corner() -> None:
    found = (town("a", 7, 3), town("a", 8, 4), town("b", 0, 0))
    assert of_towns(found, "a") == [Tile("a7-3", 0, 0), Tile("a8-4", 1, 1)]
    assert of_towns(found, "c") == []
