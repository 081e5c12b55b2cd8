"""python -m supervision: people, sessions, audit log, bulletins, for the operator of the server."""

import argparse
import sys

from data_access.settings import demo_accounts


def parser() -> argparse.ArgumentParser:
    """All commands with their arguments; heavy imports wait until one is chosen."""
    top = argparse.ArgumentParser(prog="python -m supervision", description=__doc__)
    commands = top.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, run: str, text: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=text, description=text)
        command.set_defaults(run=run)
        return command

    add("people", "list_people", "Who has logged in or has an account, and what they may do.")
    add("sessions", "list_sessions", "Who is logged in now.")
    add("end", "end", "Log somebody out everywhere.").add_argument("name")
    add("suspend", "suspend", "Shut somebody out until reinstated.").add_argument("name")
    add("reinstate", "reinstate", "Let somebody in again.").add_argument("name")
    check = add("audit", "check_audit", "Check the audit log and print its head, to be kept.")
    check.add_argument("--kept", metavar="NUMBER:HASH", default="", help="a head kept earlier")
    told = add("bulletin", "make_bulletin", "Write a month's bulletin as PDF, DOCX and HTML.")
    told.add_argument("--month", required=True, metavar="YYYY-MM", help="one that is over")
    told.add_argument("--to", required=True, metavar="FOLDER", help="made if it is not there")
    told.add_argument("--new", action="store_true", help="a new version, with the newest release")
    told.add_argument("--lang", choices=("zh", "en"), default="zh")
    demo = add("demo-accounts", "make_demo_accounts", "Accounts for the demo on this machine.")
    demo.add_argument("--new", action="store_true", help="new passwords, even if there are any")
    return top


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 if it did what it says, 1 if a check failed, 2 on bad input."""
    given = parser().parse_args(arguments)
    told = demo_accounts()
    if given.run == "make_demo_accounts" and not given.new and told.is_file():
        sys.stdout.write(f"Demo accounts for /login: {told}\n")
        return 0  # a later start loses no time
    from data_access.supervision.database import engine
    from supervision import commands

    try:
        with engine().begin() as connection:
            return int(getattr(commands, given.run)(connection, given))
    except (LookupError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 2


if __name__ == "__main__":
    sys.exit(main())
