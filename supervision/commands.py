"""The commands of python -m supervision, each a function of a transaction and its arguments."""

import sys
from argparse import Namespace
from pathlib import Path

from sqlalchemy import Connection

from components.sitemap import home_city
from data_access import settings
from data_access.supervision import audit, local, people, sessions
from data_access.supervision.audit import Head, operator
from supervision import demo_accounts


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")


def list_people(connection: Connection, _: Namespace) -> int:
    """A line a person."""
    for known in people.everyone(connection, home_city()):
        who = known.viewer
        state = "suspended" if known.suspended else ", ".join(sorted(who.roles)) or "no role"
        _print("\t".join((who.name, who.shown, state, " ".join(sorted(who.units)))))
    return 0


def list_sessions(connection: Connection, _: Namespace) -> int:
    """A line a session."""
    for one in sessions.opened(connection):
        _print(f"{one.name}\t{one.shown}\tbegan {one.began_at:%F %R}\tseen {one.seen_at:%F %R} UTC")
    return 0


def end(connection: Connection, given: Namespace) -> int:
    """End all sessions of a person. LookupError."""
    if people.find(connection, given.name) is None:
        raise LookupError(f"nobody is called {given.name}")
    _print(f"{sessions.end_all(connection, given.name, operator())} sessions ended")
    return 0


def suspend(connection: Connection, given: Namespace) -> int:
    """Shut a person out."""
    people.suspend(connection, given.name, suspended=True, by=operator())
    return 0


def reinstate(connection: Connection, given: Namespace) -> int:
    """Let a person in again."""
    people.suspend(connection, given.name, suspended=False, by=operator())
    return 0


def check_audit(connection: Connection, given: Namespace) -> int:
    """0 if the chain holds, and a head that was kept lies on it."""
    number, _, seal = given.kept.partition(":")
    verdict = audit.check(connection, Head(int(number), seal) if seal else None)
    if verdict.holds:
        _print(f"whole: {verdict.head.id}:{verdict.head.hash}")
        return 0
    _print(f"BROKEN at entry {verdict.wrong}; whole up to {verdict.head.id}:{verdict.head.hash}")
    return 1


def make_bulletin(connection: Connection, given: Namespace) -> int:
    """Write the newest version of a month's bulletin, made now if there is none. LookupError."""
    from supervision.bulletin import command

    made, problems = command.write(
        home_city(), given.month, Path(given.to), given.lang, new=given.new
    )
    for line in (*made, *problems):
        _print(line)
    return 1 if problems else 0


def make_demo_accounts(connection: Connection, given: Namespace) -> int:
    """Make the accounts at the first start; later say where their passwords are."""
    if not local.allowed(connection):
        _print(
            "No demo accounts: SUNLINE_LOCAL_ACCOUNTS is not demo, or not all cases are made up."
        )
        return 0
    made = any(
        local.is_local(known.viewer.name) for known in people.everyone(connection, home_city())
    )
    if made and not given.new:
        _print("Demo accounts were made before; for new passwords: --new")
        return 0
    lines = demo_accounts.make(connection, home_city())
    demo_accounts.keep(lines)
    _print(f"Demo accounts for /login, also in {settings.demo_accounts()}:\n{lines}")
    return 0
