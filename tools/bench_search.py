"""The search of cleared texts at 400,000 of them: by the index of pairs, and by reading all.

python -m tools.bench_search. Texts are the redacted replies of the made-up city, told apart by
numbers as real ones are by what they say. Each search is answered as a page asks for it: ten texts
and the counts of all facets, with nothing kept of the search before.
"""

import statistics
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from sqlalchemy import func, select

from data_access import outcome_pairs, outcomes
from data_access.outcomes import COLUMNS, FACETS
from data_access.published import Release, fetch
from data_access.settings import DATABASE
from pipeline import disk, release
from pipeline.outcomes import pairs
from tools.bench_cost import Stopwatch

TEXTS, TURNS = 400_000, 9
PARTS = (
    "来电人反映的路灯不亮", "小区二次供水水压不足", "占道经营影响通行", "工地夜间施工噪音扰民",
    "公交班次间隔过长", "井盖破损存在隐患", "物业服务费收取标准", "垃圾清运不及时",
    "道路积水难以排出", "违规停车占用消防通道",
)  # fmt: skip
ENDS = (
    "一事，经核查情况属实，已安排人员修复", "一事，已责令限期整改并与来电人联系",
    "问题，因涉及规划调整，已向来电人解释说明", "问题，经现场查看，暂未发现所述情形",
    "一事，已列入年度改造计划，完成后另行告知",
)  # fmt: skip
RARE = "桂花路口"
WORDS = {
    "rare": RARE,
    "frequent": "路灯",
    "long": "来电人",
    "two": "供水 整改",
    "none": "没有这样的话",
}


def texts() -> list[str]:
    """Replies of 60 to 120 characters; one in 40,000 has RARE."""
    rng = np.random.default_rng(1)
    found = []
    for place in range(TEXTS):
        first, second = rng.integers(len(PARTS), size=2)
        said = f"{PARTS[first]}{ENDS[rng.integers(len(ENDS))]}（第{place}号）。{PARTS[second]}"
        found.append(said + (RARE if place % 40_000 == 0 else "") + ENDS[rng.integers(len(ENDS))])
    return found


def make(folder: Path) -> Release:
    """A release of nothing but texts and their index."""
    rng = np.random.default_rng(2)
    told = {name: rng.choice(list("abcdefghijk"), TEXTS) for name in COLUMNS}
    told |= {"when": rng.choice(["2025", "2026-Q1", "2026-Q2"], TEXTS), "text": np.array(texts())}
    told["row"] = np.array([f"r{place:024x}" for place in range(TEXTS)])
    table = pd.DataFrame({name: told[name] for name in COLUMNS})
    with Stopwatch() as watch:
        index = pairs(table["text"].tolist())
    frames = {"outcomes": table, outcome_pairs.NAME: index}
    folder.mkdir()
    disk.write(folder / DATABASE, {
        name: pa.Table.from_pandas(frame, release.SCHEMAS[name], preserve_index=False)
        for name, frame in frames.items()
    })  # fmt: skip
    size = (folder / DATABASE).stat().st_size / 1e6
    sys.stdout.write(
        f"{TEXTS:,} texts, {len(index):,} pairs in them indexed in {watch.seconds:.1f} s, "
        f"{size:.0f} MB\n"
    )
    now = datetime.now(UTC)
    return Release("ankang", "1", 1, folder, date(2026, 11, 1), now, True, TEXTS, None)


def ask(made: Release, words: str) -> int:
    """A page of the search; how many there are."""
    outcomes._with.cache_clear()
    _, total = outcomes.search(made, words, {}, 10)
    for by in FACETS:
        outcomes.counts(made, words, {}, by)
    return total


def read_all(made: Release, words: str) -> int:
    """How many there are by reading every text, once."""
    wanted = [func.contains(outcomes.outcomes.c.text, word) for word in words.split()]
    query = select(func.count().label("n")).select_from(outcomes.outcomes).where(*wanted)
    return int(fetch(made, query)["n"][0].as_py())


def run() -> bool:
    """A line a word; whether the two ways find the same."""
    same = True
    with tempfile.TemporaryDirectory(prefix="sunline-bench-") as name:
        made = make(Path(name) / "release")
        for told, words in WORDS.items():
            ways = [_measured(way, made, words) for way in (ask, read_all)]
            (found, index, cpu), (read, scan, _) = ways
            same &= found == read
            sys.stdout.write(
                f"search {told:<9}{found:>8,} texts {index * 1e3:7.1f} ms ({cpu * 1e3:.1f} ms of "
                f"processor), {index / scan:.2f} x of reading all once\n"
            )
    return same


def _measured(
    way: Callable[[Release, str], int], made: Release, words: str
) -> tuple[int, float, float]:
    """What a way finds, and the median of its seconds and of its processor time."""
    times, used = [], []
    for _ in range(TURNS):
        with Stopwatch() as watch:
            found = way(made, words)
        times.append(watch.seconds)
        used.append(watch.processor)
    return found, statistics.median(times), statistics.median(used)


if __name__ == "__main__":
    sys.exit(not run())
