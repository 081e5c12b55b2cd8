"""The made-up city: the published figures by the official formulas, and life behind them."""

from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest

from cities import City
from data_access.cases.kinds import KINDS
from pipeline import demo
from pipeline.demo import intake
from pipeline.demo.world import world
from pipeline.sources import SourceError, load
from pipeline.validate import problems

SIZE, SEED = 60_000, 7
UNTIL = pd.Timestamp(demo.COMPLETE_UNTIL, tz="Asia/Shanghai")


@pytest.fixture(scope="module")
def told(ankang: City) -> dict[str, pd.DataFrame]:
    """Everything the source tells, by kind of record."""
    parts: dict[str, list[pd.DataFrame]] = {kind.name: [] for kind in KINDS}
    for some in load("demo").read(None, ankang, cases=SIZE, seed=SEED):
        assert not list(problems(some.records, some.kind, UNTIL.to_pydatetime()))
        parts[some.kind.name].append(some.records)
    return {name: pd.concat(frames, ignore_index=True) for name, frames in parts.items()}


@pytest.fixture(scope="module")
def orders(told: dict[str, pd.DataFrame]) -> pd.DataFrame:
    return told["cases"][~told["cases"]["on_the_spot"]]


def share(yes: "pd.Series[Any]") -> float:
    return 100 * float(yes.mean())


def test_the_official_share_on_time_is_the_published_one(orders: pd.DataFrame) -> None:
    deadline = orders["extended_due_at"].fillna(orders["due_at"])
    assert share(orders["closed_at"] <= deadline) == pytest.approx(99.18, abs=0.05)


def test_the_official_satisfaction_is_the_published_one(told: dict[str, pd.DataFrame]) -> None:
    valid = told["callbacks"][told["callbacks"]["answered"]]
    assert share(valid["satisfaction"] != "dissatisfied") == pytest.approx(90.46, abs=0.05)
    assert share(valid["satisfaction"] == "satisfied") < 84


def test_the_honest_figures_are_lower(told: dict[str, pd.DataFrame], orders: pd.DataFrame) -> None:
    due = orders[orders["due_at"] <= UNTIL]
    assert share(due["closed_at"] <= due["due_at"]) < 96
    assert (due["closed_at"].isna() & (due["extended_due_at"].fillna(due["due_at"]) < UNTIL)).any()
    at_once = orders["closed_at"] - orders["signed_at"] < pd.Timedelta(minutes=1)
    last_hour = orders["due_at"] - orders["closed_at"] < pd.Timedelta(hours=1)
    assert share(at_once) > 0.5
    assert share(last_hour & (orders["closed_at"] <= orders["due_at"])) > 0.5
    asked = told["callbacks"]
    assert share(asked["reached"]) < 85
    assert share(asked["answered"]) < 75


def test_who_was_let_down_answers_less(told: dict[str, pd.DataFrame], orders: pd.DataFrame) -> None:
    extended = orders.set_index("number")["extended_due_at"].notna()
    asked = told["callbacks"].assign(extended=told["callbacks"]["number"].map(extended))
    answered = asked.groupby("extended")["answered"].mean()
    assert answered[True] < answered[False]


def test_the_stages_follow_each_other_but_for_a_few(orders: pd.DataFrame) -> None:
    stages = ["received_at", "accepted_at", "dispatched_at", "signed_at", "handled_at",
              "replied_at", "closed_at", "called_back_at"]  # fmt: skip
    wrong = [(orders[later] < orders[earlier]).mean() for earlier, later in pairwise(stages)]
    assert 0 < max(wrong) < 0.004
    assert sum(wrong) == max(wrong)  # only signatures, before their dispatch
    for name in stages:
        assert not (orders[name] >= UNTIL).any()


def test_everything_belongs_to_a_case_and_is_told_once(told: dict[str, pd.DataFrame]) -> None:
    numbers = set(told["cases"]["number"])
    assert len(numbers) == len(told["cases"]) == SIZE
    assert told["calls"]["number"].is_unique
    for kind in (kind for kind in KINDS if kind.of_case):
        assert set(told[kind.name]["number"]) <= numbers
        assert not told[kind.name].duplicated(["number", "seq"]).any()
    lead = told["assignments"][told["assignments"]["role"] == "lead"]
    assert lead.duplicated("number").sum() == (told["events"]["kind"] == "return").sum() > 0
    repeats = told["cases"]["repeat_of"]
    assert set(repeats[repeats != ""]) <= numbers
    assert 4 < share(repeats != "") < 8


def test_a_few_units_put_many_cases_into_another_category(
    told: dict[str, pd.DataFrame], orders: pd.DataFrame
) -> None:
    """After they were signed for, before they were closed; and so drawn that nothing else moved."""
    events = told["events"]
    changed = events[events["kind"] == "recategorised"].set_index("number")
    cases = orders.set_index("number").loc[changed.index]
    assert not changed.index.duplicated().any()
    assert (changed["at"] >= cases["dispatched_at"]).all()
    assert (changed["at"] <= cases["closed_at"].fillna(UNTIL)).all()
    often = orders["number"].isin(changed.index).groupby(orders["unit"]).agg(["mean", "sum"])
    habit = often[(often["mean"] > 0.05) & (often["sum"] > 10)]
    assert 2 <= len(habit) <= len(often) / 4
    assert often.drop(habit.index)["sum"].sum() < 0.01 * len(orders)


def test_it_has_the_city_s_places_lines_and_units(
    told: dict[str, pd.DataFrame], ankang: City
) -> None:
    cases = told["cases"]
    assert cases["area"].nunique() == 10
    assert cases["town"].nunique() == 139
    assert cases["village"].nunique() > 1500
    assert cases["grid"].str.match(r"^(\d{12}G\d\d)?$").all()
    assert cases["entry_line"].nunique() == 34  # the hotline and the 33 that were merged into it
    assert set(cases["unit"]) <= {unit.code for unit in ankang.units} | {""}
    counties = [unit.code for unit in ankang.units if unit.peer_group == "area"]
    assert 70 < share(cases["unit"][cases["unit"] != ""].isin(counties)) < 80
    assert cases["longitude"].dropna().between(108.0, 110.2).all()
    assert cases["latitude"].dropna().between(31.7, 33.9).all()


def test_the_published_share_of_calls_is_answered(told: dict[str, pd.DataFrame]) -> None:
    calls, cases = told["calls"], told["cases"]
    assert share(calls["answered"]) == pytest.approx(95.92, abs=0.05)
    assert calls["answered"].sum() == (cases["channel"] == "phone").sum()
    assert (calls["answered_at"].notna() == calls["answered"]).all()
    assert (calls["called_at"] < calls["answered_at"].fillna(UNTIL)).all()
    vain = calls["called_at"][~calls["answered"]].dt.tz_convert("Asia/Shanghai").dt.hour
    assert (vain == 10).sum() > (vain == 3).sum(), "most give up when most call"


def test_seasons_and_an_outbreak_can_be_found(told: dict[str, pd.DataFrame]) -> None:
    cases, first = told["cases"], pd.Timestamp(intake.OUTBREAK[0], tz="Asia/Shanghai")
    sick = cases[cases["category3"] == intake.OUTBREAK_SUBJECT]
    inside = sick["received_at"].between(first, first + pd.Timedelta(days=intake.OUTBREAK[1]))
    assert inside.mean() > 0.3
    assert sick[inside]["town"].value_counts().iloc[:2].sum() > 0.9 * inside.sum()
    month = cases["received_at"].dt.tz_convert("Asia/Shanghai").dt.month
    cold = share(month[cases["category2"].str.contains("供热|供暖")].isin([11, 12, 1, 2, 3]))
    assert cold > 70
    hour = cases["received_at"].dt.tz_convert("Asia/Shanghai").dt.hour.value_counts()
    assert hour[10] > 8 * hour[3] > 0


def test_the_planted_persons_cannot_be_real(told: dict[str, pd.DataFrame]) -> None:
    callers = told["callers"]
    assert callers["phone"].str.match(r"^1\d\d0000\d{4}$").all()
    ids = callers["id_number"][callers["id_number"] != ""]
    assert len(ids) > 1000
    assert (ids.str.slice(14, 17) == "000").all()
    assert all(checks(number) for number in ids.head(500))


def checks(number: str) -> bool:
    """GB 11643: the weighted sum of all 18 leaves 1 when divided by 11."""
    digits = [10 if mark == "X" else int(mark) for mark in number]
    total: int = sum(digit * 2 ** (17 - place) for place, digit in enumerate(digits))
    return total % 11 == 1


def test_texts_leak_as_real_ones_do(told: dict[str, pd.DataFrame]) -> None:
    together = told["texts"].merge(told["callers"], on="number")
    written = together[together["handling"] != ""]
    for column in ("complaint", "handling"):
        leaks = [p in t or n in t for p, n, t in zip(
            written["phone"], written["name"], written[column], strict=True)]  # fmt: skip
        assert np.mean(leaks) > 0.15
    assert not written["reply"].str.contains(r"[{}]").any()
    spot = together[together["handling"] == ""]
    assert (spot["complaint"] != "").all()


def test_the_same_seed_gives_the_same_city(ankang: City) -> None:
    def made(seed: int) -> list[pd.DataFrame]:
        world.cache_clear()
        return [some.records for some in load("demo").read(None, ankang, cases=700, seed=seed)]

    one, same, other = made(3), made(3), made(4)
    for first, second in zip(one, same, strict=True):
        pd.testing.assert_frame_equal(first, second)
    assert not one[0]["received_at"].equals(other[0]["received_at"])


def test_a_city_without_what_it_takes_is_refused(nyc: City) -> None:
    with pytest.raises(SourceError, match=r"categories\.csv is missing: nyc has no demo city"):
        next(iter(load("demo").read(None, nyc, cases=1, seed=1)))
