"""The commands that change something, each a function of its parsed arguments."""

import json
from argparse import Namespace
from dataclasses import fields
from datetime import date, datetime
from pathlib import Path, PurePath

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from sqlalchemy import Engine

import cities
from data_access.cases import internal as cells
from data_access.cases import store
from data_access.cases.batches import Tally
from data_access.cases.batches import undo as take_back
from data_access.cases.engine import opened
from data_access.cases.kinds import CASES
from data_access.published import Correction, describe
from data_access.settings import lookup_secret
from pipeline import alerts, callers, drafting, facts, internal, quarantine, sources
from pipeline.demo import outcomes as made_up_outcomes
from pipeline.demo.pledges import pledge as made_up_pledges
from pipeline.ingest import Accounting
from pipeline.ingest import ingest as read_in
from pipeline.lookup_command import lookup
from pipeline.publish import STEPS
from pipeline.publish import publish as make_release
from pipeline.sources.demo import CASES as DEMO_CASES
from pipeline.sources.demo import SEED
from pipeline.template import write as write_template

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)  # progress, so that --json stays clean


def _bar() -> Progress:
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
        console=err,
    )  # fmt: skip


def demo(given: Namespace) -> int:
    """Build the made-up city; the same seed and size give the same cases."""
    cases = DEMO_CASES if given.cases is None else given.cases
    seed = SEED if given.seed is None else given.seed
    if cases < 1:
        raise ValueError(f"--cases {cases}: give a positive number")
    with _bar() as bar, opened() as engine:
        task = bar.add_task("模拟数据 demo city", total=cases)
        result = read_in(
            engine, "demo", None, cities.profile(given.city),
            lambda some: bar.advance(task, some.count if some.kind is CASES else 0),
            cases=cases, seed=seed,
        )  # fmt: skip
    _account(result)
    return 0


def ingest(given: Namespace) -> int:
    """Read a file into the case database and print what became of its rows."""
    if given.literally and not hasattr(sources.load(given.source), "MAPPING"):
        raise ValueError(f"{given.source}: only files of other cities are read --literally")
    options = {"literally": 1} if given.literally else {}
    with _bar() as bar, opened() as engine:
        task = bar.add_task(f"{given.source} {PurePath(given.file).name}", total=None)
        result = read_in(
            engine, given.source, given.file, cities.profile(given.city),
            lambda some: bar.advance(task, some.count), **options,
        )  # fmt: skip
    if given.json:
        out.print_json(json.dumps(result.as_json()))
    else:
        _account(result)
    return 0


def _account(result: Accounting) -> None:
    tally = result.tally
    out.print(
        f"batch {result.batch}: {tally.rows_in} rows in = {tally.stored} stored "
        f"+ {tally.quarantined} quarantined + {tally.unchanged} unchanged; "
        f"{tally.repaired} of the stored were repaired",
        soft_wrap=True,
    )
    for rule, rows in sorted(result.reasons.items()):
        out.print(f"  {rule}: {rows}")


def write_facts(given: Namespace) -> int:
    """Write what is counted of a city as Parquet, for a cluster."""
    with opened() as engine:
        written = facts.write(engine, cities.profile(given.city), given.as_of, given.folder)
    rows = ", ".join(f"{name} {rows}" for name, rows in written["rows"].items())
    out.print(f"{given.folder}: as of {written['as_of']}, rows: {rows}", soft_wrap=True)
    return 0


def list_batches(given: Namespace) -> int:
    """Print every batch of a city with its accounting."""
    columns = (
        "id",
        "started_at",
        "actor",
        "source",
        "origin",
        *(item.name for item in fields(Tally)),
    )
    table = Table(*columns, "undone_at")
    with opened() as engine:
        for row in store.batches(engine, given.city):
            table.add_row(*(_cell(row[name]) for name in (*columns, "undone_at")))
    out.print(table)
    return 0


def _cell(value: object) -> str:
    if value is None:
        return ""
    return f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else str(value)


def undo(given: Namespace) -> int:
    """Take back a batch and say how many records that touched."""
    with opened() as engine, engine.begin() as connection:
        touched = take_back(connection, given.batch)
    out.print(f"batch {given.batch} undone: {touched} records as they were before it")
    return 0


def export_quarantine(given: Namespace) -> int:
    """Write what is still in quarantine; mend the file and ingest it like any other."""
    sources.load(given.source)  # a misspelt name is an error, not an empty file
    with opened() as engine:
        rows = quarantine.export(engine, given.city, given.source, given.file)
    out.print(f"{rows} rows in quarantine written to {given.file}", soft_wrap=True)
    return 0


def template(given: Namespace) -> int:
    """Write the template of the exchange contract, with the units of a city."""
    write_template(given.file, given.language, given.city)
    out.print(f"template written to {given.file}; docs/exchange.md explains it", soft_wrap=True)
    return 0


def publish(given: Namespace) -> int:
    """Make a release and print its folder."""
    corrects = Correction(given.corrects, given.reason) if given.corrects else None
    out.print(str(_publish(given.city, given.as_of, corrects, given.facts)), soft_wrap=True)
    return 0


def _publish(
    city: str, as_of: date | None, corrects: Correction | None = None, counted: Path | None = None
) -> Path:
    with _bar() as bar, opened() as engine:
        task = bar.add_task(f"publish {city}", total=len(STEPS))

        def step(name: str) -> None:
            bar.update(task, description=f"publish {city}: {name}", completed=STEPS.index(name))

        late: dict[str, int] = {}
        profile = cities.profile(city)
        told = callers.values(engine, city)
        folder = make_release(engine, profile, as_of, told, step, corrects, late.update, counted)
        bar.update(task, completed=len(STEPS))
    if late:
        behind = ", ".join(f"{name} {cases}" for name, cases in sorted(late.items()))
        out.print(
            f"not in it, because their month was published before they came in: {behind} cases. "
            f"`publish --corrects {folder.name} --reason TEXT` counts them",
            soft_wrap=True,
        )
    return folder


def prepare(given: Namespace) -> int:
    """First start: build the demo city unless there are cases, publish, count, open the look-up."""
    with opened() as engine:
        empty = store.coverage(engine, given.city).cases == 0
    if empty:
        demo(Namespace(city=given.city, cases=given.cases, seed=None))
        with opened() as engine:
            _supervise(engine, given.city)
    release = _publish(given.city, None)
    out.print(f"release {release.name}")
    if cells.current(given.city) is None:  # later ones are made by `refresh`
        with opened() as engine:
            internal.update(engine, cities.profile(given.city), describe(release).as_of)
    if empty or not lookup_secret("pepper").exists():
        fill = Namespace(city=given.city, action="fill", numbers=[], codes=None, as_of=None)
        return lookup(fill)
    return 0


def _supervise(engine: Engine, city: str) -> None:
    """Give the demo city's supervisors something to look at: pledges, texts, alerts of the past."""
    profile = cities.profile(city)
    until = store.coverage(engine, city).observed_until
    if until is not None:
        last = until.astimezone(profile.zone).date()
        made_up_pledges(engine, profile, last)
        out.print(f"{made_up_outcomes.tell(engine, profile, last)} outcomes made public")
        out.print("early warning looks back over the last 15 months (about a minute) ...")
        alerts.keep(engine, profile, last, alerts.DEMO_BACK)


def draft(given: Namespace) -> int:
    """Put redacted replies into the review queue."""
    with opened() as engine:
        drafted = drafting.draft(engine, cities.profile(given.city), given.most)
    out.print(f"{drafted} drafts wait for review")
    return 0


def list_sources(given: Namespace) -> int:
    """Print every source."""
    for name in sources.known():
        out.print(name)
    return 0
