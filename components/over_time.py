"""Figures month by month: the chart of each, and its title, which says how things stand now."""

from functools import partial

from components import cached, charts, readings, session, views, words
from components.drawn import Drawn
from components.session import t
from components.views import Ask
from data_access.published import Scope
from metrics import numerals, registry
from metrics.measure import Figure
from metrics.model import Metric

PAGES = {"on_time_rate": "times", "received": "hotline", "satisfied": "satisfaction"}


def _months(name: str, _: Ask) -> Drawn:
    metric, by_month = registry.get(name), cached.monthly(name)
    if metric.kind == "count":
        return charts.volume(by_month).under(title(metric, by_month))
    return charts.trend(metric, by_month).under(title(metric, by_month), t("chart.note_band"))


for _name, _page in PAGES.items():
    views.view(f"{_name}_months", _page)(partial(_months, _name))


def title(metric: Metric, figures: list[Figure], grain: str = "month") -> str:
    """The newest of some periods, and how it stands to the year before."""
    language, newest = session.language(), figures[-1] if figures else None
    if newest is None or newest.value is None:
        return words.name(language, metric)
    reading = readings.read(metric.id, Scope(grain=grain, period=newest.key))
    said = {
        "name": words.name(language, metric), "value": _newest(metric, newest),
        "period": words.period(language, newest.key),
    }  # fmt: skip
    year_before = [change for change in reading.changes if change.since[4:] == newest.key[4:]]
    if not year_before:
        return t("page.overview.trend", **said)
    return t("page.overview.trend_since", moved=words.moved(language, year_before[0]), **said)


def _newest(metric: Metric, figure: Figure) -> str:
    if metric.kind == "count":
        return t("card.cases", cases=numerals.count(figure.numerator))
    return words.value(session.language(), metric, figure)
