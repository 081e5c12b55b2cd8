"""The commands for releases that are there already: list, compare, go back, prune."""

from argparse import Namespace

from rich.console import Console
from rich.table import Column, Table

from pipeline import difference, history, retention
from pipeline.history import Listed

KILOBYTE = 1_000
out = Console(highlight=False)


def list_releases(given: Namespace) -> int:
    """Print every release that was ever published, and what became of it."""
    table = Table(Column("release", no_wrap=True), "as of", "published", "kB", "chain", "state")
    for item in history.listed(given.city):
        when = f"{item.published_at:%Y-%m-%d %H:%M}" if item.published_at else ""
        size = f"{item.size / KILOBYTE:,.0f}" if item.size else ""
        table.add_row(item.id, str(item.as_of or ""), when, size, item.chain, _state(item))
    out.print(table)
    return 0


def _state(item: Listed) -> str:
    told = ["in force"] * item.in_force
    if item.corrects is not None:
        told.append(f"corrects {item.corrects.id}: {item.corrects.reason}")
    told += [f"withdrawn by {name}" for name in item.corrected_by]
    return "; ".join(told + ["figures removed"] * item.removed)


def diff(given: Namespace) -> int:
    """Print what changed between two releases, and why."""
    folders = (history.folder_of(given.city, name) for name in (given.before, given.after))
    for line in difference.lines(difference.diff(*folders)):
        out.print(line, soft_wrap=True, markup=False)
    return 0


def rollback(given: Namespace) -> int:
    """Put an older release in force again, and print its folder."""
    folder = history.rollback(given.city, given.release, given.reason)
    out.print(f"in force again: {folder}", soft_wrap=True, markup=False)
    return 0


def prune(given: Namespace) -> int:
    """Print what the retention policy removes and, unless it is a dry run, remove it."""
    found = retention.prune(given.city, given.months, given.dry_run)
    for item in found:
        out.print(f"{item.id}: {', '.join(item.files)}", soft_wrap=True, markup=False)
    done = "would be removed" if given.dry_run else "removed"
    out.print(f"figures of {len(found)} releases {done}")
    return 0
