"""python -m pipeline: what an operator types. Each command prints what it did."""

import argparse
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import cities
from data_access.settings import pointer
from pipeline.verify import command as verify

Command = Callable[[argparse.Namespace], int]
Add = Callable[..., argparse.ArgumentParser]
HOME = "ankang"


def parser() -> argparse.ArgumentParser:
    """All commands with their arguments; heavy imports wait until one is chosen."""
    top = argparse.ArgumentParser(prog="python -m pipeline", description=__doc__)
    commands = top.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, run: str, text: str, city: str | None = None) -> argparse.ArgumentParser:
        """A command; with `city`, an option of that name too, required where it is ""."""
        command = commands.add_parser(name, help=text, description=text)
        command.set_defaults(run=run)
        if city is not None:
            known = cities.known()
            command.add_argument("--city", choices=known, default=city or None, required=not city)
        return command

    _cases(add)
    _figures(add)
    _releases(add)
    _refresh(add)
    _lookup(add)
    return top


def _cases(add: Add) -> None:
    demo = add("demo", "demo", "Fill the case database with a made-up city (模拟数据).", HOME)
    demo.add_argument("--cases", type=int, metavar="N")
    demo.add_argument("--seed", type=int, metavar="N")

    ingest = add("ingest", "ingest", "Read a file; account for every row of it.", "")
    ingest.add_argument("source")
    ingest.add_argument("file", metavar="FILE|FOLDER|URL")
    ingest.add_argument("--json", action="store_true")
    ingest.add_argument(
        "--literally", action="store_true",
        help="take a closing in 1900 for closed at once, and judge deadlines after the file's "
        "last day, to compare with studies that did; such cases are never published",
    )  # fmt: skip

    template = add("template", "template", "Write the template of the source `hotline`.", HOME)
    template.add_argument("file", type=Path, metavar="FILE.xlsx|FOLDER")
    template.add_argument("--language", choices=("zh", "en"), default="zh")

    draft = add("draft", "draft", "Redact official replies and put them up for review.", HOME)
    draft.add_argument("--most", type=int, default=500, help="texts at once (default: 500)")
    add("sources", "list_sources", "List the sources that can be ingested.")
    add("batches", "list_batches", "List what was ingested, newest first.", HOME)

    undo = add("undo", "undo", "Take back the latest batch of its city.")
    undo.add_argument("batch", type=int)

    kept = add(
        "quarantine", "export_quarantine", "Write rows kept back, to be mended: a CSV a table.", ""
    )
    kept.add_argument("source")
    kept.add_argument("file", type=Path, metavar="FILE.csv|FOLDER")


def _as_of(command: argparse.ArgumentParser, required: bool = True) -> None:
    command.add_argument(
        "--as-of", type=date.fromisoformat, required=required, metavar="YYYY-MM-DD"
    )


def _figures(add: Add) -> None:
    measure = add("measure", "measure", "Count one metric over everything up to a date.", "")
    measure.add_argument("metric")
    measure.add_argument("--by", required=True, metavar="DIMENSION|PERIOD")
    measure.add_argument("--engine", choices=("duckdb", "postgres", "spark"))

    compare = add("compare", "compare", "Compare units inside their peer groups, fairly.", "")
    compare.add_argument("metric")

    times = add("times", "times", "How long cases take, the open ones counted in.", "")
    times.add_argument("--by", default="unit", metavar="DIMENSION")

    warn = add("warn", "warn", "Where more came in than expected on the last day.", HOME)
    warn.add_argument("--by", choices=("category", "category2"), default="category2")
    warn.add_argument(
        "--keep", action="store_true", help="keep days not judged yet as alerts for supervisors"
    )

    quality = add("quality", "quality", "How good the data are, per source and month.", "")
    for command in (measure, compare, times, warn):
        _as_of(command)
    _as_of(quality, required=False)
    for command in (measure, warn, quality):
        command.add_argument("--json", action="store_true")


def _releases(add: Add) -> None:
    publish = add("publish", "publish", "Make the next release and put it in force.", HOME)
    _as_of(publish, required=False)
    publish.add_argument("--corrects", metavar="RELEASE", help="an earlier release that was wrong")
    publish.add_argument("--reason", default="", metavar="TEXT", help="what was wrong with it")
    publish.add_argument("--facts", type=Path, metavar="FOLDER", help="count what `facts` wrote")

    facts = add("facts", "write_facts", "Write what is counted as Parquet, for a cluster.", HOME)
    facts.add_argument("folder", type=Path, metavar="FOLDER")
    _as_of(facts, required=False)

    verify.add_arguments(add("verify", "verify", "Check a release from its folder alone."))

    add("releases", "list_releases", "List the releases, oldest first.", HOME)
    diff = add("diff", "diff", "What changed between two releases, and why.", HOME)
    diff.add_argument("before", metavar="RELEASE")
    diff.add_argument("after", metavar="RELEASE")

    back = add("rollback", "rollback", "Put an older release in force again.", HOME)
    back.add_argument("release", metavar="RELEASE")
    back.add_argument("--reason", default="", metavar="TEXT")

    prune = add("prune", "prune", "Remove figures of old, superseded releases.", HOME)
    prune.add_argument("--months", type=int, default=24, metavar="N")
    prune.add_argument("--dry-run", action="store_true")

    prepare = add("prepare", "prepare", "Build demo city and release, if there is none yet.", HOME)
    prepare.add_argument("--cases", type=int, metavar="N")


def _refresh(add: Add) -> None:
    refresh = add("refresh", "refresh", "Take in, count and publish what is new.", HOME)
    _as_of(refresh, required=False)
    refresh.add_argument(
        "--no-publish", dest="publish", action="store_false", help="make no release, even if due"
    )
    refresh.add_argument("--full", action="store_true", help="count everything anew")


def _lookup(add: Add) -> None:
    lookup = add("lookup", "lookup", "Tell callers how far their own cases are.", HOME)
    lookup.add_argument("action", choices=("fill", "collect", "reissue"))
    lookup.add_argument(
        "numbers", nargs="*", metavar="CASE", help="reissue: cases by their numbers"
    )
    lookup.add_argument("--codes", type=Path, metavar="FILE.csv", help="where new codes go")
    _as_of(lookup, required=False)


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 if it did what it says, 1 if a check failed, 2 on bad input."""
    given = parser().parse_args(arguments)
    if given.run == "prepare" and pointer(given.city).is_file():
        return 0  # a later start finds a release and loses no time
    if given.run == "verify":
        return verify.run(given)  # with nothing loaded but what docs/verify.md asks for
    from data_access.cases.batches import CannotUndo
    from data_access.lookup.keys import SecretMissing
    from data_access.lookup.schema import NoStore
    from pipeline import commands, lookup_command, reports, shelf
    from pipeline.refresh import command as refresh_command
    from pipeline.release import ReleaseError
    from pipeline.sources import SourceError

    homes = (commands, lookup_command, reports, shelf, refresh_command)
    command: Command = getattr(next(home for home in homes if hasattr(home, given.run)), given.run)
    try:
        return command(given)
    except (
        SourceError, ReleaseError, CannotUndo, SecretMissing, NoStore, LookupError, ValueError,
    ) as error:  # fmt: skip
        sys.stderr.write(f"{error}\n")
        return 2


if __name__ == "__main__":
    sys.exit(main())
