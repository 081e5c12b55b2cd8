"""The commands that count and print figures from the case database."""

import json
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from rich.console import Console
from rich.table import Table
from sqlalchemy import Engine

import cities
from cities import City
from data_access.cases import store
from data_access.cases.engine import opened
from metrics import registry
from metrics.comparison import Compared, comparable
from metrics.comparison import compare as compare_peers
from metrics.measure import FEW, TELLING, Figure
from metrics.model import Metric
from metrics.numerals import span
from metrics.periods import ALL
from metrics.stats import survival
from metrics.stats.survival import OPEN_AT
from pipeline import alerts, count
from pipeline.engines.choice import configured, counting
from pipeline.quality import metrics as quality_metrics
from pipeline.quality import quality as quality_of
from pipeline.release import SYNTHETIC_LABEL
from pipeline.warning import watch

COMPARED = ("unit", "cases", "rate (95 %)", "adjusted", "among peers", "rank", "tier")
NOT_REACHED = "not reached"
FLAGS = {-2: "far below", -1: "below", 0: "", 1: "above", 2: "far above"}

out = Console(highlight=False)
if not out.is_terminal:
    out.width = 140  # a file or a pipe need not be as narrow as a screen
err = Console(stderr=True, highlight=False)  # labels, so that --json stays clean


@contextmanager
def _cases(city: City) -> Iterator[Engine]:
    """The case database, with the label said first where a city's cases are made up."""
    with opened() as engine:
        if store.coverage(engine, city.id).synthetic:
            err.print(SYNTHETIC_LABEL)
        yield engine


def measure(given: Namespace) -> int:
    """Count a metric from the case database, by the same definition the pages show."""
    metric = registry.get(given.metric)
    city = cities.profile(given.city)
    with _cases(city) as engine, counting(given.engine or configured(), engine) as counter:
        found = count.measure(engine, metric, city, given.as_of, given.by, counter)
    if given.json:
        _print_json([_record(figure, given.by) for figure in found])
    else:
        out.print(_table(metric, found, given.by, given.as_of))
    return 0


def quality(given: Namespace) -> int:
    """Print completeness, order, repairs, quarantine and freshness, per source and month."""
    city = cities.profile(given.city)
    with _cases(city) as engine:
        found = quality_of(engine, city, given.as_of or datetime.now(city.zone).date())
    if given.json:
        rows = [
            {"source": item.source, "month": item.month, "metric": item.metric.id}
            | _record(item.figure, "key")
            for item in found
        ]
        _print_json(rows)
        return 0
    names = [metric.id for metric in quality_metrics()]
    table = Table("source", "month", *(name.removeprefix("quality_") for name in names))
    told = {(item.source, item.month, item.metric.id): _share(item.figure) for item in found}
    for source, month in dict.fromkeys(key[:2] for key in told):
        cells = [told.get((source, month, name), "") for name in names]
        table.add_row(source, f"{month // 100}-{month % 100:02}", *cells)
    out.print(table)
    return 0


def _print_json(rows: list[dict[str, Any]]) -> None:
    out.print_json(json.dumps(rows, ensure_ascii=False, default=str))


def _share(figure: Figure) -> str:
    return f"{figure.numerator}/{figure.denominator}"


def compare(given: Namespace) -> int:
    """Print each unit beside its peers: rate, crude and adjusted, funnel, range of its rank."""
    metric, city = registry.get(given.metric), cities.profile(given.city)
    with _cases(city) as engine:
        comparable(metric)
        found = count.measure(engine, metric, city, given.as_of, "unit")[1:]
        mix = count.mix(engine, metric, city, given.as_of)
    for peers in compare_peers(metric, found, city, mix):
        title = f"{peers.group or 'unlisted'}: {peers.target:.1%}, over-dispersion {peers.phi:.1f}"
        table = Table(*COMPARED, title=title, title_justify="left")
        for unit in peers.units:
            table.add_row(*_compared(metric, unit))
        out.print(table)
    return 0


def warn(given: Namespace) -> int:
    """Print where more came in than expected on the day that ended at the as-of date."""
    city = cities.profile(given.city)
    with _cases(city) as engine:
        found = watch(engine, city, given.as_of, given.by)
        kept = alerts.keep(engine, city, given.as_of) if given.keep else None
    if kept is not None:
        err.print(f"kept for supervisors: {kept.days} days judged, {kept.begun} new alerts")
    for note in found.notes:
        err.print(note)
    if given.json:
        _print_json([asdict(alert) for alert in found.alerts])
        return 0
    table = Table("category", "area", "days", "observed", "expected", "p", "adjusted")
    for alert in found.alerts:
        place = alert.category, alert.area, str(alert.window), str(alert.observed)
        table.add_row(*place, f"{alert.expected:.1f}", f"{alert.p:.1e}", f"{alert.adjusted:.1e}")
    out.print(table)
    return 0


def times(given: Namespace) -> int:
    """Print how long cases take, the open ones counted in: median, and the share still open."""
    city = cities.profile(given.city)
    with _cases(city) as engine:
        ended, waiting = (
            count.bins(engine, registry.get(name), city, given.as_of, given.by)
            for name in ("time_solving", "age_open")
        )
    table = Table(
        given.by, "closed", "open", "median", "90 %", *(f"open at {n} d" for n in OPEN_AT)
    )
    for key in sorted({*ended, *waiting}, key=lambda key: (key != ALL, key)):
        table.add_row(key, *_lasting(ended.get(key, {}), waiting.get(key, {})))
    out.print(table)
    return 0


def _lasting(ended: dict[int, int], waiting: dict[int, int]) -> list[str]:
    counts = [str(sum(bins.values())) for bins in (ended, waiting)]
    if sum(map(int, counts)) < TELLING:
        return [*counts, FEW]
    found = survival.times(survival.life_table(ended, waiting))
    told = [NOT_REACHED if n is None else f"{n:.1f} d" for n in (found.median, found.ninetieth)]
    shares = [NOT_REACHED if s.share is None else f"{s.share:.1%}" for s in found.still_open]
    return [*counts, *told, *shares]


def _compared(metric: Metric, unit: Compared) -> list[str]:
    figure, rank = unit.figure, unit.rank
    rate, adjusted = (_value(metric, share) for share in (figure.value, unit.adjusted))
    interval = f"{rate} ({figure.low:.1%} to {figure.high:.1%})"
    flag = FLAGS[unit.point.flag_adjusted] + ", outlier" * bool(unit.outlier)
    place = "few cases: not ranked" if rank is None else f"{rank.median} [{rank.low}-{rank.high}]"
    told = [figure.key, f"{figure.numerator}/{figure.denominator}", interval, adjusted, flag]
    return [*told, place, rank.tier if rank else ""]


def _record(figure: Figure, by: str) -> dict[str, object]:
    fields = asdict(figure)
    if figure.p90 is None:
        del fields["p90"]
    return {by: fields.pop("key"), **fields}


def _table(metric: Metric, found: list[Figure], by: str, as_of: date) -> Table:
    table = Table(title=f"{metric.wording['en'].name}, as of {as_of}", title_justify="left")
    for name in (by, "numerator", "denominator", "value", "95 % interval", "note"):
        table.add_column(name, justify="left" if name in (by, "note") else "right")
    for figure in found:
        table.add_row(
            figure.key, *map(_count, (figure.numerator, figure.denominator)),
            _value(metric, figure.value),
            _interval(figure),
            figure.note,
        )  # fmt: skip
    return table


def _interval(figure: Figure) -> str:
    if figure.p90 is not None:
        return f"90 % within {span(figure.p90)}"
    return "" if figure.low is None else f"{figure.low:.1%} to {figure.high:.1%}"


def _value(metric: Metric, value: float | None) -> str:
    if metric.kind == "duration" and value is not None:
        return span(value)
    if value is None or (metric.kind == "count" and metric.per is None):
        return ""
    return f"{value:.1f}" if metric.per else f"{value:.1%}"


def _count(number: int | None) -> str:
    return "" if number is None else str(number)
