"""How good the data are: the quality metrics of a city, per source and month."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from sqlalchemy import Engine

from cities import City
from metrics import registry
from metrics.measure import Figure, figure
from metrics.model import Metric
from pipeline import count
from pipeline.engines.duckdb import Counter

PREFIX = "quality_"


class Quality(NamedTuple):
    """One quality figure: of a source, in a month (yyyymm), by the month that dates the metric."""

    source: str
    month: int
    metric: Metric
    figure: Figure


def metrics() -> list[Metric]:
    """The metrics that tell of the data rather than of the service."""
    return [item for name, item in registry.everything().items() if name.startswith(PREFIX)]


def quality(engine: Engine, city: City, as_of: date) -> list[Quality]:
    """Every quality metric, by source, then month, then metric.

    Cases are dated by their receipt, rows of files by the day on which they were ingested.
    """
    found = [item for metric in metrics() for item in _count(engine, city, as_of, metric)]
    return sorted(found, key=lambda item: (item.source, item.month, item.metric.id))


def _count(engine: Engine, city: City, as_of: date, metric: Metric) -> Iterator[Quality]:
    with Counter(count.facts(engine, city, as_of, [metric])) as counter:
        rows = counter.count(metric, ("source",)).to_pylist()
    for row in rows:
        counts = row["numerator"], row["denominator"]
        yield Quality(row["source"], row["month"], metric, figure(metric, row["source"], *counts))
