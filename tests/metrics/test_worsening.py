"""What is getting worse: a planted fall is found, chance is not, and nothing else is looked at."""

from dataclasses import replace

import numpy as np
import pytest

from data_access.published import NONE, Cell, Release, Scope
from metrics import registry, worsening
from metrics.measure import figures
from metrics.stats import funnel
from metrics.worsening import CITY, Pair, swing, worse

SIZE = 400


def pair(now: int, then: int, key: str = "a", name: str = "on_time_rate", size: int = SIZE) -> Pair:
    """A share now and then, each over `size` cases."""
    metric = registry.get(name)
    told = [Cell(when, n, size, None, None, None) for when, n in (("now", now), ("then", then))]
    return Pair(metric, "unit", key, *figures(metric, told))


def by_chance(seed: int, slices: int = 40, spread: float = 0.0) -> list[Pair]:
    """Slices whose true share is 0.9 both times, give or take what they swing by themselves."""
    rng = np.random.default_rng(seed)
    true = np.clip(0.9 + rng.normal(0, spread, (slices, 2)), 0.01, 0.99) if spread else 0.9
    counts = rng.binomial(SIZE, true, (slices, 2))
    return [pair(int(now), int(then), str(key)) for key, (now, then) in enumerate(counts)]


def test_a_fall_is_found_among_many() -> None:
    pairs = [*by_chance(1), pair(300, 360, "fell")]
    (found,) = worse(pairs, {})
    assert found.pair.key == "fell"
    assert found.more == 60
    assert found.change.difference == pytest.approx(-0.15)


def test_chance_alone_is_seldom_called_worse() -> None:
    """Where nothing has changed, naming anything is a false find: at most one look in twenty."""
    runs = 200
    false = sum(bool(worse(by_chance(seed), {})) for seed in range(runs))
    assert false <= 0.05 * runs
    plain = sum(any(map(worsening._worse, by_chance(seed))) for seed in range(runs))
    assert plain > 0.3 * runs  # without the control most looks would name somebody


@pytest.mark.parametrize(("name", "now", "found"), [
    ("on_time_rate", 300, True), ("on_time_rate", 395, False),
    ("closed_last_hour", 395, True), ("closed_last_hour", 300, False),
])  # fmt: skip
def test_worse_is_what_the_metric_calls_bad(name: str, now: int, found: bool) -> None:
    told = worse([replace(pair(now, 360, name=name), by=CITY)], {})
    assert bool(told) == found
    assert all(item.more > 0 for item in told)


def test_the_most_cases_come_first() -> None:
    pairs = [pair(300, 360, "few"), pair(3000, 3600, "many", size=4000)]
    assert [item.pair.key for item in worse(pairs, {})] == ["many", "few"]


def test_slices_that_always_swing_have_to_swing_further() -> None:
    calm, wild = (
        swing([one for seed in range(4) for one in by_chance(seed, spread=spread)])
        for spread in (0.0, 0.03)
    )
    family = ("on_time_rate", "unit")
    assert calm[family] < 1.2
    assert wild[family] > 1.5
    fell = [pair(335, 360)]
    assert worse(fell, calm)
    assert not worse(fell, wild)


def test_what_fell_this_time_does_not_hide_itself() -> None:
    """A third of the slices fall: had their own spread been taken, none would be named."""
    pairs = [*by_chance(1, 20), *(pair(320, 360, f"fell{i}") for i in range(10))]
    fell = {f"fell{i}" for i in range(10)}
    assert {item.pair.key for item in worse(pairs, swing(by_chance(2)))} >= fell
    assert not worse(pairs, swing(pairs))


def test_few_earlier_changes_tell_nothing_and_the_city_never() -> None:
    assert swing(by_chance(1, funnel.FAMILY - 1, spread=0.05)) == {}
    assert swing([replace(one, by=CITY) for one in by_chance(1, spread=0.05)]) == {}


def test_nothing_to_look_at_is_nothing_worse() -> None:
    assert worse([], {}) == ()


def test_shares_that_are_all_alike_have_not_moved() -> None:
    assert worse([pair(SIZE, SIZE), pair(0, 0)], {}) == ()


def test_only_shares_over_cases_enough_are_looked_at(demo: Release) -> None:
    scope = Scope(grain="quarter", period="2026-Q3")
    found = worsening.look(demo, scope)
    pairs = list(
        worsening._pairs(
            lambda *asked: worsening._figures(demo, "quarter", *asked),
            worsening._tables(CITY, "area", "category", "unit"), "2026-Q3", "2026-Q2",
        )
    )  # fmt: skip
    assert (found.period, found.since, found.looked_at) == ("2026-Q3", "2026-Q2", len(pairs))
    assert {one.key for one in pairs if one.by == CITY} == {CITY}
    assert {one.by for one in pairs} > {CITY}
    assert all(min(one.now.denominator or 0, one.then.denominator or 0) >= 30 for one in pairs)
    assert NONE not in {one.key for one in pairs}


def test_watched_shares_have_a_good_direction_and_are_final() -> None:
    for name in worsening.WATCHED:
        metric = registry.get(name)
        assert metric.kind == "ratio"
        assert metric.direction != "neutral"
        assert metric.dated_by != "received_at"
