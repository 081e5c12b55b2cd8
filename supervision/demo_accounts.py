"""Accounts for showing the demo on one's own machine, with passwords that are printed."""

import os
import secrets
import tomllib

from sqlalchemy import Connection

import cities
from data_access.settings import demo_accounts
from data_access.supervision import local, passwords, people
from data_access.supervision.audit import operator
from data_access.supervision.people import Grants
from data_access.supervision.viewer import Role

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that look alike


def make(connection: Connection, city: str) -> str:
    """One account a role of the city's demo_accounts.toml, with new passwords; what to print.

    PermissionError where local accounts are not allowed.
    """
    if not local.allowed(connection):
        raise PermissionError(
            "demo accounts need SUNLINE_LOCAL_ACCOUNTS=demo and made-up cases only"
        )
    lines = []
    for name, account in _wanted(city).items():
        password = "-".join(_letters(4) for _ in range(4))
        granted = _granted(account)
        people.enrol(
            connection, local.PREFIX + name, account["shown"], city, granted, operator(),
            passwords.sealed(password),
        )  # fmt: skip
        lines.append(f"{name:<10} {password}   {account['shown']}")
    return "\n".join(lines)


def keep(lines: str) -> None:
    """Write down what was printed, for this user alone."""
    path = demo_accounts()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(lines + "\n")


def _wanted(city: str) -> dict[str, dict[str, str]]:
    path = cities.ROOT / city / "demo_accounts.toml"
    found: dict[str, dict[str, str]] = tomllib.loads(path.read_text("utf-8"))
    return found


def _granted(account: dict[str, str]) -> Grants:
    return frozenset({(Role(account["role"]), account.get("unit", ""))})


def _letters(count: int) -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(count))
