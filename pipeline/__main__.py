"""python -m pipeline: what an operator types. Each command prints what it did."""

import argparse
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import cities
from data_access.settings import pointer

Command = Callable[[argparse.Namespace], int]


def parser() -> argparse.ArgumentParser:
    """All commands with their arguments; heavy imports wait until one is chosen."""
    top = argparse.ArgumentParser(prog="python -m pipeline", description=__doc__)
    commands = top.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, run: str, text: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=text, description=text)
        command.set_defaults(run=run)
        return command

    def city(command: argparse.ArgumentParser, default: str | None = None) -> None:
        command.add_argument(
            "--city", choices=cities.known(), default=default, required=default is None
        )

    demo = add("demo", "demo", "Fill the case database with a made-up city (模拟数据).")
    city(demo, "ankang")
    demo.add_argument("--cases", type=int, metavar="N")
    demo.add_argument("--seed", type=int, metavar="N")

    ingest = add("ingest", "ingest", "Read a file; account for every row of it.")
    ingest.add_argument("source")
    ingest.add_argument("file", metavar="FILE|URL")
    city(ingest)
    ingest.add_argument("--json", action="store_true")

    batches = add("batches", "list_batches", "List what was ingested, newest first.")
    city(batches, "ankang")

    undo = add("undo", "undo", "Take back the latest batch of its city.")
    undo.add_argument("batch", type=int)

    kept = add(
        "quarantine", "export_quarantine", "Write the rows kept back to a CSV, to be mended."
    )
    kept.add_argument("source")
    kept.add_argument("file", type=Path)
    city(kept)

    measure = add("measure", "measure", "Count one metric over everything up to a date.")
    measure.add_argument("metric")
    city(measure)
    measure.add_argument("--as-of", type=date.fromisoformat, required=True, metavar="YYYY-MM-DD")
    measure.add_argument("--by", required=True, metavar="DIMENSION")
    measure.add_argument("--json", action="store_true")

    publish = add("publish", "publish", "Make the next release and put it in force.")
    city(publish, "ankang")
    publish.add_argument("--as-of", type=date.fromisoformat, metavar="YYYY-MM-DD")

    verify = add("verify", "verify", "Check a release from its folder alone.")
    verify.add_argument("folder", type=Path)

    prepare = add("prepare", "prepare", "Build the demo city and a release, if there is none yet.")
    city(prepare, "ankang")
    prepare.add_argument("--cases", type=int, metavar="N")

    add("sources", "list_sources", "List the sources that can be ingested.")
    return top


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 if it did what it says, 1 if a check failed, 2 on bad input."""
    given = parser().parse_args(arguments)
    if given.run == "prepare" and pointer(given.city).is_file():
        return 0  # a later start finds a release and loses no time
    from data_access.cases.batches import CannotUndo
    from pipeline import commands
    from pipeline.release import ReleaseError
    from pipeline.sources import SourceError

    command: Command = getattr(commands, given.run)
    try:
        return command(given)
    except (SourceError, ReleaseError, CannotUndo, LookupError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 2


if __name__ == "__main__":
    sys.exit(main())
