"""Units beside their peers: who is flagged, who is ranked, and who cannot be told apart."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from cities import City
from data_access.cases.engine import connect
from data_access.published import Release
from metrics import registry
from metrics.comparison import UNLISTED, Peers, compare, curves, place
from metrics.measure import COMPARABLE, Figure, figure
from metrics.stats.casemix import Cell
from pipeline import count
from pipeline.__main__ import main
from pipeline.ingest import ingest
from tests.conftest import NYC_2011, export

ON_TIME = registry.get("on_time_rate")


def figures(counts: dict[str, tuple[int, int]]) -> list[Figure]:
    return [figure(ON_TIME, unit, *pair) for unit, pair in counts.items()]


def by_unit(found: list[Peers]) -> dict[str, tuple[str, int | None, str]]:
    """unit → group, rank, tier."""
    return {
        unit.figure.key: (
            peers.group,
            unit.rank.median if unit.rank else None,
            unit.rank.tier if unit.rank else "",
        )
        for peers in found
        for unit in peers.units
    }  # fmt: skip


def test_units_are_compared_among_their_peers_only(ankang: City) -> None:
    counts = {"610902": (770, 1000), "610921": (990, 1000), "610922": (880, 1000),
              "gongan": (30, 60), "zhujian": (55, 60), "mars": (1, 40)}  # fmt: skip
    found = by_unit(compare(ON_TIME, figures(counts), ankang))
    assert found["610921"] == ("area", 1, "top")
    assert found["610922"] == ("area", 2, "middle")
    assert found["610902"] == ("area", 3, "bottom")
    assert found["zhujian"][:2] == ("department", 1)
    assert found["mars"] == (UNLISTED, None, "")  # nobody to be compared with


def test_the_order_is_the_register_s_whatever_the_rates(ankang: City) -> None:
    counts = {"610922": (900, 1000), "610902": (100, 1000), "610921": (500, 1000)}
    (peers,) = compare(ON_TIME, figures(counts), ankang)
    assert [unit.figure.key for unit in peers.units] == ["610902", "610921", "610922"]


def test_likes_cannot_be_told_apart(ankang: City) -> None:
    codes = [unit.code for unit in ankang.units if unit.peer_group == "area"]
    found = compare(ON_TIME, figures(dict.fromkeys(codes, (90, 100))), ankang)
    assert {unit.rank.tier for unit in found[0].units if unit.rank} == {"cannot be told apart"}
    assert {unit.point.flag for unit in found[0].units} == {0}


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=2, max_size=8))
def test_nobody_is_ranked_on_few_cases(ankang: City, pairs: list[tuple[int, int]]) -> None:
    codes = [unit.code for unit in ankang.units if unit.peer_group == "area"]
    counts = {code: (min(pair), max(pair)) for code, pair in zip(codes, pairs, strict=False)}
    for peers in compare(ON_TIME, figures(counts), ankang):
        for unit in peers.units:
            assert unit.rank is None or (unit.figure.denominator or 0) >= COMPARABLE


@pytest.mark.parametrize(("fewest", "ranked"), [(10, 2), (30, 2), (100, 2), (101, 0)])
def test_the_city_may_ask_for_more_cases_but_not_for_fewer(
    ankang: City, fewest: int, ranked: int
) -> None:
    counts = {"610902": (90, 100), "610921": (70, 100), "610922": (29, 29)}
    city = replace(ankang, fewest_compared=fewest)
    (peers,) = compare(ON_TIME, figures(counts), city)
    assert len([unit for unit in peers.units if unit.rank]) == ranked


def many_units(ankang: City, rng: np.random.Generator, off: float) -> tuple[Peers, ...]:
    """58 units alike but for chance, the first of them `off` by so much."""
    units = tuple(replace(unit, peer_group="area") for unit in ankang.units)
    counts = {unit.code: (int(rng.binomial(400, 0.9)), 400) for unit in units}
    counts[units[0].code] = (int(400 * (0.9 + off)), 400)
    unranked = replace(ankang, units=units, fewest_compared=1_000)  # ranks take time
    return tuple(compare(ON_TIME, figures(counts), unranked))


def test_of_many_units_alike_chance_makes_no_outlier(ankang: City) -> None:
    rng, flagged, with_any = np.random.default_rng(1), 0, 0
    for _ in range(100):
        (peers,) = many_units(ankang, rng, 0.0)
        flagged += sum(unit.point.flag_adjusted != 0 for unit in peers.units)
        with_any += any(unit.outlier for unit in peers.units)
    assert flagged > 150, "each by itself, one in twenty lies beyond the limits"
    assert with_any <= 8  # of 100 tables


def test_a_unit_far_off_is_an_outlier_among_many(ankang: City) -> None:
    rng = np.random.default_rng(2)
    for off in (-0.12, 0.1):
        (peers,) = many_units(ankang, rng, off)
        assert peers.units[0].outlier == (1 if off > 0 else -1)


def test_the_mix_of_cases_explains_what_it_explains(ankang: City) -> None:
    """Two units equally good at both kinds of cases, one of them with more of the hard ones."""
    mix = [
        Cell("610902", "hard", 50, 100), Cell("610902", "easy", 90, 100),
        Cell("610921", "hard", 100, 200), Cell("610921", "easy", 9, 10),
    ]  # fmt: skip
    counts = {"610902": (140, 200), "610921": (109, 210)}
    (peers,) = compare(ON_TIME, figures(counts), ankang, mix)
    crude = [unit.figure.value for unit in peers.units]
    assert crude == [0.7, pytest.approx(0.519, abs=0.001)]
    adjusted = [unit.adjusted for unit in peers.units]
    assert adjusted == [pytest.approx(peers.target), pytest.approx(peers.target)]
    upside_down = [cell._replace(events=cell.cases - cell.events) for cell in mix]
    late = {"610902": (60, 200), "610921": (101, 210)}
    (peers,) = compare(ON_TIME, figures(late), ankang, upside_down)
    assert [unit.adjusted for unit in peers.units] == [pytest.approx(peers.target)] * 2


def test_the_mix_is_counted_by_unit_category_and_month(demo: Release, ankang: City) -> None:
    opened = connect()
    by_unit = count.measure(opened, ON_TIME, ankang, demo.as_of, "unit")[1:]
    mix = count.mix(opened, ON_TIME, ankang, demo.as_of)
    assert count.mix(opened, registry.get("answered_calls"), ankang, demo.as_of) == []
    opened.dispose()
    for item in by_unit:
        mine = [cell for cell in mix if cell.unit == item.key]
        assert (sum(c.events for c in mine), sum(c.cases for c in mine)) == (
            item.numerator,
            item.denominator,
        )
    assert len({cell.group for cell in mix}) > 300


def test_what_has_no_good_direction_is_not_compared(ankang: City) -> None:
    with pytest.raises(ValueError, match="no good direction"):
        compare(registry.get("extended"), [], ankang)
    with pytest.raises(ValueError, match="only ratios"):
        compare(registry.get("open_overdue"), [], ankang)


def test_lower_can_be_better(ankang: City) -> None:
    counts = {"610902": (10, 1000), "610921": (100, 1000), "610922": (300, 1000)}
    metric = replace(ON_TIME, direction="lower_is_better")
    found = by_unit(compare(metric, figures(counts), ankang))
    assert [found[code][1] for code in counts] == [1, 2, 3]


@pytest.mark.real
def test_new_york(engine: Engine, nyc: City, capsys: pytest.CaptureFixture[str]) -> None:
    ingest(engine, "nyc311", str(export(NYC_2011)), nyc)
    found = count.measure(engine, ON_TIME, nyc, date(2011, 4, 1), "unit")[1:]
    units = by_unit(compare(ON_TIME, found, nyc))
    assert units["DPR"][1] is not None
    few = [item.key for item in found if 0 < (item.denominator or 0) < COMPARABLE]
    assert few
    assert {units[key][1] for key in few} == {None}
    assert main(["compare", "on_time_rate", "--city", "nyc", "--as-of", "2011-04-01"]) == 0
    printed = capsys.readouterr().out
    assert "DPR" in printed
    assert "not ranked" in printed.replace("\n", " ")


def test_beyond_chance_is_said_before_far_out(ankang: City) -> None:
    """Units that differ widely anyway: the one far out is not singled out, but chance it is not."""
    codes = [unit.code for unit in ankang.units if unit.peer_group == "area"]
    shares = (600, 700, 750, 800, 850, 880, 900, 950, 970, 990)
    counts = {code: (good, 1000) for code, good in zip(codes, shares, strict=False)}
    (peers,) = compare(ON_TIME, figures(counts), ankang)
    assert peers.tau2 > 0
    assert [unit.beyond for unit in peers.units][:2] == [-1, -1]
    assert {unit.outlier for unit in peers.units} == {0}


def test_of_many_units_alike_chance_alone_is_seldom_left_behind(ankang: City) -> None:
    rng, with_any = np.random.default_rng(3), 0
    for _ in range(30):
        (peers,) = many_units(ankang, rng, 0.0)
        with_any += any(unit.beyond for unit in peers.units)
    assert with_any <= 4  # of 30 tables; one in twenty is allowed


def test_the_limits_of_the_funnel_narrow_and_hold_the_units_alike(ankang: City) -> None:
    codes = [unit.code for unit in ankang.units if unit.peer_group == "area"]
    counts = {code: (n * 9 // 10, n) for n, code in zip((40, 100, 300, 1000), codes, strict=False)}
    (peers,) = compare(ON_TIME, figures(counts), ankang)
    found = curves(peers)
    assert found[0].cases <= 40 < 1000 <= found[-1].cases
    assert [curve.cases for curve in found] == sorted({curve.cases for curve in found})
    for curve in found:
        assert curve.outer.low <= curve.inner.low < peers.target < curve.inner.high
        assert curve.inner.high <= curve.outer.high
    wide, narrow = (found[i].inner.high - found[i].inner.low for i in (0, -1))
    assert narrow < wide / 3


def test_a_unit_is_found_in_its_group_or_not_at_all(ankang: City) -> None:
    found = compare(ON_TIME, figures({"610902": (90, 100), "gongan": (80, 100)}), ankang)
    both = place(found, "gongan")
    assert both is not None
    assert (both[0].group, both[1].figure.key) == ("department", "gongan")
    assert place(found, "mars") is None
