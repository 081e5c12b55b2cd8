"""The few figures a release opens with; the overview's cards and the served HTML show the same."""

from dataclasses import dataclass

from data_access.published import Release, Scope, read, total
from metrics import registry
from metrics.measure import Figure, figures
from metrics.model import Metric
from metrics.periods import ALL, closed

METRICS = ("received", "on_time_rate", "solved", "satisfied")
ALWAYS = METRICS[:2]  # the others only where the city has them: not every one calls back


@dataclass(frozen=True)
class Headline:
    """A city-wide figure over one period, ALL being everything up to the as-of date."""

    metric: Metric
    period: str
    figure: Figure


def headlines(release: Release) -> list[Headline]:
    """For each metric the figure of all time and, where there is one, of the last closed month."""
    found = []
    for name in METRICS:
        metric = registry.get(name)
        whole = total(release, name, Scope())
        if name not in ALWAYS and (whole is None or whole.numerator is None):
            continue
        if whole is not None:
            found.append(Headline(metric, ALL, figures(metric, [whole])[0]))
        months = [
            cell
            for cell in read(release, name, Scope(grain="month"))
            if closed(cell.key, release.as_of)
        ]
        if months:
            found.append(Headline(metric, months[-1].key, figures(metric, months[-1:])[0]))
    return found
