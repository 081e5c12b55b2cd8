import pytest

from metrics import numerals
from metrics.measure import Figure


@pytest.mark.parametrize(
    ("share", "cases", "shown"),
    [
        (0.6531, 49, "65%"),
        (0.8318, 1629, "83.2%"),
        (0.9999, 20_000, "99.9%"),  # one late case is not none
        (0.995, 199, "99%"),
        (0.0001, 20_000, "0.1%"),
        (1.0, 20_000, "100.0%"),
        (1.0, 30, "100%"),
        (0.0, 30, "0%"),
        (None, None, "–"),
    ],
)
def test_percent(share: float | None, cases: int | None, shown: str) -> None:
    assert numerals.percent(share, cases) == shown


def test_a_figure_without_number_is_a_dash_not_a_zero() -> None:
    assert numerals.value(Figure("x", None, None, None, note="few")) == "–"
    assert numerals.count(0) == "0"
