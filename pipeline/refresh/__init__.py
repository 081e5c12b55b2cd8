"""Refresh: take in what is new, count what it changes, and publish once a period has closed.

Safe to run every ten minutes. Supervisors' internal cells and the look-up store follow at once; a
release is made only when `pipeline.refresh.public` says that one is due. Every stage leaves things
whole: killed anywhere, the next run goes on from there. docs/refresh.md explains it.
"""

import time
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import Engine, select

from cities import City, midnight
from data_access.cases import internal as internal_cells
from data_access.cases import standing, store
from data_access.published import ALL, cells, describe
from data_access.settings import lookup_secret, outbox
from pipeline import alerts, callers, internal, lookup
from pipeline.disk import ReleaseError
from pipeline.publish import publish
from pipeline.refresh import inbox, monitoring, public
from pipeline.refresh.monitoring import Log


@dataclass(frozen=True)
class Refreshed:
    """What a refresh came to; `release` is the folder of a new release, if one was made."""

    failed: bool
    release: Path | None = None


def refresh(
    engine: Engine,
    city: City,
    as_of: date | None = None,
    publishing: bool = True,
    full: bool = False,
    log: Log | None = None,
) -> Refreshed:
    """Bring a city up to date; the caller holds the lock.

    Without an as-of date it is the last day that the case database saw begin. What is refused, a
    delivery or a release, is logged and leaves the rest standing; the figures for monitoring are
    written whatever happens.
    """
    log = log or Log(city.id)
    figures: dict[str, float] = {}
    failed = True
    try:
        refused = _take_in(engine, city, log)
        day = _count(engine, city, as_of, full, log, figures)
        _lookup(engine, city, log)
        _warn(engine, city, day, log)
        release, held_back = _publish(engine, city, day, log) if publishing else (None, False)
        figures["late_cases"] = public.late(city, day)
        failed = refused or held_back
    finally:
        _save(engine, city, log, figures, failed)
    return Refreshed(failed, release)


def _take_in(engine: Engine, city: City, log: Log) -> bool:
    """Empty the inbox; true if a delivery was refused."""
    refused = False
    with log.stage("ingest") as stage:
        for delivery in inbox.take_in(engine, city):
            log.line("delivery", **vars(delivery))
            stage.rows += delivery.rows
            refused = refused or bool(delivery.error)
    return refused


def _count(
    engine: Engine,
    city: City,
    as_of: date | None,
    full: bool,
    log: Log,
    figures: dict[str, float],
) -> date:
    """Bring the internal cells up to date and return their as-of day."""
    with log.stage("count") as stage:
        day = as_of or _known(engine, city)
        done = internal.update(engine, city, day, full)
        stage.rows = done.read
        stage.notes = {"as_of": day, "months": len(done.months), "cells": done.cells.id}
        if done.anew:
            stage.notes["anew"] = done.anew
    figures["as_of_timestamp_seconds"] = midnight(day, city).timestamp()
    figures["open_overdue"] = _open_overdue(done.cells)
    figures["cases"] = done.cells.cases
    return day


def _known(engine: Engine, city: City) -> date:
    held = store.coverage(engine, city.id)
    if held.observed_until is None:
        raise ValueError(f"the case database holds no case of {city.id}; ingest some first")
    return held.observed_until.astimezone(city.zone).date()


def _open_overdue(found: internal_cells.Internal) -> int:
    query = select(cells.c.numerator).where(cells.c.metric == "open_overdue", cells.c.grain == ALL)
    told = internal_cells.fetch(found, query)["numerator"].to_pylist()
    return told[0] if told else 0


def _lookup(engine: Engine, city: City, log: Log) -> None:
    """Renew what callers may see of their cases, where the look-up was set up."""
    if not lookup_secret("pepper").is_file():
        return
    now = datetime.now(city.zone)
    with log.stage("lookup") as stage:
        codes = outbox() / f"lookup-{city.id}-{now:%Y%m%d-%H%M%S-%f}.csv"
        filled = lookup.fill(engine, city, now, codes)
        stage.rows = filled.renewed + filled.issued
        stage.notes = {"issued": filled.issued, "removed": filled.removed}


def _warn(engine: Engine, city: City, day: date, log: Log) -> None:
    """Keep the alerts of days that were not judged yet: once a day there is something to do."""
    with log.stage("warn") as stage:
        kept = alerts.keep(engine, city, day)
        stage.rows = kept.begun
        stage.notes = {"days": kept.days}


def _publish(engine: Engine, city: City, day: date, log: Log) -> tuple[Path | None, bool]:
    """Make a release if one is due; the second is true if it was due and refused."""
    wanted, why = public.due(city.id, day)
    if not wanted:
        log.line("publish", skipped=why)
        return None, False
    try:
        with log.stage("publish") as stage:
            stage.notes["because"] = why
            folder = publish(engine, city, day, callers.values(engine, city.id))
            stage.notes["release"] = folder.name
            stage.rows = describe(folder).cases
    except ReleaseError:
        return None, True  # the log has it; the release in force stays
    return folder, False


def _save(engine: Engine, city: City, log: Log, figures: dict[str, float], failed: bool) -> None:
    now = time.time()
    success = monitoring.last_success(city.id) if failed else now
    told = {"last_run_timestamp_seconds": now, "failed": float(failed), **figures}
    if success is not None:
        told["last_success_timestamp_seconds"] = success
    told["quarantined_rows"] = standing.quarantined(engine, city.id)
    told["refused_deliveries"] = inbox.unread(city.id)
    monitoring.save(city.id, told, log)
