"""How long each step takes: the chart of a period, and of all time."""

from collections.abc import Sequence

from components import charts, filters, readings, session, views, words
from components.drawn import Drawn
from components.readings import Reading
from components.session import t
from components.views import Ask
from data_access.published import ALL, Scope

STAGES = ("time_accepting", "time_dispatching", "time_handling", "time_replying", "time_solving")


def read(scope: Scope) -> list[Reading]:
    """Every step, and the whole way last."""
    return [readings.read(name, scope) for name in STAGES]


def so_far() -> list[Reading]:
    """The same of all time."""
    return read(Scope())


@views.view("stages", page="times", period=filters.of_city("received"))
def _of_period(ask: Ask) -> Drawn:
    return _drawn(read(ask.scope), ask.scope.period)


@views.view("stages_so_far", page="my_case")
def _so_far(_: Ask) -> Drawn:
    return _drawn(so_far(), ALL)


def _drawn(found: Sequence[Reading], period: str) -> Drawn:
    language, whole = session.language(), found[-1]
    when, note = words.when(language, period), t("page.overview.stages_hint")
    if whole.figure.numerator is None:
        return charts.stages(found).under(t("chart.stages_untold", when=when), note)
    median, most = words.percentiles(language, whole.figure)
    title = t("chart.stages_title", when=when, median=median, most=most)
    return charts.stages(found).under(title, note)
