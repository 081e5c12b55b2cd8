"""What does not add up is not printed: figures of a release are spoilt one by one, and named."""

import re
import shutil
from pathlib import Path

import pytest

from data_access import published
from data_access.published import Release, describe
from supervision.bulletin import refusal, sums
from supervision.bulletin.figures import Figures, months
from tests import small_release

MONTH = "2026-10"


def test_months_of_the_demo_add_up(demo: Release) -> None:
    known = months(demo)
    assert len(known) > 24
    for month in (known[0], known[11], known[-1]):  # with a year before, and the very first
        sums.check(Figures(demo, month))


SLIPS = [
    ("metric = 'answered_on_the_spot' AND period = '{m}'", "numerator = numerator + 1", "当场解答"),
    ("metric = 'on_time_official' AND period = '{m}'", "denominator = denominator - 1", "当场解答"),
    ("metric = 'extended' AND period = '{m}'", "numerator = denominator + 1", "延期率"),
    ("metric = 'solved' AND period = '{m}'", "denominator = NULL", "解决率"),
    ("metric = 'received' AND period = '{m}' AND category <> 'all' AND category2 = 'all' "
     "AND area = 'all'", "numerator = numerator + 500", "各类别"),
    ("metric = 'received' AND period = '{m}' AND area <> 'all' AND town = 'all' "
     "AND category = 'all'", "numerator = numerator * 9", "各区县"),
    ("metric = 'satisfied' AND period = '{m}'", "numerator = denominator", "回访"),
    ("metric = 'received' AND period = '{q}' AND unit <> 'all'", "numerator = 99999",
     "各承办单位2026 年第 3 季度"),
    ("metric = 'received' AND period = '2026-08' AND unit = 'all' AND area = 'all' "
     "AND category = 'all'", "numerator = numerator + 1", "各月2026 年第 3 季度"),
]  # fmt: skip


@pytest.fixture
def spoilt(demo: Release, tmp_path: Path) -> Path:
    """A copy of the release's figures that may be spoilt."""
    folder = tmp_path / "releases" / "ankang" / demo.id
    folder.mkdir(parents=True)
    for name in (published.DATABASE, published.MANIFEST):
        shutil.copy(demo.folder / name, folder / name)
        (folder / name).chmod(0o644)
    return folder


@pytest.mark.parametrize(("where", "slip", "named"), SLIPS, ids=[slip[2] for slip in SLIPS])
def test_what_does_not_add_up_is_named_and_not_printed(
    spoilt: Path, where: str, slip: str, named: str
) -> None:
    condition = where.format(m=MONTH, q="2026-Q3")
    small_release.alter(spoilt, f"UPDATE cells SET {slip} WHERE {condition}")  # noqa: S608
    with pytest.raises(sums.DoesNotAddUp) as caught:
        sums.check(Figures(describe(spoilt), MONTH))
    said = refusal.lines("zh", "ankang", caught.value)
    assert any(named in line for line in said), said
    assert all(re.search(r"\d", line) for line in said)
    assert refusal.lines("en", "ankang", caught.value) != said


def test_kinds_make_up_their_category(spoilt: Path, demo: Release) -> None:
    category = Figures(demo, MONTH).parts("category")[0].key
    small_release.alter(
        spoilt,
        "INSERT INTO cells (metric, grain, period, unit, area, town, category, category2,"  # noqa: S608
        f" reason_code, numerator) VALUES ('received', 'month', '{MONTH}', 'all', 'all', 'all',"
        f" '{category}', 'x', 'all', 99999)",
    )
    with pytest.raises(sums.DoesNotAddUp) as caught:
        sums.check(Figures(describe(spoilt), MONTH))
    (said,) = refusal.lines("zh", "ankang", caught.value)
    assert f"各小类{category}：各部分合计 99999" in said
