"""The command `verify`; it loads nothing but DuckDB, so that a short list of packages will do."""

import argparse
import sys
from pathlib import Path

from pipeline import chain
from pipeline.verify import examine


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `verify`."""
    parser.add_argument("folder", type=Path)
    parser.add_argument(
        "--known", action="append", default=[], metavar="ID:SHA256",
        help="a line that you kept of an earlier look; may be given again",
    )  # fmt: skip
    parser.add_argument(
        "--chain", type=Path, metavar="FILE",
        help="chain.txt of another release, or a file of such lines",
    )  # fmt: skip


def run(given: argparse.Namespace) -> int:
    """Print the report; 0 if all that could be checked holds, 1 if not, 2 on bad input."""
    try:
        known = chain.parse("\n".join(given.known))
        if given.chain is not None:
            known += chain.parse(given.chain.read_text("utf-8"))
    except (OSError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    report = examine(given.folder, dict(known))
    sys.stdout.writelines(f"{line}\n" for line in report.lines())
    return 0 if report.holds else 1
