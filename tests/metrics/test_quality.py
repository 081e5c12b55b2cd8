"""Statements about the data, put in order."""

import pytest

from data_access.quality import Row
from metrics.quality import Hidden, of, share, withheld_by_table

TOLD = [
    Row("rows", "stored", "", 90, 100, None),
    Row("cells", "area few", "month", 3, 40, None),
    Row("cells", "area protected", "month", 5, 40, None),
    Row("cells", "city too early", "all", 1, 40, None),
    Row("cells", "unit few", "year", 30, 40, None),
    Row("cases", "area", "month", 12, 900, None),
]


def test_tables_that_hide_most_come_first() -> None:
    assert of(TOLD, "rows") == TOLD[:1]
    assert withheld_by_table(TOLD) == [
        Hidden("unit", "year", 40, 30, 0, None, None),
        Hidden("area", "month", 40, 3, 5, 12, 900),
        Hidden("city", "all", 40, 0, 0, None, None),
    ]
    assert withheld_by_table([]) == []


@pytest.mark.parametrize(
    ("number", "total", "said"),
    [
        (None, 10, "–"), (3, None, "–"), (3, 0, "–"), (0, 10, "0%"), (5, 10, "50.0%"),
        (1, 100_000, "<0.01%"), (99_999, 100_000, ">99.99%"), (5, 1_000, "0.50%"),
        (10, 10, "100%"),
    ],
)  # fmt: skip
def test_a_share_is_never_rounded_to_nothing_or_to_all(
    number: int | None, total: int | None, said: str
) -> None:
    assert share(number, total) == said
