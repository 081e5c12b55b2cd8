"""What a hotline delivers of one case of the made-up city, taken in by a refresh."""

import csv
import os
import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from data_access.cases.engine import opened
from data_access.cases.kinds import CASES
from data_access.lookup import schema
from pipeline.__main__ import main
from pipeline.contract import BY_NAME
from pipeline.refresh import inbox
from pipeline.sources import hotline

Values = Mapping[str, object]


def deliver(name: str, case: Values, events: list[Values]) -> None:
    """Put a folder into the inbox: a case as a whole, and its new events."""
    inbox.prepare("ankang")
    folder = inbox.home("ankang") / name
    folder.mkdir()
    _write(folder / "cases.csv", [case])
    if events:
        _write(folder / "events.csv", [{"number": case["number"], **event} for event in events])
    written = time.time() - inbox.QUIET - 1
    for path in (*folder.iterdir(), folder):
        os.utime(path, (written, written))


def refresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """Run the command; what it takes in is as made up as the city."""
    monkeypatch.setattr(hotline, "SYNTHETIC", True)
    assert main(["refresh", "--city", "ankang", "--no-publish"]) == 0
    assert inbox.unread("ankang") == 0
    schema.connect().dispose()


def known(number: str) -> dict[str, object]:
    """A case as the database has it, by the fields of the exchange contract."""
    with opened() as engine, engine.connect() as connection:
        query = select(CASES.table).where(CASES.table.c.number == number)
        row = connection.execute(query).mappings().one()
    told = {field.name: row[field.name] for field in BY_NAME["cases"].fields}
    return told | {"coordinate_system": ""}  # the database keeps them in WGS-84


def _write(path: Path, rows: list[Values]) -> None:
    names = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        lines = csv.DictWriter(file, names)
        lines.writeheader()
        lines.writerows({name: _text(value) for name, value in row.items()} for row in rows)


def _text(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return int(value) if isinstance(value, bool) else value
