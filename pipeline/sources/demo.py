"""The demo city as a source: a seed and a size instead of a file. See pipeline/demo/."""

from collections.abc import Iterator
from itertools import count
from typing import Any

import numpy as np
import pandas as pd

from cities import City
from data_access.cases import frames, kinds
from data_access.cases.kinds import Kind
from pipeline import demo
from pipeline.demo import intake, paperwork, switchboard, words
from pipeline.demo.handling import Orders, handle, outcomes, stages
from pipeline.demo.quota import Moments, Numbers, Quota
from pipeline.demo.world import World, world
from pipeline.sources import Rows, SourceError, line_of

SYNTHETIC = True
COMPLETE_UNTIL = demo.COMPLETE_UNTIL
CASES, SEED = 400_000, 12345


def read(origin: str | None, city: City, **options: int) -> Iterator[Rows]:
    """Yield `cases` cases made from `seed` with all that belongs to them, run by run."""
    if origin is not None:
        raise SourceError(f"the demo city reads no file, but was given {origin}")
    try:
        made = world(city.id, options["seed"])
    except FileNotFoundError as error:
        raise SourceError(f"{error.filename} is missing: {city.id} has no demo city") from error
    rng = np.random.default_rng([options["seed"], 1])
    late, dissatisfied = Quota(1 - demo.ON_TIME), Quota(1 - demo.SATISFIED)
    before_last = late.share - _open_at_the_end(made, options["seed"])
    rows = {kind: count(2) for kind in kinds.KINDS}
    for days, before in intake.runs(rng, options["cases"]):
        last = before + days.size == options["cases"]
        share = late.share if last else before_last
        seeded = np.random.default_rng([options["seed"], 2, before])
        apart = np.random.default_rng([options["seed"], 5, before])
        tables = _run(seeded, apart, made, days, before, late, share, dissatisfied)
        switch = np.random.default_rng([options["seed"], 4, before])
        tables[kinds.CALLS] = switchboard.calls(switch, tables[kinds.CASES])
        for kind, table in tables.items():
            part = kinds.KINDS.index(kind)
            first = next(rows[kind])
            lines = np.arange(len(table)) + line_of(part, first)
            rows[kind] = count(first + len(table))
            yield Rows(len(table), _frame(table, kind, city, lines), kind=kind, part=kind.name)


def _open_at_the_end(world: World, seed: int) -> float:
    """About what share of all work orders is open and not yet due when the data end.

    They fail by the official formula too, so the runs before the last leave room for them, and
    a little more: what is left over goes to the last.
    """
    rng = np.random.default_rng([seed, 3])
    days, share = intake.last_days(rng)
    cases = intake.cases(rng, world, days, 0)
    orders = handle(rng, world, cases[~cases["on_the_spot"]], Quota(0.0), 0.0)
    return 1.03 * share * float(np.isnat(orders.closed).mean())


def _frame(table: pd.DataFrame, kind: Kind, city: City, lines: Numbers) -> pd.DataFrame:
    """A frame of the case database, its local times made moments."""
    columns: dict[str, Any] = {"line": lines}
    for name in frames.columns(kind)[1:]:
        if name in table:
            columns[name] = table[name].to_numpy()
        if name in table and name in frames.times(kind):
            columns[name] = pd.DatetimeIndex(columns[name]).tz_localize(city.zone)
    return frames.frame(columns, kind)


def _run(
    rng: np.random.Generator, apart: np.random.Generator, world: World, days: Moments, before: int,
    late: Quota, share: float, dissatisfied: Quota,
) -> dict[Kind, pd.DataFrame]:  # fmt: skip
    """Everything that belongs to the cases of some days; what was added later is drawn `apart`."""
    cases = intake.cases(rng, world, days, before)
    work = cases[~cases["on_the_spot"]]
    orders = handle(rng, world, work, late, share)
    _fill_in(rng, world, cases, orders)
    work = cases[~cases["on_the_spot"]]
    replied = work["replied_at"].to_numpy("datetime64[us]")
    reopened = paperwork.reopened_at(orders)
    cases.loc[work.index[~np.isnat(reopened)], "status"] = "reopened"
    asked = paperwork.callbacks(orders, work["outcome"].to_numpy(object), dissatisfied)
    called = asked.set_index(work.index[asked.index])["asked_at"]
    cases["called_back_at"] = called.reindex(cases.index)
    persons = words.callers(rng, world, cases)
    return {
        kinds.CASES: cases,
        kinds.ASSIGNMENTS: paperwork.assignments(orders, replied),
        kinds.EVENTS: paperwork.with_recategorised(
            apart, orders, paperwork.events(orders, reopened, work["repeat_of"].to_numpy(object))
        ),
        kinds.CALLBACKS: asked,
        kinds.TEXTS: words.texts(rng, world, cases, persons),
        kinds.CALLERS: _personal(persons, cases),
    }


def _fill_in(rng: np.random.Generator, world: World, cases: pd.DataFrame, orders: Orders) -> None:
    """Add to the cases what their handling, place and subject tell."""
    spot, received = cases["on_the_spot"], cases["received_at"].to_numpy("datetime64[us]")
    told = pd.concat([stages(orders), outcomes(orders)], axis=1).reindex(cases.index)
    for name in told:
        cases[name] = told[name]
    for name in ("outcome", "reason_code", "legal_basis", "right_channel"):
        cases[name] = cases[name].fillna("")
    cases["due_provisional"] = told["due_provisional"].eq(True)
    answered = received + rng.integers(60, 900, len(cases)).astype("timedelta64[s]")
    for name in ("accepted_at", "replied_at", "closed_at"):
        cases[name] = cases[name].where(~spot, np.minimum(answered, demo.END - 1))
    cases.loc[spot, "outcome"] = "explained"
    cases["unit"] = np.where(spot, "", world.units[cases["unit_number"]])
    closed = cases["closed_at"].notna()
    cases["status"] = np.where(closed, "closed", "handling")
    numbers = cases["number"].to_numpy(object)
    caller = cases["caller"].to_numpy()
    cases["repeat_of"] = np.where(caller == np.arange(len(cases)), "", numbers[caller])
    for level, name in enumerate(("category", "category2", "category3"), start=1):
        words_of = world.categories[f"level{level}"].to_numpy(object)
        cases[name] = words_of[cases["subject"]]
    unclear = rng.random(len(cases)) < 0.02
    cases["category3"] = cases["category3"].where(~unclear, "")
    _locate(rng, world, cases)


def _locate(rng: np.random.Generator, world: World, cases: pd.DataFrame) -> None:
    """Village and grid of most cases; a point, invented, for two work orders in three."""
    places, place, size = world.places, cases["place"].to_numpy(), len(cases)
    cases["town"] = places.town[place]
    known = (rng.random(size) < 0.85) & ~cases["on_the_spot"].to_numpy()
    village = np.where(known, places.village[place], "")
    cases["village"] = village
    grid = rng.integers(1, 5, size)
    cases["grid"] = [f"{v}G{g:02}" if v else "" for v, g in zip(village, grid, strict=True)]
    pinned = known & (rng.random(size) < 0.78)
    for name, middle in (("latitude", places.latitude), ("longitude", places.longitude)):
        cases[name] = np.where(pinned, middle[place] + rng.normal(0, 0.003, size), np.nan).round(6)
    cases["location_precision"] = np.where(pinned, "street", np.where(known, "village", "town"))
    system = np.where(rng.random(size) < 0.7, "GCJ-02", "CGCS2000")
    cases["coordinate_system"] = np.where(pinned, system, "")


def _personal(persons: pd.DataFrame, cases: pd.DataFrame) -> pd.DataFrame:
    """What the hotline noted of its callers: seldom an identity card or a plate."""
    found = persons[["name", "phone", "address"]].assign(number=cases["number"])
    for name in ("id_number", "plate"):
        found[name] = persons[name].where(persons[f"has_{name}"], "")
    return found
