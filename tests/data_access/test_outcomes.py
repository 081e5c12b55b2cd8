"""The search of cleared texts finds and counts what reading them one by one does."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from data_access import outcomes
from data_access.outcomes import COLUMNS, FACETS, Outcome
from data_access.published import Release, current
from data_access.settings import releases
from pipeline.outcomes import pairs
from pipeline.verify import verify
from tests import small_release

LETTERS = "路灯不亮修好了小区物业供水𠮷A1\n"
ALL = len(LETTERS)


def table(texts: list[str], seed: int = 3) -> pd.DataFrame:
    rng, size = np.random.default_rng(seed), len(texts)
    columns = {name: rng.choice(["a", "b", ""], size) for name in COLUMNS}
    columns |= {
        "when": rng.choice(["2025", "2026-Q1"], size),
        "text": np.array(texts, dtype=object),
    }
    columns["row"] = np.array([f"r{place:04d}" for place in range(size)])
    return pd.DataFrame({name: columns[name] for name in COLUMNS}).astype(object)


def published(texts: pd.DataFrame, *, index: bool = True) -> Release:
    made = small_release.contents()
    tables = {**made.tables, "outcomes": texts}
    if index:
        tables["outcome_pairs"] = pairs(texts["text"].tolist())
    small_release.publish(replace(made, tables=tables))
    found = current(small_release.CITY)
    assert found is not None
    return found


@pytest.fixture
def texts() -> pd.DataFrame:
    rng = np.random.default_rng(1)
    return table(["".join(rng.choice(list(LETTERS), rng.integers(0, 40))) for _ in range(300)])


def reading(texts: pd.DataFrame, words: str, facets: dict[str, str]) -> list[Outcome]:
    """The oracle: every text is read."""
    rows = texts.sort_values("row").to_dict("records")
    found = [
        row for row in rows
        if all(word in row["text"] for word in words.split())
        and all(row[name] == value for name, value in facets.items())
    ]  # fmt: skip
    found.sort(key=lambda row: row["when"], reverse=True)
    return [Outcome(**{name: row[name] for name in Outcome._fields}) for row in found]


@pytest.mark.parametrize("index", [True, False], ids=["index", "before there was one"])
def test_found_is_what_reading_finds(data: None, texts: pd.DataFrame, index: bool) -> None:
    release = published(texts, index=index)
    rng = np.random.default_rng(2)
    asked = [
        "",
        "灯",
        "路灯",
        "𠮷A",
        "路灯 小区",
        "不亮修",
        "没有的词",
        "灯 没",
        "A1",
        "修好了小区",
    ]
    asked += ["".join(rng.choice(list(LETTERS[:-1]), rng.integers(1, 4))) for _ in range(30)]
    for place, words in enumerate(asked):
        facets = {FACETS[place % 5]: "ab"[place % 2]} if place % 3 else {}
        wanted = reading(texts, words, facets)
        found, total = outcomes.search(release, words, facets, 10, skip=5)
        assert (found, total) == (wanted[5:15], len(wanted)), words
        by = FACETS[(place + 1) % 5]
        others = {name: value for name, value in facets.items() if name != by}
        told = Counter(getattr(one, by) for one in reading(texts, words, others))
        assert dict(outcomes.counts(release, words, facets, by)) == dict(told)


def test_without_texts_nothing_is_found(data: None) -> None:
    release = published(table([]))
    assert outcomes.search(release, "路灯", {}, 10) == ([], 0)
    assert outcomes.counts(release, "", {"kind": "a"}, "area") == []
    small_release.publish()
    bare = current(small_release.CITY)
    assert bare is not None
    assert outcomes.search(bare, "路灯", {}, 10) == ([], 0)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE outcome_pairs SET place = 0 WHERE pair = '路灯'",
        "DELETE FROM outcome_pairs WHERE pair = '灯不'",
        "INSERT INTO outcome_pairs VALUES ('张三', 1)",
    ],
)
def test_an_index_of_something_else_is_found(data: None, texts: pd.DataFrame, change: str) -> None:
    published(texts)
    folder = next(releases(small_release.CITY).glob("2026*"))
    outcomes._codes.cache_clear()
    small_release.alter(folder, change)
    assert any(problem.startswith("outcome_pairs") for problem in verify(folder))
