"""Sides of a comparison are the published cells, and every pair of the demo city is judged."""

from itertools import combinations

import pytest

import cities
from data_access import adjusted
from data_access.published import ALL, NONE, Release, Scope, read, total
from metrics import registry, sides
from metrics.adjusted import told
from metrics.comparison import compare
from metrics.measure import figures
from metrics.pairs import REASONS, judge
from metrics.sides import Cut

YEAR = "2025"


def units(release: Release) -> list[str]:
    return [unit.code for unit in cities.profile(release.city).units]


def test_a_side_is_the_published_cell(demo: Release) -> None:
    city = cities.profile(demo.city)
    for code in [*units(demo), NONE]:
        for name in ("on_time_rate", "received"):
            told = sides.side(city, name, demo, Cut("unit", code, YEAR))
            cell = total(demo, name, Scope(grain="year", period=YEAR, unit=code))
            assert (told.figure.note == "not published") == (cell is None)
            if cell is not None:
                assert told.figure == figures(registry.get(name), [cell])[0]


def test_every_pair_of_units_gets_a_verdict_that_its_mirror_shares(demo: Release) -> None:
    city, seen = cities.profile(demo.city), set()
    group = {unit.code: unit.peer_group for unit in city.units}
    metric = registry.get("on_time_rate")
    there = [sides.side(city, metric.id, demo, Cut("unit", code, YEAR)) for code in units(demo)]
    for a, b in combinations(there, 2):
        found = judge(metric, a, b)
        assert judge(metric, b, a).reason == found.reason
        assert found.reason in ("", *REASONS)
        assert (found.reason == "peers") == (group[a.code] != group[b.code])
        seen.add(found.reason)
    assert {"", "peers", "withheld", "apart"} <= seen


def test_counties_are_compared_per_resident_alone(demo: Release) -> None:
    residents = cities.profile(demo.city).residents
    a, b = (Cut("area", code, YEAR) for code in ("610902", "610921"))
    raw = sides.compare("received", (demo, a), (demo, b))
    assert (raw.reason, raw.instead) == ("counts", "received_per_10k")
    found = sides.compare("received_per_10k", (demo, a), (demo, b))
    cells = [total(demo, "received", one.scope) for one in (a, b)]
    counts = [cell.numerator for cell in cells if cell and cell.numerator]
    assert [found.a.figure.numerator, found.b.figure.numerator] == counts
    assert found.found is not None
    rates = [count / residents[one.code] for count, one in zip(counts, (a, b), strict=True)]
    assert getattr(found.found, "ratio", None) == pytest.approx(rates[0] / rates[1])


def test_the_city_is_compared_with_itself_over_time(demo: Release) -> None:
    now, then = (Cut("city", ALL, period) for period in ("2026-Q3", "2026-Q2"))
    found = sides.compare("on_time_rate", (demo, now), (demo, then))
    cells = [
        total(demo, "on_time_rate", Scope(grain="quarter", period=p.period)) for p in (now, then)
    ]
    assert [found.a.figure.numerator, found.b.figure.numerator] == [
        c and c.numerator for c in cells
    ]
    running = sides.compare("on_time_rate", (demo, now), (demo, now._replace(period="2026-Q4")))
    assert running.reason == "running"


def test_the_adjusted_share_is_that_of_the_page_of_units(demo: Release) -> None:
    city, metric = cities.profile(demo.city), registry.get("on_time_rate")
    scope = Scope(grain="year", period=YEAR)
    everywhere = figures(metric, read(demo, metric.id, scope, "unit"))
    expected = {one.unit: one for one in adjusted.read(demo, metric.id, scope)}
    checked = 0
    for peers in compare(metric, [one for one in everywhere if one.key != NONE], city):
        for unit in peers.units:
            mine = sides.side(city, metric.id, demo, Cut("unit", unit.figure.key, YEAR)).adjusted
            row = expected.get(unit.figure.key)
            if row is None or row.cases is None:
                assert mine is None
                continue
            theirs = told(unit.figure, row.cases, row.withheld, peers.target)
            assert mine is not None
            assert (mine.value, mine.low, mine.high) == pytest.approx(
                (theirs.value, theirs.low, theirs.high)
            )
            checked += 1
    assert checked


def test_what_can_be_asked_is_what_the_release_tells(demo: Release) -> None:
    assert set(sides.told_by(demo, "unit")) >= {"on_time_rate", "received", "time_closed"}
    assert "received_per_10k" in sides.told_by(demo, "area")
    assert "received_per_10k" not in sides.told_by(demo, "unit")
    assert sides.periods(demo, "on_time_rate", "unit")[0] == "2026-Q3"
    assert sides.periods(demo, "on_time_rate", "city")[0] == "2026-Q3"
    assert "2026-10" in sides.periods(demo, "on_time_rate", "city")
    with pytest.raises(LookupError):
        sides.defined(demo, "nothing")
