"""Callers and texts: fictitious persons, planted where real texts carry real ones.

Mobile numbers have the exchange 0000, identity cards the sequence 000, which are not given out.
"""

from typing import Any

import numpy as np
import pandas as pd

from pipeline.demo.quota import Numbers
from pipeline.demo.world import Texts, World

CHECK_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])  # GB 11643
CHECK_MARKS = np.array(list("10X98765432"), dtype=object)


def callers(rng: np.random.Generator, world: World, cases: pd.DataFrame) -> pd.DataFrame:
    """Personal values of the callers, whole only where a work order was made."""
    size, names = len(cases), world.texts["names"]
    who = cases["caller"].to_numpy()
    surname = np.array(names["surnames"], dtype=object)[
        rng.integers(0, len(names["surnames"]), size)
    ]
    given = np.array(names["given"], dtype=object)[rng.integers(0, len(names["given"]), size)]
    estates = world.texts["estates"]["names"]
    estate = np.array(estates, dtype=object)[rng.integers(0, len(estates), size)]
    block, floor, door = (
        rng.integers(1, 30, size),
        rng.integers(1, 19, size),
        rng.integers(1, 5, size),
    )
    stair = rng.integers(1, 4, size)
    address = [
        f"{e}{b}栋{s}单元{f}{d:02}室"
        for e, b, s, f, d in zip(estate, block, stair, floor, door, strict=True)
    ]
    table = pd.DataFrame(
        {
            "surname": surname,
            "name": surname + given,
            "honorific": np.where(rng.random(size) < 0.5, "先生", "女士"),
            "phone": _phones(rng, size),
            "id_number": _id_numbers(rng, size, cases["area"].to_numpy(object)),
            "plate": _plates(rng, size),
            "address": pd.Series(address, dtype=object),
        }
    )
    table = table.iloc[who].set_index(cases.index)
    spot = cases["on_the_spot"]
    for name in ("name", "address"):
        table[name] = table[name].where(~spot | (name == "name") & (rng.random(size) < 0.3), "")
    for name, share in (("id_number", 0.25), ("plate", 0.2)):
        table[f"has_{name}"] = (rng.random(size) < share) & ~spot
    return table


def _phones(rng: np.random.Generator, size: int) -> list[str]:
    start = np.array([133, 135, 138, 139, 150, 152, 158, 177, 181, 182, 187, 189, 199])
    head, tail = start[rng.integers(0, start.size, size)], rng.integers(0, 10_000, size)
    return [f"{a}0000{b:04}" for a, b in zip(head.tolist(), tail.tolist(), strict=True)]


def _plates(rng: np.random.Generator, size: int) -> list[str]:
    letters = np.array(list("ABCDEFGHJKLMNPQRSTUVWXYZ"))
    first, rest = letters[rng.integers(0, letters.size, size)], rng.integers(0, 10_000, size)
    return [f"陕G{a}{b:04}" for a, b in zip(first.tolist(), rest.tolist(), strict=True)]


def _id_numbers(rng: np.random.Generator, size: int, area: Texts) -> list[str]:
    born = np.datetime64("1950-01-01") + rng.integers(0, 20_000, size)
    bare = [
        f"{a}{d}000"
        for a, d in zip(
            area.tolist(), np.char.replace(born.astype(str), "-", "").tolist(), strict=True
        )
    ]
    digits = np.frombuffer("".join(bare).encode(), dtype=np.uint8).reshape(size, 17) - ord("0")
    mark = CHECK_MARKS[(digits.astype(int) @ CHECK_WEIGHTS) % 11]
    return [f"{number}{last}" for number, last in zip(bare, mark.tolist(), strict=True)]


def texts(
    rng: np.random.Generator, world: World, cases: pd.DataFrame, persons: pd.DataFrame
) -> pd.DataFrame:
    """Complaint, handling and reply of every case; of those answered on the spot a note only."""
    spot = cases["on_the_spot"].to_numpy()
    work = cases[~spot]
    topics = world.categories["level3"].to_numpy(object)
    complaint = np.empty(len(cases), dtype=object)
    praise = (cases["nature"] == "praise").to_numpy()
    for kind, which in (("on_the_spot", spot & ~praise), ("praise", spot & praise)):
        notes, subject = _notes(world, topics, kind), cases["subject"].to_numpy()[which]
        complaint[which] = notes[subject, rng.integers(0, notes.shape[1], subject.size)]
    values = _values(rng, world, work, persons[~spot])
    complaint[~spot] = _written(rng, world, work, values, "complaint")
    handled = ~work["handled_at"].isna().to_numpy()
    replied = ~work["replied_at"].isna().to_numpy()
    found = pd.DataFrame({"number": cases["number"], "complaint": complaint})
    for name, known in (("handling", handled), ("reply", replied)):
        column = np.full(len(cases), "", dtype=object)
        column[~spot] = np.where(known, _written(rng, world, work, values, name), "")
        found[name] = column
    return found


def _notes(world: World, topics: Texts, kind: str) -> Texts:
    """The short notes of each topic: (topics, notes)."""
    templates = world.texts[kind]["any"]
    blank = dict.fromkeys(("county", "town", "village", "date", "days", "money"), "")
    blank["unit"] = "承办单位"
    hidden = dict.fromkeys(("name", "surname", "honorific", "phone"), "来电人")
    fill: dict[str, Any] = blank | hidden | {"id_number": "", "plate": "", "address": ""}
    return np.array(
        [[t.format(topic=topic, **fill) for t in templates] for topic in topics], object
    )


def _values(
    rng: np.random.Generator, world: World, work: pd.DataFrame, persons: pd.DataFrame
) -> list[dict[str, Any]]:
    """What fills the blanks of each work order's texts."""
    names, place = world.places.names, work["place"].to_numpy()
    units = [unit.names["zh"] for unit in world.city.units]
    topics = world.categories["level3"].to_numpy(object)
    columns = {
        **{name: persons[name].tolist() for name in (
            "name", "surname", "honorific", "phone", "id_number", "plate", "address")},
        "county": [names[code] for code in world.places.county[place]],
        "town": [names[code] for code in world.places.town[place]],
        "village": [names[code] for code in world.places.village[place]],
        "unit": [units[number] for number in work["unit_number"]],
        "topic": topics[work["subject"].to_numpy()].tolist(),
        "date": work["received_at"].dt.strftime("%m月%d日").tolist(),
        "days": rng.integers(2, 60, len(work)).tolist(),
        "money": (rng.integers(1, 300, len(work)) * 100).tolist(),
    }  # fmt: skip
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _written(
    rng: np.random.Generator,
    world: World,
    work: pd.DataFrame,
    values: list[dict[str, Any]],
    kind: str,
) -> Texts:
    """One text a work order, from the templates of its category and those for any."""
    templates: dict[str, list[str]] = world.texts[kind]
    level = world.categories["level1"].to_numpy(object)[work["subject"].to_numpy()]
    pools = {name: [*templates[name], *templates["any"]] for name in templates}
    if kind == "reply":
        pools["not_handled"] = world.texts["not_handled"]["reply"]
        level = np.where(work["outcome"] == "not_handled", "not_handled", level)
    draw: Numbers = rng.integers(0, 1 << 30, len(work))
    found = np.empty(len(work), dtype=object)
    found[:] = [
        pools[name][number % len(pools[name])].format_map(fill)
        for name, number, fill in zip(level.tolist(), draw.tolist(), values, strict=True)
    ]
    return found
