"""A story's figures are published cells, moved as the pages say, and of a period that is over."""

import pytest

from data_access.published import ALL, Release, Scope, total
from metrics import registry, story
from metrics.change import between, grown
from metrics.measure import figures
from metrics.sides import Cut
from metrics.story import PARTS, Told

CITY = Cut("city", ALL, "2026-Q3")
PLACES = [
    CITY, CITY._replace(period="2026-10"), CITY._replace(period="2025"),
    Cut("area", "610902", "2026-Q3"), Cut("unit", "610923", "2025"),
    Cut("area", "610902", "2026-09"),
]  # fmt: skip


def scope(told: Told) -> Scope:
    grain = {"all": "all"}.get(told.period) or (
        "quarter" if "Q" in told.period else "month" if "-" in told.period else "year"
    )
    held = {} if told.by == "city" else {told.by: told.code}
    return Scope(grain=grain, period=told.period, **held)


@pytest.mark.parametrize("place", PLACES, ids=lambda place: "-".join(place))
def test_every_figure_is_the_published_cell(demo: Release, place: Cut) -> None:
    told = story.read_story(demo, place)
    assert {one.part for one in told.told} <= set(PARTS)
    assert {"headline", "official", "callbacks", "overdue", "reasons"} <= {
        one.part for one in told.told
    }
    for one in told.told:
        if one.part == "silent":
            continue
        cell = total(demo, one.metric.id, scope(one))
        assert (one.figure.note == "not published") == (cell is None), one
        if cell is not None:
            assert one.figure == figures(registry.get(one.metric.id), [cell])[0]
    for one in told.part("headline"):
        assert (one.by, one.code) == (place.by, place.code)
    for name in ("official", "callbacks", "overdue", "reasons"):
        assert {one.by for one in told.part(name)} == {"city"}


@pytest.mark.parametrize("place", PLACES, ids=lambda place: "-".join(place))
def test_every_change_rests_on_figures_of_the_story(demo: Release, place: Cut) -> None:
    told = story.read_story(demo, place)
    before = {(o.metric.id, o.by, o.code, o.period): o.figure for o in told.part("before")}
    checked = 0
    for one in told.told:
        for change in one.changes:
            then = before[one.metric.id, one.by, one.code, change.since]
            again = (grown if one.metric.kind == "count" else between)(one.figure, then)
            assert change == again
            checked += 1
    assert checked
    assert len(before) == len(told.part("before"))


def test_reasons_of_a_month_are_those_of_its_quarter(demo: Release) -> None:
    told = story.read_story(demo, CITY._replace(period="2026-09"))
    assert {one.period for one in told.part("reasons")} == {"2026-Q3"}
    assert told.part("reason")
    counts = [one.figure.numerator or 0 for one in told.part("reason")]
    assert counts == sorted(counts, reverse=True)


def test_the_silent_are_bounded_by_who_answered(demo: Release) -> None:
    told = story.read_story(demo, CITY)
    (silent,) = told.part("silent")
    mine = {one.metric.id: one.figure for one in told.part("callbacks")}
    asked = mine["callbacks_asked"].numerator or 0
    satisfied = mine["satisfied"].numerator or 0
    answered = mine["callbacks_answered"].numerator or 0
    assert silent.figure.low == pytest.approx(satisfied / asked)
    assert silent.figure.high == pytest.approx((satisfied + asked - answered) / asked)
    assert silent.figure.value is None


def test_only_closed_periods_in_which_receipts_are_told(demo: Release) -> None:
    there = story.periods(demo, CITY)
    assert (there[0], there[-1]) == ("2026-Q3", min(one for one in there if len(one) == 4))
    assert "2026-Q4" not in there
    assert "2026" not in there
    assert "2026-10" in there
    assert story.periods(demo, Cut("unit", "610902", ALL))[0] == "2026-Q3"
    assert story.periods(demo, Cut("unit", "nowhere", ALL)) == []
    with pytest.raises(ValueError, match="was not over"):
        story.read_story(demo, CITY._replace(period="2026"))
