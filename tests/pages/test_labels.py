"""Names beside places on a map: none covers another, whatever the places."""

from itertools import combinations
from math import cos, radians

from hypothesis import given
from hypothesis import strategies as st

from components.maps.labels import AWAY, LETTERS, LINE, Name, ems, placed

SCALE = 150.0  # pixels of a degree of longitude
POINTS = st.tuples(st.floats(108, 110), st.floats(31, 34))


def test_above_then_below_then_none() -> None:
    here = (109.0, 32.0)
    names = placed([(name, here) for name in ("甲", "乙", "丙")], SCALE)
    assert list(names) == [Name("甲", *here, -AWAY), Name("乙", *here, AWAY)]


def middle(name: Name) -> tuple[float, float]:
    """Where on the drawing a name stands, in pixels to the east and south."""
    return name.lon * SCALE, name.below - name.lat * SCALE / cos(radians(name.lat))


@given(st.lists(st.tuples(st.sampled_from(["汉滨区", "Shiquan", "宁陕县"]), POINTS), max_size=20))
def test_no_two_names_overlap(named: list[tuple[str, tuple[float, float]]]) -> None:
    names = list(placed(named, SCALE))
    assert [name.text for name in names[:1]] == [text for text, _ in named[:1]]
    for one, other in combinations(names, 2):
        (x, y), (x_other, y_other) = middle(one), middle(other)
        wide = (ems(one.text) + ems(other.text)) * LETTERS / 2
        assert abs(x - x_other) > wide - 1e-6 or abs(y - y_other) > LINE - 1e-6
